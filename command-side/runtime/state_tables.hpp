#pragma once
// Purpose: tables of ids as bytes: their count and every entry, in the order of the table, so that reading them walks through memory
//          from one end to the other; free slots and the layout of the table stay out.
// Errors: as `StateReader` says.
// Threads: one at a time.

#include <cstring>

#include "command-side/runtime/state_bytes.hpp"
#include "events/vocabulary/id_map.hpp"
#include "events/vocabulary/id_set.hpp"

namespace ordo::runtime {

template <class Key>
void write(const IdSet<Key>& ids, StateWriter& out) {
  out.number(static_cast<std::uint64_t>(ids.size()));
  ids.for_each([&](const Key& id) { out.id(id); });
}

template <class Key>
void read(StateReader& in, IdSet<Key>& ids) {
  auto left = in.count(sizeof(Key));
  ids.reserve(left);
  for (; left > 0; --left) {
    const auto id = in.id<Key>();
    if (id.is_nil()) return in.fail();
    ids.insert(id);
  }
}

template <class Key, class Value>
void write(const IdMap<Key, Value>& map, StateWriter& out) {
  out.number(static_cast<std::uint64_t>(map.size()));
  map.for_each([&](const Key& id, const Value& value) {
    out.id(id);
    out.raw({reinterpret_cast<const char*>(&value), sizeof value});
  });
}

template <class Key, class Value>
void read(StateReader& in, IdMap<Key, Value>& map) {
  auto left = in.count(sizeof(Key) + sizeof(Value));
  map.reserve(left);
  for (; left > 0; --left) {
    const auto id = in.id<Key>();
    const auto bytes = in.raw(sizeof(Value));
    if (id.is_nil() || in.has_failed()) return in.fail();
    Value value;
    std::memcpy(&value, bytes.data(), sizeof value);
    map.put(id, value);
  }
}

}  // namespace ordo::runtime
