#include "gateway/limits/rate_table.hpp"

#include <algorithm>
#include <cstring>

#include <sodium.h>

namespace ordo::limits {
namespace {

std::uint64_t hash_of(std::string_view who, const std::array<unsigned char, 16>& secret) {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  std::array<unsigned char, 8> bytes{};
  crypto_shorthash(bytes.data(), reinterpret_cast<const unsigned char*>(who.data()), who.size(), secret.data());
  std::uint64_t hash = 0;
  std::memcpy(&hash, bytes.data(), bytes.size());
  return std::max<std::uint64_t>(hash, 1);
}

}  // namespace

RateTable::RateTable(Quota quota) : quota_(quota), shards_(std::make_unique<std::array<Shard, kShards>>()) {
  randombytes_buf(secret_.data(), secret_.size());
}

RateTable::~RateTable() = default;

bool RateTable::over(const Entry& entry, std::uint32_t now_s) const { return now_s - entry.began_s >= quota_.window_s; }

RateTable::Entry& RateTable::entry_of(Set& set, std::uint64_t hash, std::uint32_t now_s) const {
  auto* found = std::ranges::find(set, hash, &Entry::hash);
  if (found == set.end()) {
    found = std::ranges::min_element(set, {}, [&](const Entry& entry) { return over(entry, now_s) ? 0 : entry.spent; });
    *found = {hash, now_s, 0};
  } else if (over(*found, now_s)) {
    *found = {hash, now_s, 0};
  }
  return *found;
}

Spent RateTable::spend(std::string_view who, std::int64_t now_s) {
  const auto hash = hash_of(who, secret_);
  const auto now = static_cast<std::uint32_t>(now_s);
  auto& shard = (*shards_)[hash % kShards];
  const std::lock_guard lock(shard.mutex);
  auto& entry = entry_of(shard.sets[hash / kShards % kSets], hash, now);
  const bool allowed = entry.spent < quota_.requests;
  if (allowed) ++entry.spent;
  return {allowed, quota_.requests - entry.spent, quota_.window_s - (now - entry.began_s)};
}

}  // namespace ordo::limits
