#include "events/log/jetstream/stream_state.hpp"

#include <algorithm>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/connection_parts.hpp"

namespace ordo::log::jetstream {

Result<StreamBounds> bounds_of(Connection& connection, StreamName stream, std::chrono::milliseconds timeout) {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = timeout.count();
  jsStreamInfo* info = nullptr;
  jsErrCode error{};
  const auto status = js_GetStreamInfo(&info, connection.parts().context.get(), text(stream).c_str(), &options, &error);
  const StreamInfoHandle handle(info);
  if (static_cast<int>(error) == kStreamNotFound) {
    return failure(FailureKind::unavailable, "there is no stream " + text(stream) + ": run `ordo setup`");
  }
  if (status != NATS_OK) return failure_of(status, text(stream));
  return StreamBounds{std::max<std::uint64_t>(info->State.FirstSeq, 1), info->State.LastSeq};
}

}  // namespace ordo::log::jetstream
