#pragma once
// Purpose: what a user of NATS may say and hear, worked out from what a role does with the log: it may append to the streams that are
//          its own, read those that it decides upon, and no more; nobody but the operator may make, change, empty or delete a stream
//          of the log.
// What this does not hold: JetStream delivers where whoever asks wants it, so one who reads a stream and means harm can have its messages,
//          and answers, put on the subject of another. An account for each role would prevent that, users of one account do not.
// Threads: plain values.

#include <string>
#include <string_view>
#include <vector>

#include "events/log/stream.hpp"

namespace ordo::log::jetstream {

// What a role does with NATS. `name` is its user's.
struct LogUse {
  std::string_view name;
  std::vector<StreamKind> appends = {};     // by the subjects of these
  std::vector<StreamKind> reads = {};       // message by message
  std::vector<StreamKind> looks_at = {};    // only where they begin and end
  bool shares_partitions = false;           // by leases
  bool keeps_snapshots = false;             // of the streams that it appends to
  bool hears_live = false;                  // all that is stored, once it is
  std::vector<std::string> asks = {};       // subjects of request and reply
  std::vector<std::string> serves = {};
  std::vector<std::string_view> answers = {};  // names of those who ask it
};

struct SubjectRights {
  std::vector<std::string> publish;
  std::vector<std::string> subscribe;
};

// Answers come to subjects that begin with this: "_INBOX_gateway".
[[nodiscard]] std::string inbox_prefix_of(std::string_view user);

[[nodiscard]] SubjectRights rights_of(const LogUse& use, Partition partitions);

}  // namespace ordo::log::jetstream
