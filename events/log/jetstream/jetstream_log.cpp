#include "events/log/jetstream/jetstream_log.hpp"

#include <utility>

#include <fmt/format.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/appender.hpp"
#include "events/log/jetstream/connection_parts.hpp"
#include "events/log/jetstream/live_reader.hpp"
#include "events/log/jetstream/stream_reader.hpp"
#include "events/log/jetstream/stream_state.hpp"

namespace ordo::log::jetstream {

struct JetStreamLog::Parts {
  std::shared_ptr<Connection> connection;
  JetStreamOptions options;
  std::unique_ptr<Appender> appender;
};

JetStreamLog::JetStreamLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
JetStreamLog::~JetStreamLog() = default;

Result<std::unique_ptr<JetStreamLog>> JetStreamLog::open(std::shared_ptr<Connection> connection,
                                                         JetStreamOptions options) {
  const auto fenced = options.fenced_sent_ahead ? Fenced::sent_ahead : Fenced::one_behind_another;
  auto appender = Appender::start(connection, options.append_timeout, fenced);
  if (!appender) return tl::unexpected(appender.error());
  auto parts = std::make_unique<Parts>(Parts{std::move(connection), options, std::move(*appender)});
  return std::unique_ptr<JetStreamLog>(new JetStreamLog(std::move(parts)));
}

void JetStreamLog::append(AppendRequest request, AppendSettled settled) {
  parts_->appender->append(std::move(request), std::move(settled));
}

std::unique_ptr<Reader> JetStreamLog::read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) {
  return std::make_unique<StreamReader>(parts_->connection, stream, from_sequence, std::move(deliver), parts_->options.quiet_limit);
}

std::unique_ptr<Reader> JetStreamLog::listen(Deliver deliver) {
  return std::make_unique<LiveReader>(parts_->connection, std::move(deliver));
}

Result<StreamBounds> JetStreamLog::bounds(StreamName stream) {
  return bounds_of(*parts_->connection, stream, parts_->options.request_timeout);
}

Result<StoredMessage> JetStreamLog::get(StreamName stream, std::uint64_t sequence) {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = parts_->options.request_timeout.count();
  natsMsg* got = nullptr;
  jsErrCode error{};
  const auto status =
      js_GetMsg(&got, parts_->connection->parts().context.get(), text(stream).c_str(), sequence, &options, &error);
  const MessageHandle message(got);
  const auto what = fmt::format("message {} of {}", sequence, text(stream));
  if (static_cast<int>(error) == kNoMessageFound) return failure(FailureKind::corrupt, "there is no " + what);
  if (status != NATS_OK) return failure_of(status, what);
  return StoredMessage{stream, sequence, natsMsg_GetSubject(got), std::string(data_of(got))};
}

}  // namespace ordo::log::jetstream
