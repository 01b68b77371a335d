#include "events/identity/signing_key.hpp"

#include <array>
#include <memory>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace ordo::identity {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Input = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr std::string_view kWanted = "an ES256 key (elliptic curve P-256, PEM) is wanted";

Input input(std::string_view pem) { return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free}; }

bool on_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t size = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

// The first 16 hexadecimal digits of the SHA-256 of the public key's DER form.
std::string key_id(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  std::array<unsigned char, 32> hash{};
  EVP_Digest(der, static_cast<std::size_t>(size), hash.data(), nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(der);
  std::string id;
  for (std::size_t index = 0; index < 8; ++index) id += fmt::format("{:02x}", hash[index]);
  return id;
}

// A key with a password would be asked for at the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::string take_text(BIO* out) {
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(out, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  OPENSSL_cleanse(bytes, text.size());
  return text;
}

}  // namespace

Result<SigningKey> make_private_key() {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Input out(BIO_new(BIO_s_mem()), &BIO_free);
  if (!key || PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failure(FailureKind::unavailable, "the system makes no new key");
  }
  return SigningKey{key_id(key.get()), take_text(out.get())};
}

Result<SigningKey> public_half(const SigningKey& private_key) {
  const Key key(PEM_read_bio_PrivateKey(input(private_key.pem).get(), nullptr, no_password, nullptr), &EVP_PKEY_free);
  const Input out(BIO_new(BIO_s_mem()), &BIO_free);
  if (!key || PEM_write_bio_PUBKEY(out.get(), key.get()) != 1) {
    return failure(FailureKind::corrupt, fmt::format("private key: {}", kWanted));
  }
  return SigningKey{private_key.id, take_text(out.get())};
}

Result<SigningKey> read_private_key(std::string_view pem) {
  const Key key(PEM_read_bio_PrivateKey(input(pem).get(), nullptr, no_password, nullptr), &EVP_PKEY_free);
  if (!key || !on_p256(key.get())) return failure(FailureKind::corrupt, fmt::format("private key: {}", kWanted));
  return SigningKey{key_id(key.get()), std::string(pem)};
}

Result<std::vector<SigningKey>> read_public_keys(std::string_view pem) {
  constexpr std::string_view kEnd = "-----END PUBLIC KEY-----";
  std::vector<SigningKey> keys;
  for (auto end = pem.find(kEnd); end != std::string_view::npos; end = pem.find(kEnd)) {
    const auto block = pem.substr(0, end + kEnd.size());
    const Key key(PEM_read_bio_PUBKEY(input(block).get(), nullptr, no_password, nullptr), &EVP_PKEY_free);
    if (!key || !on_p256(key.get())) return failure(FailureKind::corrupt, fmt::format("public key: {}", kWanted));
    keys.push_back({key_id(key.get()), std::string(block) + "\n"});
    pem.remove_prefix(end + kEnd.size());
  }
  if (keys.empty()) return failure(FailureKind::corrupt, fmt::format("public key: {}", kWanted));
  return keys;
}

}  // namespace ordo::identity
