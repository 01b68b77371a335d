#include "events/log/jetstream/live_reader.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/connection_parts.hpp"

namespace ordo::log::jetstream {
namespace {

constexpr std::int64_t kWaitMs = 10'000;
constexpr std::int64_t kFlushMs = 2'000;
// Beyond this, messages are dropped: a listener that blocks must not fill the memory.
constexpr int kPendingMessagesMax = 100'000;
constexpr int kPendingBytesMax = 64 * 1024 * 1024;

std::optional<StoredMessage> to_stored(natsMsg* message) {
  const auto stream = parse_stream_name(header_of(message, "Nats-Stream"));
  const auto sequence = parse_number<std::uint64_t>(header_of(message, "Nats-Sequence"));
  if (!stream || !sequence) return std::nullopt;
  return StoredMessage{*stream, *sequence, std::string(header_of(message, "Nats-Subject")), std::string(data_of(message))};
}

}  // namespace

LiveReader::LiveReader(std::shared_ptr<Connection> connection, Deliver deliver)
    : connection_(std::move(connection)), deliver_(std::move(deliver)) {
  auto* const handle = connection_->parts().handle.get();
  natsSubscription* subscription = nullptr;
  const auto status = natsConnection_SubscribeSync(&subscription, handle, "live.>");
  subscription_ = {subscription, Retire{&connection_->parts().retired}};
  if (status != NATS_OK) {
    spdlog::error("live feed: {}", natsStatus_GetText(status));
    return;
  }
  natsSubscription_SetPendingLimits(subscription, kPendingMessagesMax, kPendingBytesMax);
  natsConnection_FlushTimeout(handle, kFlushMs);  // what is stored after this constructor is heard
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

LiveReader::~LiveReader() = default;

void LiveReader::run(const std::stop_token& stop) {
  auto* const subscription = subscription_.get();
  const std::stop_callback wake(stop, [subscription] { natsSubscription_Unsubscribe(subscription); });
  while (!stop.stop_requested()) {
    natsMsg* got = nullptr;
    const auto status = natsSubscription_NextMsg(&got, subscription, kWaitMs);
    const MessageHandle message(got);
    if (status == NATS_TIMEOUT) continue;
    if (status == NATS_OK) {
      if (auto stored = to_stored(got)) deliver_(std::move(*stored));
    } else if (status == NATS_SLOW_CONSUMER) {
      spdlog::warn("live feed: the listener is too slow, messages were dropped");
    } else {
      if (!stop.stop_requested()) spdlog::error("live feed: {}", natsStatus_GetText(status));
      return;
    }
  }
}

}  // namespace ordo::log::jetstream
