#pragma once
// Purpose: the port to where instances of a role agree who serves which partition: one lease per role and partition, and one
//          presence per running instance, whose renewal renews every lease that it holds. Implementations: `InMemoryLeaseStore`
//          (tests, simulation) and `jetstream::JetStreamLeaseStore`; one contract suite holds for both.
// A revision is the place of a write among all writes to the store: unique, growing, never used again.
// Errors: of every write: conflict: the revision was another, nothing was written; timeout: not known, read and see;
//         unavailable: nothing was written.
// Threads: every function may be called from every thread, and blocks.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/log/stream.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::log {

// One life of a process: random at each start.
using InstanceId = Id<struct InstanceTag>;

// A name is one token of a subject: letters, digits, '-' and '_', at most 64.
[[nodiscard]] bool is_instance_name(std::string_view text);

struct Lease {
  Partition partition = 0;
  InstanceId holder;         // nil: given back
  std::string holder_name;   // for people
  std::uint64_t term = 0;    // counts the holders of this partition

  friend bool operator==(const Lease&, const Lease&) = default;
};

// That an instance is there. Two with one name are two lives of one instance: the later one takes the place of the earlier.
struct Presence {
  std::string name;
  InstanceId id;
  std::uint64_t renewals = 0;
  bool leaving = false;      // it has let go of everything

  friend bool operator==(const Presence&, const Presence&) = default;
};

struct LeaseEntry {
  std::uint64_t revision = 0;
  Timestamp written;         // by the store's clock
  std::variant<Lease, Presence> content;
};

class LeaseStore {
 public:
  virtual ~LeaseStore() = default;

  // Every lease and presence of the role that was written after `revision`, as it is now, in the order of writing. What was
  // forgotten does not come. Errors: unavailable, timeout, corrupt.
  [[nodiscard]] virtual Result<std::vector<LeaseEntry>> written_after(const std::string& role, std::uint64_t revision) = 0;

  // Writes if what stands there has this revision; 0: if nothing stands there. Answers the new revision.
  [[nodiscard]] virtual Result<std::uint64_t> write(const std::string& role, const Lease& lease, std::uint64_t expected) = 0;

  // The same; without a revision, whatever stands there.
  [[nodiscard]] virtual Result<std::uint64_t> write(const std::string& role, const Presence& presence,
                                                    std::optional<std::uint64_t> expected) = 0;

  // Removes the presence unless it was written again after `revision`. One that is not there is forgotten already.
  [[nodiscard]] virtual Result<void> forget(const std::string& role, const std::string& name, std::uint64_t revision) = 0;
};

}  // namespace ordo::log
