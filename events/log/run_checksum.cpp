#include "events/log/run_checksum.hpp"

#include <array>
#include <cstdint>

#include <sodium.h>

namespace ordo::log {
namespace {

// Field 15 of v1.Run, of the wire type for 8 bytes, in one byte.
constexpr char kTag = (15 << 3) | 1;

using Checksum = std::array<char, crypto_shorthash_BYTES>;
constexpr std::size_t kFieldBytes = 1 + crypto_shorthash_BYTES;

// Every machine, for ever: nothing is to be kept secret here.
constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kKey{};

Checksum checksum_of(std::string_view bytes) {
  Checksum checksum;
  crypto_shorthash(reinterpret_cast<unsigned char*>(checksum.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                   bytes.size(), kKey.data());
  return checksum;
}

}  // namespace

std::string with_checksum(std::string encoded) {
  const auto checksum = checksum_of(encoded);
  encoded += kTag;
  encoded.append(checksum.data(), checksum.size());
  return encoded;
}

ChecksumVerdict check_checksum(std::string_view bytes) {
  if (bytes.size() < kFieldBytes || bytes[bytes.size() - kFieldBytes] != kTag) return ChecksumVerdict::absent;
  const auto field = bytes.substr(bytes.size() - kFieldBytes);
  const auto checksum = checksum_of(bytes.substr(0, bytes.size() - kFieldBytes));
  return field.substr(1) == std::string_view(checksum.data(), checksum.size()) ? ChecksumVerdict::sound : ChecksumVerdict::wrong;
}

}  // namespace ordo::log
