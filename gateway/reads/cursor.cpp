#include "gateway/reads/cursor.hpp"

#include <optional>

#include <sodium.h>

namespace ordo::reads {
namespace {

constexpr char kVersion = '1';
constexpr std::size_t kCursorSizeMax = 512;
constexpr int kEncoding = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string encode(std::string_view raw) {
  std::string text(sodium_base64_encoded_len(raw.size(), kEncoding), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(raw), raw.size(), kEncoding);
  text.pop_back();  // the terminator that libsodium writes
  return text;
}

std::optional<std::string> decode(std::string_view text) {
  std::string raw(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, kEncoding) != 0) {
    return std::nullopt;
  }
  raw.resize(size);
  return raw;
}

tl::unexpected<http::Problem> not_a_cursor() {
  return http::refused(http::ProblemCode::invalid_cursor, "The cursor is not one of this list; begin again without it.");
}

}  // namespace

CursorSeal::CursorSeal(std::string_view key_material) {
  constexpr std::string_view kPurpose = "ordo cursor 1";
  crypto_generichash(key_.data(), key_.size(), bytes_of(key_material), key_material.size(), bytes_of(kPurpose),
                     kPurpose.size());
}

CursorSeal::Mac CursorSeal::mac_of(std::string_view list, std::string_view place) const {
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), std::tuple_size_v<Mac>);
  // The size keeps the two parts apart.
  const std::uint64_t size = list.size();
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
  crypto_generichash_update(&state, bytes_of(list), list.size());
  crypto_generichash_update(&state, bytes_of(place), place.size());
  Mac mac{};
  crypto_generichash_final(&state, mac.data(), mac.size());
  return mac;
}

std::string CursorSeal::seal(std::string_view list, std::string_view place) const {
  const auto mac = mac_of(list, place);
  std::string raw(1, kVersion);
  raw.append(reinterpret_cast<const char*>(mac.data()), mac.size());
  raw.append(place);
  return encode(raw);
}

Result<std::string, http::Problem> CursorSeal::open(std::string_view list, std::string_view cursor) const {
  constexpr std::size_t kHeadSize = 1 + std::tuple_size_v<Mac>;
  if (cursor.size() > kCursorSizeMax) return not_a_cursor();
  const auto raw = decode(cursor);
  // libsodium takes some bytes beyond ASCII for letters: what it read must be what was written.
  if (!raw || raw->size() < kHeadSize || raw->front() != kVersion || encode(*raw) != cursor) return not_a_cursor();
  auto place = raw->substr(kHeadSize);
  const auto mac = mac_of(list, place);
  if (sodium_memcmp(mac.data(), raw->data() + 1, mac.size()) != 0) return not_a_cursor();
  return place;
}

}  // namespace ordo::reads
