#pragma once
// Purpose: strong 128-bit identifiers, written as UUIDs. An id of one kind never converts into another.
// Errors: `parse` and `from_bytes` answer nothing for what is no id.
// Threads: plain values; `random_uuid` may be called from every thread.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace ordo {

using IdBytes = std::array<std::uint8_t, 16>;

[[nodiscard]] std::string uuid_text(const IdBytes& bytes);
[[nodiscard]] std::optional<IdBytes> parse_uuid(std::string_view text);

// Version 7: the first 48 bits are milliseconds, so that neighbours in time are neighbours in an index. Unique, but no secret.
[[nodiscard]] IdBytes random_uuid();

// Version 8: a BLAKE2b hash of purpose and parts. The same call gives the same id on every machine, for ever.
[[nodiscard]] IdBytes derived_uuid(std::string_view purpose, std::initializer_list<std::string_view> parts);

template <class Tag>
class Id {
 public:
  constexpr Id() = default;  // the nil id: names nothing
  constexpr explicit Id(const IdBytes& bytes) : bytes_(bytes) {}

  [[nodiscard]] static std::optional<Id> parse(std::string_view text) {
    const auto bytes = parse_uuid(text);
    return bytes ? std::optional<Id>(Id(*bytes)) : std::nullopt;
  }

  [[nodiscard]] static std::optional<Id> from_bytes(std::string_view raw) {
    if (raw.size() != 16) return std::nullopt;
    Id id;
    std::memcpy(id.bytes_.data(), raw.data(), raw.size());
    return id;
  }

  [[nodiscard]] static Id random() { return Id(random_uuid()); }

  [[nodiscard]] static Id derived(std::string_view purpose, std::initializer_list<std::string_view> parts) {
    return Id(derived_uuid(purpose, parts));
  }

  [[nodiscard]] std::string text() const { return uuid_text(bytes_); }
  [[nodiscard]] const IdBytes& bytes() const { return bytes_; }
  [[nodiscard]] std::string_view raw() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  [[nodiscard]] bool is_nil() const { return bytes_ == IdBytes{}; }

  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  IdBytes bytes_{};
};

using UserId = Id<struct UserTag>;
using OrderId = Id<struct OrderTag>;
using CancellationId = Id<struct CancellationTag>;
using OperationId = Id<struct OperationTag>;
using NotificationId = Id<struct NotificationTag>;
using EventId = Id<struct EventTag>;

// Ids are hashes or random in their last 8 bytes, so these are a good hash already.
[[nodiscard]] inline std::uint64_t hash_of(const IdBytes& bytes) {
  std::uint64_t hash;
  std::memcpy(&hash, bytes.data() + 8, sizeof hash);
  return hash * 0x9E3779B97F4A7C15ULL;
}

}  // namespace ordo

template <class Tag>
struct std::hash<ordo::Id<Tag>> {
  std::size_t operator()(const ordo::Id<Tag>& id) const noexcept { return ordo::hash_of(id.bytes()); }
};
