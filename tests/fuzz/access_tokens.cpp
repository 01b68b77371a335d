// Access tokens, the claims behind a good signature, and the files of public keys. The keys are made anew by every run.

#include <array>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#include "events/identity/key_set.hpp"
#include "events/identity/signing_key.hpp"
#include "events/identity/token_check.hpp"
#include "tests/fuzz/base64url.hpp"
#include "tests/fuzz/property.hpp"

namespace {

using namespace ordo;
using namespace ordo::identity;
using ordo::fuzz::base64url;
using ordo::fuzz::require;

constexpr std::int64_t kNow = 1'800'000'000;

class StoppedClock final : public Clock {
 public:
  Timestamp now() override { return {kNow * 1000}; }
};

class Signer {
 public:
  Signer() : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PUBKEY(out.get(), key_.get());
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &bytes);
    public_pem.assign(bytes, static_cast<std::size_t>(size));
    id = read_public_keys(public_pem).value().front().id;
  }

  // JWS wants both numbers of the signature side by side, 32 bytes each.
  [[nodiscard]] std::string token(const std::string& header, const std::string& claims) const {
    const auto text = base64url(header) + '.' + base64url(claims);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::array<unsigned char, 128> der{};
    std::size_t size = der.size();
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(context.get(), der.data(), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    const auto* at = static_cast<const unsigned char*>(der.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)),
                                                                      &ECDSA_SIG_free);
    std::array<unsigned char, 64> raw{};
    BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), raw.data(), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), raw.data() + 32, 32);
    return text + '.' + base64url({reinterpret_cast<const char*>(raw.data()), raw.size()});
  }

  std::string public_pem;
  std::string id;

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos && text.size() < 4 * 1024; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

struct Fixture {
  Signer signer;
  StoppedClock clock;
  TokenCheck check = TokenCheck::open(signer.public_pem, clock, 16).value();
  std::string header = R"({"alg":"ES256","typ":"JWT","kid":")" + signer.id + "\"}";
  std::string claims = R"({"iss":"ordo","aud":"ordo-api","sub":"01890a5d-ac96-774b-bcce-b302099a8057","username":"anna",)"
                       R"("roles":["user"],"iat":1800000000,"nbf":1800000000,"exp":1800003600})";
  std::string token = signer.token(header, claims);
  Claims said = check.check(token).value();
};

std::string text_at(const nlohmann::json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : "";
}

// Whatever a good signature stands below, who is let in is who the claims name, and only while they hold. "KID" stands for the key's name.
void check_signed(const Fixture& fixture, std::string_view input) {
  const auto line = input.find('\n');
  if (line == std::string_view::npos) return;
  const auto header = replaced(std::string(input.substr(0, line)), "KID", fixture.signer.id);
  const std::string claims(input.substr(line + 1));
  const auto accepted = fixture.check.check(fixture.signer.token(header, claims));
  if (!accepted) return;
  const auto head = nlohmann::json::parse(header, nullptr, false);
  const auto body = nlohmann::json::parse(claims, nullptr, false);
  require(head.is_object() && body.is_object(), "a token's parts are JSON to everybody");
  require(text_at(head, "alg") == "ES256" && text_at(head, "typ") == "JWT", "a token says what it is");
  require(text_at(head, "kid") == fixture.signer.id, "a token names its key");
  require(text_at(body, "iss") == kTokenIssuer && text_at(body, "aud") == kTokenAudience, "a token is one of ours, and for us");
  require(UserId::parse(text_at(body, "sub")) == accepted->user_id, "a token is its user's");
  require(!accepted->username.empty() && text_at(body, "username") == accepted->username, "a token names its user");
  require(body["roles"] == nlohmann::json(accepted->roles), "a token gives the roles that it names");
  for (const auto* name : {"iat", "nbf", "exp"}) require(body[name].is_number_integer(), "a token's times are numbers");
  require(accepted->expires.unix_ms == body["exp"].get<std::int64_t>() * 1000 && accepted->expires > Timestamp{kNow * 1000},
          "a token ends");
  require(body["nbf"].get<std::int64_t>() <= kNow + kClockSkewMax.count(), "a token has begun");
}

// Pairs of bytes: where a good token is changed, and what stands there then.
void check_changed(const Fixture& fixture, std::string_view changes) {
  auto token = fixture.token;
  for (; changes.size() >= 3; changes.remove_prefix(3)) {
    const auto at = static_cast<unsigned char>(changes[0]) * 256U + static_cast<unsigned char>(changes[1]);
    token[at % token.size()] = changes[2];
  }
  const auto accepted = fixture.check.check(token);
  require(!accepted || token == fixture.token, "a token that was changed anywhere is none");
}

// "$" stands for a good key.
void check_keys(const Fixture& fixture, std::string_view input) {
  const auto keys = read_public_keys(replaced(std::string(input), "$", fixture.signer.public_pem));
  if (!keys) return;
  require(!keys->empty(), "a file of keys holds one");
  const auto json = key_set_json(*keys);
  require(json.has_value(), "a key that is read can be shown");
  const auto shown = nlohmann::json::parse(*json, nullptr, false);
  require(shown.is_object() && shown["keys"].size() == keys->size(), "every key is shown");
  require(json->find("\"d\"") == std::string::npos, "nothing private is shown");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Fixture fixture;
  auto input = fuzz::text_of(data, size);
  switch (fuzz::take_case(input, 4)) {
    case 0: require(!fixture.check.check(input), "nobody else can make a token"); break;
    case 1: check_signed(fixture, input); break;
    case 2: check_changed(fixture, input); break;
    default: check_keys(fixture, input);
  }
  return 0;
}
