#pragma once
// Purpose: remembers a few bytes about each of very many ids: keys and values stand apart, so that nothing is padded, at a load
//          between 79 and 87 percent. An entry of 16 + n bytes takes at most 1.26 × (16 + n) bytes of memory, so 25 bytes (n = 9)
//          stay below 32. While it grows, by a tenth, old and new table stand side by side.
// Requires: ids whose last eight bytes are random or a hash, as all of ours are; the nil id may not be put in. Ids are never
//           taken out.
// Threads: one at a time.

#include <cstdint>
#include <type_traits>
#include <vector>

#include "events/vocabulary/ids.hpp"

namespace ordo {

template <class Key, class Value>
class IdMap {
  static_assert(std::is_trivially_copyable_v<Value> && alignof(Value) == 1, "a value is a few bytes without gaps");

 public:
  // Valid until the next `put`.
  [[nodiscard]] const Value* find(const Key& id) const {
    if (keys_.empty()) return nullptr;
    const auto slot = slot_of(keys_, id);
    return keys_[slot] == id ? &values_[slot] : nullptr;
  }

  [[nodiscard]] bool contains(const Key& id) const { return find(id) != nullptr; }

  // Puts the id in, or gives it another value.
  void put(const Key& id, const Value& value) {
    auto slot = keys_.empty() ? 0 : slot_of(keys_, id);
    if (keys_.empty() || keys_[slot] != id) {
      if ((size_ + 1) * 8 > keys_.size() * 7) grow();
      slot = slot_of(keys_, id);
      keys_[slot] = id;
      ++size_;
    }
    values_[slot] = value;
  }

  // Makes room for so many at once. Required before many come in the order of `for_each`: a table that grows then would crowd.
  void reserve(std::size_t count) {
    if (const auto slots = count * 8 / 7 + 1; slots > keys_.size()) resize(slots);
  }

  // Every id and its value, in an order that is the same wherever the same was put in, in the same order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t slot = 0; slot < keys_.size(); ++slot) {
      if (!keys_[slot].is_nil()) visit(keys_[slot], values_[slot]);
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t memory_bytes() const {
    return keys_.capacity() * sizeof(Key) + values_.capacity() * sizeof(Value);
  }

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr std::size_t kSlotsMin = 16;

  // Where the id stands, or the free slot where it would. Multiply and shift maps the hash onto any number of slots.
  [[nodiscard]] static std::size_t slot_of(const std::vector<Key>& keys, const Key& id) {
    const auto wide = static_cast<Wide>(hash_of(id.bytes())) * keys.size();
    auto slot = static_cast<std::size_t>(wide >> 64);
    while (!keys[slot].is_nil() && keys[slot] != id) slot = slot + 1 == keys.size() ? 0 : slot + 1;
    return slot;
  }

  void grow() { resize(keys_.size() + keys_.size() / 10 + kSlotsMin); }

  // Slots are in the order of the hashes, so this walks through both tables from one end to the other.
  void resize(std::size_t slots) {
    std::vector<Key> keys(slots);
    std::vector<Value> values(slots);
    for (std::size_t old = 0; old < keys_.size(); ++old) {
      if (keys_[old].is_nil()) continue;
      const auto slot = slot_of(keys, keys_[old]);
      keys[slot] = keys_[old];
      values[slot] = values_[old];
    }
    keys_.swap(keys);
    values_.swap(values);
  }

  std::vector<Key> keys_;  // nil: a free slot
  std::vector<Value> values_;
  std::size_t size_ = 0;
};

}  // namespace ordo
