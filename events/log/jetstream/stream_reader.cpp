#include "events/log/jetstream/stream_reader.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/connection_parts.hpp"
#include "events/log/jetstream/stream_state.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

constexpr auto kHeartbeat = 1s;
constexpr auto kSilenceMax = 3s;
constexpr auto kLook = 250ms;  // how often a silent session looks whether the connection was lost
constexpr auto kRequestTimeout = 2s;
constexpr std::chrono::milliseconds kBackOffMin = 50ms;
constexpr std::chrono::milliseconds kBackOffMax = 2s;

std::int64_t in_ns(std::chrono::nanoseconds duration) { return duration.count(); }

std::string consumer_request(const StreamName& stream, std::uint64_t from_sequence, const std::string& inbox) {
  return JsonText()
      .open_object()
      .member("stream_name", text(stream))
      .key("config")
      .open_object()
      .member("deliver_subject", inbox)
      .member("deliver_policy", "by_start_sequence")
      .member("opt_start_seq", from_sequence)
      .member("ack_policy", "none")
      .member("replay_policy", "instant")
      .member("max_deliver", 1)
      .member("flow_control", true)
      .member("idle_heartbeat", in_ns(kHeartbeat))
      .member("mem_storage", true)
      .member("num_replicas", 1)
      .close_object()
      .close_object()
      .take();
}

// False: told to stop.
bool pause(const std::stop_token& stop, std::chrono::milliseconds duration) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

StreamReader::StreamReader(std::shared_ptr<Connection> connection, StreamName stream, std::uint64_t from_sequence,
                           Deliver deliver, std::chrono::milliseconds quiet_limit)
    : connection_(std::move(connection)),
      stream_(stream),
      deliver_(std::move(deliver)),
      quiet_limit_(quiet_limit),
      next_(std::max<std::uint64_t>(from_sequence, 1)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

StreamReader::~StreamReader() = default;

void StreamReader::run(const std::stop_token& stop) {
  auto back_off = kBackOffMin;
  bool away = false;  // told already: an outage is one line, not one per try
  while (!stop.stop_requested()) {
    auto session = begin();
    const auto reason = session ? follow(*session, stop) : session.error().text;
    if (stop.stop_requested()) return;
    if (session || !away) spdlog::warn("{}: reading will go on from {} after: {}", text(stream_), next_, reason);
    away = !session;
    if (std::exchange(progressed_, false)) back_off = kBackOffMin;
    if (!pause(stop, back_off)) return;
    back_off = std::min(back_off * 2, kBackOffMax);
  }
}

Result<StreamReader::Session> StreamReader::begin() {
  Session session;
  session.disconnects = connection_->disconnects();
  session.looks_at = std::chrono::steady_clock::now() + quiet_limit_;
  const auto inbox = connection_->parts().new_inbox();
  natsSubscription* subscription = nullptr;
  const auto status = natsConnection_SubscribeSync(&subscription, connection_->parts().handle.get(), inbox.c_str());
  if (status != NATS_OK) return failure_of(status, "subscribing");
  session.subscription = {subscription, Retire{&connection_->parts().retired}};
  // The server's flow control bounds what waits; a limit here would drop messages in the middle of it.
  natsSubscription_SetPendingLimits(subscription, -1, -1);
  const auto answer = connection_->request("$JS.API.CONSUMER.CREATE." + text(stream_),
                                           consumer_request(stream_, next_, inbox), kRequestTimeout);
  if (!answer) return tl::unexpected(answer.error());
  const auto error = parse_api_error(*answer);
  if (!error || error->code != 0) {
    return failure(FailureKind::unavailable, error ? error->text : "an answer that cannot be understood");
  }
  return session;
}

std::string StreamReader::follow(Session& session, const std::stop_token& stop) {
  auto* const subscription = session.subscription.get();
  const std::stop_callback wake(stop, [subscription] { natsSubscription_Unsubscribe(subscription); });
  auto heard_at = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    natsMsg* got = nullptr;
    const auto status = natsSubscription_NextMsg(&got, subscription, std::chrono::milliseconds(kLook).count());
    const MessageHandle message(got);
    if (connection_->disconnects() != session.disconnects) return "the connection was lost";
    if (status == NATS_TIMEOUT) {
      if (std::chrono::steady_clock::now() - heard_at > kSilenceMax) return "no heartbeat";
      continue;
    }
    if (status != NATS_OK) return natsStatus_GetText(status);
    const auto status_code = data_of(got).empty() ? header_of(got, "Status") : std::string_view();
    auto reason = status_code.empty() ? take(session, got) : take_status(session, got);
    if (!reason.empty()) return reason;
    if (is_left_behind(session)) return fmt::format("nothing came, though message {} is there", session.missing);
    heard_at = std::chrono::steady_clock::now();  // taken after the delivery, which may block for long
  }
  return {};
}

