#pragma once
// Purpose: counts requests by who sends them: so many in a window that begins with the first. Its size never changes: where it is full, who
//          has spent least makes room, so that many new names cannot hide one that is at its limit.
// Units: windows in seconds; a request costs a look at eight entries of 16 bytes, however many there are.
// Requires: sodium_init was called. Times of one clock that does not go back.
// Threads: may be used by all; sixty-four locks, by who asks.

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace ordo::limits {

struct Quota {
  std::uint32_t requests = 0;  // 0: no limit
  std::uint32_t window_s = 60;
};

struct Spent {
  bool allowed = true;
  std::uint32_t remaining = 0;  // in this window
  std::uint32_t resets_in_s = 0;  // from 1 to the window
};

inline constexpr std::size_t kRatedMax = 65'536;

class RateTable {
 public:
  explicit RateTable(Quota quota);
  ~RateTable();

  // One request of somebody's; his name is hashed with a secret of this process.
  [[nodiscard]] Spent spend(std::string_view who, std::int64_t now_s);

  [[nodiscard]] const Quota& quota() const { return quota_; }

 private:
  struct Entry {
    std::uint64_t hash = 0;  // 0: free
    std::uint32_t began_s = 0;
    std::uint32_t spent = 0;
  };
  static constexpr std::size_t kShards = 64;
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kSets = kRatedMax / kShards / kWays;
  using Set = std::array<Entry, kWays>;
  struct Shard {
    std::mutex mutex;
    std::array<Set, kSets> sets;
  };

  [[nodiscard]] bool over(const Entry& entry, std::uint32_t now_s) const;
  [[nodiscard]] Entry& entry_of(Set& set, std::uint64_t hash, std::uint32_t now_s) const;

  const Quota quota_;
  std::array<unsigned char, 16> secret_{};
  std::unique_ptr<std::array<Shard, kShards>> shards_;
};

}  // namespace ordo::limits
