#include "events/log/jetstream/lease_store.hpp"

#include <fmt/format.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/key_value.hpp"
#include "events/log/jetstream/stream_settings.hpp"
#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/json_visit.hpp"

namespace ordo::log::jetstream {
namespace {

constexpr std::string_view kLeaseToken = ".lease.";
constexpr std::string_view kInstanceToken = ".instance.";

const Bucket& leases() {
  static const Bucket found = bucket(std::string(kLeasesBucket));
  return found;
}

std::string key_of(const std::string& role, std::string_view token, std::string_view name) {
  return fmt::format("{}{}{}", role, token, name);
}

std::string text_of(const FlatJson& json, std::string_view member) {
  const auto found = json.find(member);
  return found == json.end() ? std::string() : found->second;
}

std::uint64_t number_of(const FlatJson& json, std::string_view member) {
  return parse_number<std::uint64_t>(text_of(json, member)).value_or(0);
}

// An id that cannot be read is nobody's: the lease counts as free, and is written anew.
InstanceId id_of(const FlatJson& json, std::string_view member) {
  return InstanceId::parse(text_of(json, member)).value_or(InstanceId{});
}

Result<LeaseEntry> read_entry(const std::string& role, const StoredValue& stored) {
  const auto json = flatten_json(stored.value);
  const std::string_view key = std::string_view(stored.key).substr(role.size());
  if (json && key.starts_with(kInstanceToken)) {
    return LeaseEntry{stored.sequence, stored.written,
                      Presence{std::string(key.substr(kInstanceToken.size())), id_of(*json, "id"), number_of(*json, "renewals"),
                               text_of(*json, "leaving") == "true"}};
  }
  const auto partition = key.starts_with(kLeaseToken) ? parse_number<Partition>(key.substr(kLeaseToken.size())) : std::nullopt;
  if (!json || !partition) return failure(FailureKind::corrupt, fmt::format("the lease {} cannot be understood", stored.key));
  return LeaseEntry{stored.sequence, stored.written,
                    Lease{*partition, id_of(*json, "holder"), text_of(*json, "name"), number_of(*json, "term")}};
}

}  // namespace

Result<std::vector<LeaseEntry>> JetStreamLeaseStore::written_after(const std::string& role, std::uint64_t revision) {
  std::vector<LeaseEntry> written;
  for (;;) {
    const auto stored = next_value(*connection_, leases(), role + ".>", revision + 1, timeout_);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return written;
    auto entry = read_entry(role, **stored);
    if (!entry) return tl::unexpected(entry.error());
    revision = entry->revision;
    written.push_back(std::move(*entry));
  }
}

Result<std::uint64_t> JetStreamLeaseStore::write(const std::string& role, const Lease& lease, std::uint64_t expected) {
  const auto value = JsonText()
                         .open_object()
                         .member("holder", lease.holder.is_nil() ? std::string() : lease.holder.text())
                         .member("name", lease.holder_name)
                         .member("term", lease.term)
                         .close_object()
                         .take();
  return put(*connection_, leases(), key_of(role, kLeaseToken, std::to_string(lease.partition)), value, expected, timeout_);
}

Result<std::uint64_t> JetStreamLeaseStore::write(const std::string& role, const Presence& presence,
                                                 std::optional<std::uint64_t> expected) {
  const auto value = JsonText()
                         .open_object()
                         .member("id", presence.id.text())
                         .member("renewals", presence.renewals)
                         .member("leaving", presence.leaving)
                         .close_object()
                         .take();
  return put(*connection_, leases(), key_of(role, kInstanceToken, presence.name), value, expected, timeout_);
}

Result<void> JetStreamLeaseStore::forget(const std::string& role, const std::string& name, std::uint64_t revision) {
  return remove(*connection_, leases(), key_of(role, kInstanceToken, name), revision, timeout_);
}

}  // namespace ordo::log::jetstream
