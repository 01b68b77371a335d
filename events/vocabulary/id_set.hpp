#pragma once
// Purpose: remembers very many ids in little memory: 16 bytes each, at a load between 58 and 87 percent, so 18 to 28 bytes
//          per id. Ids are never taken out.
// Requires: ids whose last eight bytes are random or a hash, as all of ours are; the nil id may not be added.
// Threads: one at a time.

#include <cstdint>
#include <vector>

#include "events/vocabulary/ids.hpp"

namespace ordo {

template <class Key>
class IdSet {
 public:
  [[nodiscard]] bool contains(const Key& id) const {
    return !slots_.empty() && slots_[slot_of(id)] == id;
  }

  // Answers whether the id is new.
  bool insert(const Key& id) {
    if ((size_ + 1) * 8 > slots_.size() * 7) grow();
    auto& slot = slots_[slot_of(id)];
    if (slot == id) return false;
    slot = id;
    ++size_;
    return true;
  }

  // Makes room for so many at once. Required before many come in the order of `for_each`: a table that grows then would crowd.
  void reserve(std::size_t count) {
    if (const auto slots = count * 8 / 7 + 1; slots > slots_.size()) resize(slots);
  }

  // Every id, in an order that is the same wherever the same was inserted, in the same order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& id : slots_) {
      if (!id.is_nil()) visit(id);
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t memory_bytes() const { return slots_.capacity() * sizeof(Key); }

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr std::size_t kSlotsMin = 16;

  // Where the id stands, or the free slot where it would.
  [[nodiscard]] std::size_t slot_of(const Key& id) const {
    // Multiply and shift maps the hash onto any number of slots, so that the table may grow by half instead of doubling.
    const auto wide = static_cast<Wide>(hash_of(id.bytes())) * slots_.size();
    auto slot = static_cast<std::size_t>(wide >> 64);
    while (!slots_[slot].is_nil() && slots_[slot] != id) slot = slot + 1 == slots_.size() ? 0 : slot + 1;
    return slot;
  }

  void grow() { resize(slots_.size() < kSlotsMin ? kSlotsMin : slots_.size() + slots_.size() / 2); }

  void resize(std::size_t slots) {
    std::vector<Key> old(slots);
    old.swap(slots_);
    for (const auto& id : old) {
      if (!id.is_nil()) slots_[slot_of(id)] = id;
    }
  }

  std::vector<Key> slots_;
  std::size_t size_ = 0;
};

}  // namespace ordo
