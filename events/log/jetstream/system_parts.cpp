#include "events/log/jetstream/system_parts.hpp"

#include <thread>

#include <fmt/format.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/connection_parts.hpp"
#include "events/log/jetstream/key_value.hpp"
#include "events/log/jetstream/stream_info.hpp"
#include "events/log/jetstream/stream_settings.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 10s;
constexpr auto kPause = 100ms;
constexpr int kTriesUntilReady = 900;  // of a busy cluster: 30 s were too short once

Bucket system_bucket() { return bucket(std::string(kSystemBucket)); }

}  // namespace

// The leader of a cluster that has just started does not know yet on which servers a stream could lie.
Result<void> settle_stream(Connection& connection, const std::string& verb, const std::string& stream, const std::string& settings) {
  for (int tries = 1;; ++tries) {
    const auto answer = ask_patiently(connection, fmt::format("$JS.API.STREAM.{}.{}", verb, stream), settings);
    if (!answer) return tl::unexpected(answer.error());
    const auto error = parse_api_error(*answer);
    if (error && error->code == 0) return {};
    if (!error || !is_not_ready(*error) || tries == kTriesUntilReady) {
      return failure(FailureKind::unavailable,
                     fmt::format("stream {} cannot be made: {}", stream, error ? error->text : *answer));
    }
    std::this_thread::sleep_for(kPause);
  }
}

Result<void> make_stream(Connection& connection, const std::string& stream, const std::string& settings) {
  const auto info = stream_info(connection, stream);
  if (!info) return tl::unexpected(info.error());
  if (*info) {
    const auto differences = difference(settings, **info);
    if (differences.empty()) return {};
    if (only_lacks_subjects(settings, **info)) return settle_stream(connection, "UPDATE", stream, settings);
    return failure(FailureKind::conflict,
                   fmt::format("stream {} is there with other settings: {}", stream, differences));
  }
  return settle_stream(connection, "CREATE", stream, settings);
}

Result<void> make_buckets(Connection& connection, int replicas) {
  for (const auto& [name, settings] : wanted_buckets(replicas)) {
    if (auto made = make_stream(connection, name, settings); !made) return made;
  }
  return {};
}

Result<void> make_streams(Connection& connection, Partition partitions, int replicas) {
  for (const auto& [name, settings] : wanted_streams(partitions, replicas)) {
    if (auto made = make_stream(connection, name, settings); !made) return made;
  }
  return {};
}

Result<std::optional<std::string>> system_value(Connection& connection, const std::string& key) {
  const auto [stream, subject] = system_bucket();
  natsMsg* got = nullptr;
  jsErrCode error{};
  auto* const context = connection.parts().context.get();
  const auto status = js_GetLastMsg(&got, context, stream.c_str(), fmt::format("{}.{}", subject, key).c_str(), nullptr, &error);
  const MessageHandle message(got);
  const auto code = static_cast<int>(error);
  if (code == kNoMessageFound || code == kStreamNotFound) return std::optional<std::string>();
  if (status != NATS_OK) return failure_of(status, "the system's " + key);
  return std::string(data_of(got));
}

Result<void> write_system_value(Connection& connection, const std::string& key, const std::string& value) {
  return put(connection, system_bucket(), key, value, 0, kRequestTimeout).map([](std::uint64_t) {});
}

Result<void> replace_system_value(Connection& connection, const std::string& key, const std::string& value) {
  return put(connection, system_bucket(), key, value, std::nullopt, kRequestTimeout).map([](std::uint64_t) {});
}

}  // namespace ordo::log::jetstream
