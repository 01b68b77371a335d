#pragma once
// Purpose: remembers values for a while, and never more than so many.
// It keeps two generations: when the young one is half of the bound, it becomes the old one, and what was old is forgotten; who is asked for
// moves to the young one. So nothing is ever searched for a victim.
// Threads: may be used by all.

#include <chrono>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace ordo::identity {

template <class Key, class Value>
class BoundedCache {
 public:
  using Time = std::chrono::milliseconds;  // of one clock of the caller's

  explicit BoundedCache(std::size_t size_max) : generation_max_(size_max < 2 ? 1 : size_max / 2) {}

  [[nodiscard]] std::optional<Value> find(const Key& key, Time now) {
    const std::lock_guard lock(mutex_);
    if (const auto found = young_.find(key); found != young_.end()) return fresh(found->second, now);
    const auto found = old_.find(key);
    if (found == old_.end()) return std::nullopt;
    auto entry = std::move(found->second);
    old_.erase(found);
    auto value = fresh(entry, now);
    if (value) put(key, std::move(entry));
    return value;
  }

  void insert(const Key& key, Value value, Time expires) {
    const std::lock_guard lock(mutex_);
    old_.erase(key);
    put(key, Entry{std::move(value), expires});
  }

  void erase(const Key& key) {
    const std::lock_guard lock(mutex_);
    young_.erase(key);
    old_.erase(key);
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return young_.size() + old_.size();
  }

 private:
  struct Entry {
    Value value;
    Time expires;
  };

  [[nodiscard]] static std::optional<Value> fresh(const Entry& entry, Time now) {
    return now < entry.expires ? std::optional<Value>(entry.value) : std::nullopt;
  }

  void put(const Key& key, Entry entry) {
    if (young_.size() >= generation_max_ && !young_.contains(key)) {
      old_ = std::move(young_);
      young_.clear();
    }
    young_.insert_or_assign(key, std::move(entry));
  }

  const std::size_t generation_max_;
  mutable std::mutex mutex_;
  std::unordered_map<Key, Entry> young_;
  std::unordered_map<Key, Entry> old_;
};

}  // namespace ordo::identity
