#pragma once
// Purpose: a state as bytes: numbers little-endian, ids as they are, texts behind their length. The same on every machine.
// Errors: a reader that has come to the end, or to what cannot be true, answers zeros from then on; ask `is_whole` last.
// Threads: one at a time.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/vocabulary/ids.hpp"

namespace ordo::runtime {

class StateWriter {
 public:
  template <std::unsigned_integral Number>
  void number(Number number) {
    for (std::size_t byte = 0; byte < sizeof number; ++byte) bytes_ += static_cast<char>((number >> (8 * byte)) & 0xFF);
  }
  void signed_number(std::int64_t number) { this->number(static_cast<std::uint64_t>(number)); }
  template <class Tag>
  void id(const Id<Tag>& id) {
    bytes_ += id.raw();
  }
  void text(std::string_view text) {
    number(static_cast<std::uint64_t>(text.size()));
    bytes_ += text;
  }
  void raw(std::string_view bytes) { bytes_ += bytes; }

  // Room for what comes, so that a large state is not copied while it grows.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : rest_(bytes) {}

  template <std::unsigned_integral Number>
  [[nodiscard]] Number number() {
    Number number = 0;
    const auto bytes = raw(sizeof number);
    for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
      number = static_cast<Number>(number | static_cast<Number>(static_cast<Number>(static_cast<std::uint8_t>(bytes[byte])) << (8 * byte)));
    }
    return number;
  }
  [[nodiscard]] std::int64_t signed_number() { return static_cast<std::int64_t>(number<std::uint64_t>()); }
  template <class Name>
  [[nodiscard]] Name id() {
    return Name::from_bytes(raw(sizeof(Name))).value_or(Name());
  }
  [[nodiscard]] std::string_view text() { return raw(number<std::uint64_t>()); }
  // How many entries follow, each at least so large: never more than there can be, so that it is safe to make room for them.
  [[nodiscard]] std::uint64_t count(std::size_t entry_bytes_min) {
    const auto count = number<std::uint64_t>();
    if (count <= rest_.size() / entry_bytes_min) return count;
    fail();
    return 0;
  }
  [[nodiscard]] std::string_view raw(std::uint64_t size) {
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const auto bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  // What was read cannot be true.
  void fail() {
    failed_ = true;
    rest_ = {};
  }
  [[nodiscard]] bool has_failed() const { return failed_; }
  // Everything was read, and nothing was missing.
  [[nodiscard]] bool is_whole() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace ordo::runtime