std::string StreamReader::take(Session& session, natsMsg* message) {
  const char* reply = natsMsg_GetReply(message);
  const auto at = parse_delivered_at(reply != nullptr ? reply : "");
  if (!at) return "a message that does not say where it stands";
  if (at->consumer_sequence != session.consumer_sequence + 1) return "messages were lost on the way";
  session.consumer_sequence = at->consumer_sequence;
  if (at->stream_sequence < next_) {
    // Asked to begin beyond the stream's end, the server begins at its end.
    if (!delivered_) return {};
    spdlog::error("{}: stands at {}, but had reached {}: the log has lost messages", text(stream_), at->stream_sequence, next_ - 1);
    return "a stream that ends too early";
  }
  if (at->stream_sequence > next_ && !begins_at(at->stream_sequence)) {
    spdlog::error("{}: messages {} to {} are missing in the log", text(stream_), next_, at->stream_sequence - 1);
    return "a hole in the log";
  }
  next_ = at->stream_sequence + 1;
  session.missing = 0;
  progressed_ = true;
  delivered_ = true;
  deliver_({stream_, at->stream_sequence, natsMsg_GetSubject(message), std::string(data_of(message))});
  session.looks_at = std::chrono::steady_clock::now() + quiet_limit_;
  return {};
}

// A heartbeat or a request for flow control; both may want an answer, which says that all before it was taken.
std::string StreamReader::take_status(const Session& session, natsMsg* message) {
  const auto code = header_of(message, "Status");
  if (code != "100") return fmt::format("status {} {}", code, header_of(message, "Description"));
  const auto last = header_of(message, "Nats-Last-Consumer");
  const bool complete = last.empty() || parse_number<std::uint64_t>(last) == session.consumer_sequence;
  if (!complete) return "messages were lost on the way";
  const auto stalled = std::string(header_of(message, "Nats-Consumer-Stalled"));
  const char* reply = natsMsg_GetReply(message);
  if (reply == nullptr && stalled.empty()) return {};
  const auto status = natsConnection_Publish(connection_->parts().handle.get(),
                                             reply != nullptr ? reply : stalled.c_str(), nullptr, 0);
  return status == NATS_OK ? std::string() : natsStatus_GetText(status);
}

bool StreamReader::is_left_behind(Session& session) {
  if (std::chrono::steady_clock::now() < session.looks_at) return false;
  session.looks_at = std::chrono::steady_clock::now() + quiet_limit_;
  const auto bounds = bounds_of(*connection_, stream_, kRequestTimeout);
  if (!bounds || bounds->last_sequence < next_) return false;
  return std::exchange(session.missing, next_) == next_;
}

bool StreamReader::begins_at(std::uint64_t sequence) {
  const auto bounds = bounds_of(*connection_, stream_, kRequestTimeout);
  return bounds && bounds->first_sequence >= sequence;
}

}  // namespace ordo::log::jetstream
