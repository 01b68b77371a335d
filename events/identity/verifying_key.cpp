#include "events/identity/verifying_key.hpp"

#include <array>
#include <optional>
#include <vector>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

namespace ordo::identity {
namespace {

constexpr std::size_t kNumberBytes = 32;
using RawSignature = std::array<unsigned char, 2 * kNumberBytes>;

// Nothing but exactly these bytes, written in the one way there is.
std::optional<RawSignature> raw_signature(std::string_view base64url) {
  RawSignature raw{};
  std::size_t size = 0;
  const char* end = nullptr;
  const auto read = sodium_base642bin(raw.data(), raw.size(), base64url.data(), base64url.size(), nullptr, &size, &end,
                                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (read != 0 || size != raw.size() || end != base64url.data() + base64url.size()) return std::nullopt;
  return raw;
}

std::vector<unsigned char> der_of(const RawSignature& raw) {
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(ECDSA_SIG_new(), &ECDSA_SIG_free);
  BIGNUM* r = BN_bin2bn(raw.data(), kNumberBytes, nullptr);
  BIGNUM* s = BN_bin2bn(raw.data() + kNumberBytes, kNumberBytes, nullptr);
  // From here on they are the signature's.
  if (signature == nullptr || r == nullptr || s == nullptr || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* out = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &out);
  if (size <= 0) return {};
  std::vector<unsigned char> der(out, out + size);
  OPENSSL_free(out);
  return der;
}

}  // namespace

Result<VerifyingKey> VerifyingKey::read(const SigningKey& public_key) {
  if (const auto known = read_public_keys(public_key.pem); !known) return tl::unexpected(known.error());
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(public_key.pem.data(), static_cast<int>(public_key.pem.size())), &BIO_free);
  return VerifyingKey({PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free});
}

bool VerifyingKey::has_signed(std::string_view text, std::string_view signature_base64url) const {
  const auto raw = raw_signature(signature_base64url);
  if (!raw) return false;
  const auto der = der_of(*raw);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return !der.empty() && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), der.data(), der.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

}  // namespace ordo::identity
