#include "gateway/commands/idempotency.hpp"

#include <utility>

namespace ordo::commands {
namespace {

// The entry, its place in both tables, and the strings' own bookkeeping.
constexpr std::size_t kEntryBytes = 256;

std::size_t bytes_of(const http::Response& response) {
  std::size_t bytes = kEntryBytes + response.body.size();
  for (const auto& header : response.headers) bytes += header.name.size() + header.value.size() + sizeof header;
  return bytes;
}

}  // namespace

IdBytes command_id(std::string_view purpose, std::string_view route, UserId user,
                   const std::optional<std::string>& key) {
  return key ? derived_uuid(purpose, {user.raw(), route, *key}) : random_uuid();
}

IdBytes fingerprint_of(std::string_view canonical_request) { return derived_uuid("request", {canonical_request}); }

IdempotencyTable::Admission IdempotencyTable::admit(const IdBytes& id, const IdBytes& fingerprint, Told told,
                                                    Instant now) {
  const std::lock_guard lock(mutex_);
  forget(now);
  const auto [found, is_first] = entries_.try_emplace(id);
  auto& entry = found->second;
  if (is_first) {
    entry.fingerprint = fingerprint;
    return First{};
  }
  if (entry.fingerprint != fingerprint) return Reused{};
  if (entry.accepted) return *entry.accepted;
  entry.joined.push_back(std::move(told));
  return Joined{};
}

void IdempotencyTable::settle(const IdBytes& id, const FirstAnswer& answer, Instant now) {
  std::vector<Told> joined;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.accepted) return;
    joined = std::exchange(found->second.joined, {});
    if (answer) {
      found->second.accepted = *answer;
      settled_.push_back({id, bytes_of(*answer), now + limits_.age_max});
      bytes_ += settled_.back().bytes;
      forget(now);
    } else {
      entries_.erase(found);
    }
  }
  for (const auto& told : joined) told(answer);
}

void IdempotencyTable::forget(Instant now) {
  while (!settled_.empty() && (settled_.front().forgotten_at <= now || settled_.size() > limits_.entries_max ||
                               bytes_ > limits_.bytes_max)) {
    entries_.erase(settled_.front().id);
    bytes_ -= settled_.front().bytes;
    settled_.pop_front();
  }
}

std::size_t IdempotencyTable::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace ordo::commands
