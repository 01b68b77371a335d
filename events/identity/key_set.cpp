#include "events/identity/key_set.hpp"

#include <array>
#include <memory>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#include "events/vocabulary/json_text.hpp"

namespace ordo::identity {
namespace {

// A coordinate on P-256 has 32 bytes, with its leading zeros.
using Coordinate = std::array<unsigned char, 32>;

std::string base64url(const Coordinate& bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(32, kVariant)> text{};
  return sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
}

Result<std::string> coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return failure(FailureKind::corrupt, "a public key has no coordinates");
  Coordinate bytes{};
  BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size()));
  BN_free(number);
  return base64url(bytes);
}

Result<void> write(JsonText& json, const SigningKey& public_key) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(
      BIO_new_mem_buf(public_key.pem.data(), static_cast<int>(public_key.pem.size())), &BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (!key) return failure(FailureKind::corrupt, "a public key cannot be read");
  const auto x = coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_X);
  const auto y = coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y);
  if (!x || !y) return failure(FailureKind::corrupt, "a public key has no coordinates");
  json.open_object().member("kty", "EC").member("crv", "P-256").member("x", *x).member("y", *y);
  json.member("kid", public_key.id).member("use", "sig").member("alg", "ES256").close_object();
  return {};
}

}  // namespace

Result<std::string> key_set_json(std::span<const SigningKey> public_keys) {
  JsonText json;
  json.open_object().key("keys").open_array();
  for (const auto& key : public_keys) {
    if (const auto written = write(json, key); !written) return tl::unexpected(written.error());
  }
  return json.close_array().close_object().take();
}

}  // namespace ordo::identity
