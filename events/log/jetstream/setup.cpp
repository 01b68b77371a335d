#include "events/log/jetstream/setup.hpp"

#include <algorithm>
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
constexpr const char* kBucketStream = "KV_ordo";
constexpr const char* kPartitionsKey = "partitions";
constexpr const char* kPartitionsSubject = "$KV.ordo.partitions";

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

Result<void> make_streams(Connection& connection, Partition partitions, int replicas) {
  for (const auto& [name, settings] : wanted_streams(partitions, replicas)) {
    if (auto made = make_stream(connection, name, settings); !made) return made;
  }
  return {};
}

Result<void> set_up_otherwise(Partition is, Partition wanted) {
  return failure(FailureKind::conflict,
                 fmt::format("this system was set up with {} partitions and keeps them for ever, but {} are asked for: "
                             "set ORDO_PARTITIONS={}",
                             is, wanted, is));
}

// Stored only if the key was never written.
Result<void> write_partitions(Connection& connection, Partition partitions) {
  const auto system = bucket(std::string(kSystemBucket));
  const auto written = put(connection, system, kPartitionsKey, std::to_string(partitions), 0, kRequestTimeout);
  if (!written && written.error().kind == FailureKind::conflict) return check_partitions(connection, partitions);
  if (!written) return tl::unexpected(written.error());
  return {};
}

}  // namespace

Result<void> set_up_audit(Connection& connection, int replicas) {
  return make_stream(connection, text(StreamName{StreamKind::audit, 0}), audit_settings(replicas));
}

Result<void> set_up(Connection& connection, Partition partitions, int replicas) {
  if (partitions == 0 || partitions > kPartitionsMax) {
    return failure(FailureKind::conflict,
                   fmt::format("{} partitions: from 1 to {} are possible", partitions, kPartitionsMax));
  }
  for (const auto& [name, settings] : wanted_buckets(replicas)) {
    if (auto made = make_stream(connection, name, settings); !made) return made;
  }
  const auto written = partitions_of(connection);
  if (!written) return tl::unexpected(written.error());
  if (*written && **written != partitions) return set_up_otherwise(**written, partitions);
  if (auto made = make_streams(connection, partitions, replicas); !made) return made;
  if (*written) return {};
  return write_partitions(connection, partitions);
}

Result<std::optional<Partition>> partitions_of(Connection& connection) {
  natsMsg* got = nullptr;
  jsErrCode error{};
  auto* const context = connection.parts().context.get();
  const auto status = js_GetLastMsg(&got, context, kBucketStream, kPartitionsSubject, nullptr, &error);
  const MessageHandle message(got);
  const auto code = static_cast<int>(error);
  if (code == kNoMessageFound || code == kStreamNotFound) return std::optional<Partition>();
  if (status != NATS_OK) return failure_of(status, "the partition count");
  const auto count = parse_number<Partition>(data_of(got));
  if (!count || *count == 0 || *count > kPartitionsMax) {
    return failure(FailureKind::corrupt, "the stored partition count is no number");
  }
  return count;
}

Result<void> check_partitions(Connection& connection, Partition expected) {
  const auto written = partitions_of(connection);
  if (!written) return tl::unexpected(written.error());
  if (!*written) return failure(FailureKind::conflict, "this system was never set up: run `ordo setup`");
  if (**written != expected) return set_up_otherwise(**written, expected);
  return {};
}

Result<std::string> durability(Connection& connection, const std::string& sync_interval) {
  const auto info = stream_info(connection, text(StreamName{StreamKind::orders, 0}));
  if (!info) return tl::unexpected(info.error());
  if (!*info) return failure(FailureKind::unavailable, "this system was never set up: run `ordo setup`");
  const auto found = (*info)->find("config.num_replicas");
  const auto replicas = found == (*info)->end() ? 1 : parse_number<int>(found->second).value_or(1);
  if (replicas > 1) {
    return fmt::format("durability: {} replicas; an append is acknowledged when most of them hold it", replicas);
  }
  if (sync_interval == "always") {
    return std::string("durability: 1 replica; an append is on disk before it is acknowledged (sync_interval always)");
  }
  return fmt::format("durability: 1 replica; a power cut can lose what was acknowledged within the sync_interval ({})",
                     sync_interval.empty() ? "not known; 2m unless the server is set otherwise" : sync_interval);
}

}  // namespace ordo::log::jetstream
