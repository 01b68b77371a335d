#pragma once
// Purpose: the settings of every stream, as the JSON that the server takes, and how they differ from those that are there.
// Threads: plain values.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/stream.hpp"
#include "events/vocabulary/json_visit.hpp"

namespace ordo::log::jetstream {

// Streams of decisions keep everything for ever; COMMANDS is an inbox of 30 days.
[[nodiscard]] std::string stream_settings(const StreamName& name, int replicas);

// The key-value buckets: "ordo" holds what is fixed at the first set-up; in the other, instances agree who serves what.
inline constexpr std::string_view kSystemBucket = "ordo";
inline constexpr std::string_view kLeasesBucket = "ordo-leases";

// The stream below a bucket, which holds one value per key.
[[nodiscard]] std::string bucket_settings(std::string_view name, int replicas);

// Where owners leave snapshots of their states: no part of the truth, so it may be purged, and nobody is told of what it stores.
inline constexpr std::string_view kSnapshotsStream = "SNAPSHOTS";
[[nodiscard]] std::string snapshots_settings(int replicas);

// What the owners of a partition say about parking, repeated by the server in a stream of its own.
[[nodiscard]] std::string parked_settings(Partition partition, int replicas);

// What operators did by hand: kept for ever, and nobody is told of it.
[[nodiscard]] std::string audit_settings(int replicas);

// What `set_up` makes, in its order.
struct WantedStream {
  std::string name;
  std::string settings;
};
[[nodiscard]] std::vector<WantedStream> wanted_buckets(int replicas);
[[nodiscard]] std::vector<WantedStream> wanted_streams(Partition partitions, int replicas);

// "max_age is 0 instead of 2592000000000000, …"; empty: no difference. `info` is the server's answer to STREAM.INFO.
[[nodiscard]] std::string difference(std::string_view wanted, const FlatJson& info);

// The stream that is there lacks subjects that an older version did not know, and differs in nothing else.
[[nodiscard]] bool only_lacks_subjects(std::string_view wanted, const FlatJson& info);

}  // namespace ordo::log::jetstream
