#include "events/log/archive/hashing.hpp"

#include <array>

namespace ordo::log::archive {
namespace {

constexpr std::size_t kHashBytes = 32;

}  // namespace

Hashing::Hashing() : state_() { crypto_generichash_init(&state_, nullptr, 0, kHashBytes); }

void Hashing::add(std::string_view bytes) {
  crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string Hashing::finish() {
  std::array<unsigned char, kHashBytes> hash{};
  crypto_generichash_final(&state_, hash.data(), hash.size());
  std::string text(2 * hash.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  text.pop_back();
  return text;
}

std::string hash_of(std::string_view bytes) {
  Hashing hashing;
  hashing.add(bytes);
  return hashing.finish();
}

}  // namespace ordo::log::archive
