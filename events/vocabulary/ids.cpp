#include "events/vocabulary/ids.hpp"

#include <chrono>

#include <sodium.h>

namespace ordo {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

bool hyphen_stands_at(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

void stamp_version(IdBytes& bytes, std::uint8_t version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | (version << 4));
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
}

// To ask the kernel for each id took more time than all else about it.
class RandomBytes {
 public:
  IdBytes take() {
    if (next_ == pool_.size()) {
      randombytes_buf(pool_.data(), sizeof pool_);
      next_ = 0;
    }
    return pool_[next_++];
  }

 private:
  std::array<IdBytes, 64> pool_{};
  std::size_t next_ = pool_.size();
};

}  // namespace

std::string uuid_text(const IdBytes& bytes) {
  std::string text;
  text.reserve(36);
  for (const auto byte : bytes) {
    if (hyphen_stands_at(text.size())) text.push_back('-');
    text.push_back(kHexDigits[byte >> 4]);
    text.push_back(kHexDigits[byte & 0x0F]);
  }
  return text;
}

std::optional<IdBytes> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  IdBytes bytes{};
  std::size_t nibbles = 0;
  for (std::size_t position = 0; position < text.size(); ++position) {
    if (hyphen_stands_at(position)) {
      if (text[position] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[position]);
    if (value < 0) return std::nullopt;
    auto& byte = bytes[nibbles / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | value);
    ++nibbles;
  }
  return bytes;
}

IdBytes random_uuid() {
  thread_local RandomBytes random;
  IdBytes bytes = random.take();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  for (std::size_t index = 0; index < 6; ++index) {
    bytes[index] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - index)));
  }
  stamp_version(bytes, 7);
  return bytes;
}

IdBytes derived_uuid(std::string_view purpose, std::initializer_list<std::string_view> parts) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 16);
  // Each part goes in behind its length: ("ab","c") and ("a","bc") must not meet in one id.
  const auto add = [&state](std::string_view part) {
    const std::uint64_t size = part.size();
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  };
  add(purpose);
  for (const auto part : parts) add(part);
  IdBytes bytes{};
  crypto_generichash_final(&state, bytes.data(), bytes.size());
  stamp_version(bytes, 8);
  return bytes;
}

}  // namespace ordo
