#include "events/log/jetstream/setup.hpp"

#include <fmt/format.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/restoration.hpp"
#include "events/log/jetstream/stream_info.hpp"
#include "events/log/jetstream/stream_settings.hpp"
#include "events/log/jetstream/system_parts.hpp"

namespace ordo::log::jetstream {
namespace {

Result<void> set_up_otherwise(Partition is, Partition wanted) {
  return failure(FailureKind::conflict,
                 fmt::format("this system was set up with {} partitions and keeps them for ever, but {} are asked for: "
                             "set ORDO_PARTITIONS={}",
                             is, wanted, is));
}

// Stored only if the key was never written.
Result<void> write_partitions(Connection& connection, Partition partitions) {
  auto written = write_system_value(connection, kPartitionsKey, std::to_string(partitions));
  if (!written && written.error().kind == FailureKind::conflict) return check_partitions(connection, partitions);
  return written;
}

}  // namespace

Result<void> set_up_audit(Connection& connection, int replicas) {
  if (auto finished = require_no_restoration(connection); !finished) return finished;
  return make_stream(connection, text(StreamName{StreamKind::audit, 0}), audit_settings(replicas));
}

Result<void> set_up(Connection& connection, Partition partitions, int replicas) {
  if (partitions == 0 || partitions > kPartitionsMax) {
    return failure(FailureKind::conflict,
                   fmt::format("{} partitions: from 1 to {} are possible", partitions, kPartitionsMax));
  }
  if (auto finished = require_no_restoration(connection); !finished) return finished;
  if (auto made = make_buckets(connection, replicas); !made) return made;
  const auto written = partitions_of(connection);
  if (!written) return tl::unexpected(written.error());
  if (*written && **written != partitions) return set_up_otherwise(**written, partitions);
  if (auto made = make_streams(connection, partitions, replicas); !made) return made;
  if (*written) return {};
  return write_partitions(connection, partitions);
}

Result<std::optional<Partition>> partitions_of(Connection& connection) {
  const auto value = system_value(connection, kPartitionsKey);
  if (!value) return tl::unexpected(value.error());
  if (!*value) return std::optional<Partition>();
  const auto count = parse_number<Partition>(**value);
  if (!count || *count == 0 || *count > kPartitionsMax) {
    return failure(FailureKind::corrupt, "the stored partition count is no number");
  }
  return count;
}

Result<void> check_partitions(Connection& connection, Partition expected) {
  if (auto finished = require_no_restoration(connection); !finished) return finished;
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
