// Attacks on access tokens. Tokens are put together here by hand, so that every part can be wrong.

#include "events/identity/token_check.hpp"

#include <array>
#include <memory>

#include <catch2/catch.hpp>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <sodium.h>

#include "events/identity/signing_key.hpp"

using namespace ordo;
using namespace ordo::identity;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;

class MovingClock final : public Clock {
 public:
  Timestamp now() override { return {seconds * 1000}; }
  std::int64_t seconds = kNow;
};

std::string base64url(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

class TestKey {
 public:
  explicit TestKey(const char* curve = "P-256") : key_(EVP_EC_gen(curve), &EVP_PKEY_free) {}

  [[nodiscard]] std::string public_pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PUBKEY(out.get(), key_.get());
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
  [[nodiscard]] std::string id() const { return read_public_keys(public_pem())->front().id; }

  // JWS wants both numbers of the signature side by side, 32 bytes each.
  [[nodiscard]] std::string sign(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::array<unsigned char, 128> der{};
    std::size_t size = der.size();
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(context.get(), der.data(), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    const auto* at = static_cast<const unsigned char*>(der.data());
    ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
    std::string raw(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(parts), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(parts), out + 32, 32);
    ECDSA_SIG_free(parts);
    return raw;
  }

 private:
  KeyHandle key_;
};

struct Parts {
  std::string header;
  std::string claims;
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

struct TokenFixture {
  TokenFixture() { REQUIRE(sodium_init() >= 0); }

  TestKey key;
  MovingClock clock;
  TokenCheck check = TokenCheck::open(key.public_pem(), clock).value();
  UserId user = UserId::random();
  std::string header = R"({"alg":"ES256","typ":"JWT","kid":")" + key.id() + "\"}";
  std::string claims = R"({"iss":"ordo","aud":"ordo-api","sub":")" + user.text() +
                       R"(","username":"ann","roles":["user","admin"],"iat":1800000000,"nbf":1800000000,"exp":1800003600})";

  [[nodiscard]] static std::string signed_by(const TestKey& signer, const Parts& parts) {
    const auto text = base64url(parts.header) + "." + base64url(parts.claims);
    return text + "." + base64url(signer.sign(text));
  }
  [[nodiscard]] std::string token() const { return signed_by(key, {header, claims}); }
  [[nodiscard]] std::string with_claims(const std::string& what, const std::string& by) const {
    return signed_by(key, {header, replaced(claims, what, by)});
  }
  [[nodiscard]] std::string with_header(const std::string& what, const std::string& by) const {
    return signed_by(key, {replaced(header, what, by), claims});
  }
  [[nodiscard]] TokenProblem problem_of(const std::string& token) const {
    const auto answer = check.check(token);
    REQUIRE_FALSE(answer);
    return answer.error();
  }
};

}  // namespace

TEST_CASE("a good token says who asks, also the second time") {
  const TokenFixture fixture;
  const Claims expected{fixture.user, "ann", {"user", "admin"}, {1'800'003'600'000}};
  CHECK(fixture.check.check(fixture.token()).value() == expected);
  CHECK(fixture.check.check(fixture.token()).value() == expected);
  CHECK(fixture.check.check(fixture.with_claims(R"(["user","admin"])", "[]"))->roles.empty());
}

TEST_CASE("a token without a signature is refused, whatever it calls itself") {
  const TokenFixture fixture;
  for (const auto* algorithm : {"none", "None", "NONE", ""}) {
    const auto header = replaced(fixture.header, "ES256", algorithm);
    const auto unsigned_token = base64url(header) + "." + base64url(fixture.claims) + ".";
    CHECK(fixture.problem_of(unsigned_token) == TokenProblem::malformed);
    CHECK(fixture.problem_of(unsigned_token + "AAAA") != TokenProblem::expired);
    CHECK_FALSE(fixture.check.check(unsigned_token + "AAAA"));
  }
}

TEST_CASE("a token signed with the public key as a shared secret is refused before its signature is looked at") {
  const TokenFixture fixture;
  const auto secret = fixture.key.public_pem();
  const auto text = base64url(replaced(fixture.header, "ES256", "HS256")) + "." + base64url(fixture.claims);
  std::array<unsigned char, 32> mac{};
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       mac.data(), nullptr);
  const std::string_view bytes(reinterpret_cast<const char*>(mac.data()), mac.size());
  CHECK(fixture.problem_of(text + "." + base64url(bytes)) == TokenProblem::wrong_algorithm);
}

TEST_CASE("every algorithm but ES256 is refused, even with a good signature") {
  const TokenFixture fixture;
  for (const auto* algorithm : {"ES384", "ES512", "RS256", "HS512", "es256"}) {
    CHECK_FALSE(fixture.check.check(fixture.with_header("ES256", algorithm)));
  }
  CHECK_FALSE(fixture.check.check(fixture.with_header(R"("alg":"ES256",)", "")));
}

TEST_CASE("a token of another key is refused, also when it names ours") {
  const TokenFixture fixture;
  const TestKey other;
  CHECK(fixture.problem_of(fixture.signed_by(other, {fixture.header, fixture.claims})) == TokenProblem::bad_signature);
  CHECK(fixture.problem_of(fixture.with_header(fixture.key.id(), other.id())) == TokenProblem::unknown_key);
  CHECK(fixture.problem_of(fixture.with_header(R"(,"kid":")" + fixture.key.id() + "\"", "")) == TokenProblem::unknown_key);
  CHECK_FALSE(fixture.check.check(fixture.with_header(R"("typ":"JWT")", R"("typ":"refresh")")));
  CHECK_FALSE(fixture.check.check(fixture.with_header(R"("typ":"JWT",)", "")));
}

TEST_CASE("two keys are good while they are exchanged") {
  const TokenFixture fixture;
  const TestKey next;
  MovingClock clock;
  const auto check = TokenCheck::open(fixture.key.public_pem() + next.public_pem(), clock).value();
  CHECK(check.check(fixture.token()));
  CHECK(check.check(fixture.signed_by(next, {replaced(fixture.header, fixture.key.id(), next.id()), fixture.claims})));
}

TEST_CASE("a token of a key that was taken away is refused, also when it was accepted before") {
  TokenFixture fixture;
  const TestKey next;
  const auto token = fixture.token();
  REQUIRE(fixture.check.check(token));
  REQUIRE(fixture.check.replace_keys(next.public_pem()));
  CHECK(fixture.problem_of(token) == TokenProblem::unknown_key);
  CHECK_FALSE(fixture.check.replace_keys("nonsense"));
  CHECK(fixture.check.check(fixture.signed_by(next, {replaced(fixture.header, fixture.key.id(), next.id()), fixture.claims})));
}

TEST_CASE("a token of a user who is gone is refused, also when it was accepted before, and no other") {
  TokenFixture fixture;
  const auto token = fixture.token();
  REQUIRE(fixture.check.check(token));
  fixture.check.refuse(UserId::random());
  REQUIRE(fixture.check.check(token));
  fixture.check.refuse(fixture.user);
  CHECK(fixture.problem_of(token) == TokenProblem::user_is_gone);
  fixture.clock.seconds += 3'599;
  CHECK(fixture.problem_of(token) == TokenProblem::user_is_gone);
}

TEST_CASE("a token for somebody else, or from somebody else, is refused") {
  const TokenFixture fixture;
  CHECK(fixture.problem_of(fixture.with_claims(R"("iss":"ordo")", R"("iss":"other")")) == TokenProblem::wrong_issuer);
  CHECK(fixture.problem_of(fixture.with_claims(R"("iss":"ordo",)", "")) == TokenProblem::wrong_issuer);
  CHECK(fixture.problem_of(fixture.with_claims(R"("aud":"ordo-api")", R"("aud":"shop")")) == TokenProblem::wrong_audience);
  CHECK(fixture.problem_of(fixture.with_claims(R"("aud":"ordo-api")", R"("aud":["ordo-api","shop"])")) == TokenProblem::wrong_audience);
  CHECK(fixture.problem_of(fixture.with_claims(R"("aud":"ordo-api",)", "")) == TokenProblem::wrong_audience);
}

TEST_CASE("every claim has to be there, in its own type") {
  const TokenFixture fixture;
  for (const auto* claim : {R"(,"iat":1800000000)", R"(,"nbf":1800000000)", R"(,"exp":1800003600)", R"("username":"ann",)",
                            R"("roles":["user","admin"],)"}) {
    CHECK(fixture.problem_of(fixture.with_claims(claim, "")) == TokenProblem::incomplete);
  }
  for (const auto* expires : {R"("1800003600")", "1800003600.5", "1e300", "-1", "0", "null", "true", "9223372036854775807"}) {
    CHECK(fixture.problem_of(fixture.with_claims("1800003600", expires)) == TokenProblem::incomplete);
  }
  for (const auto* roles : {R"("admin")", R"({"admin":true})", R"([["admin"]])", "[1]", "null", R"(["ad\"min"])", R"([""])"}) {
    CHECK(fixture.problem_of(fixture.with_claims(R"(["user","admin"])", roles)) == TokenProblem::incomplete);
  }
  CHECK(fixture.problem_of(fixture.with_claims(fixture.user.text(), "ann")) == TokenProblem::incomplete);
}

TEST_CASE("of a claim that stands twice the last one counts") {
  const TokenFixture fixture;
  CHECK(fixture.problem_of(fixture.with_claims(R"("exp":1800003600)", R"("exp":1800003600,"exp":1)")) == TokenProblem::expired);
}

TEST_CASE("a token ends when it expires, also when it was seen before") {
  TokenFixture fixture;
  const auto token = fixture.token();
  fixture.clock.seconds = 1'800'003'599;
  CHECK(fixture.check.check(token));
  fixture.clock.seconds = 1'800'003'600;
  CHECK(fixture.problem_of(token) == TokenProblem::expired);
}

TEST_CASE("a token of the future waits, but for clocks that differ a little") {
  TokenFixture fixture;
  fixture.clock.seconds = kNow - 10;
  CHECK(fixture.check.check(fixture.token()));
  fixture.clock.seconds = kNow - 11;
  CHECK(fixture.problem_of(fixture.with_claims(R"("username":"ann")", R"("username":"bob")")) == TokenProblem::not_yet_valid);
}

TEST_CASE("no character of a token can be changed or left out") {
  const TokenFixture fixture;
  const auto token = fixture.token();
  REQUIRE(fixture.check.check(token));
  const auto last_of_signature = token.size() - 1;  // of its six bits two are unused
  for (std::size_t index = 0; index < last_of_signature; ++index) {
    auto tampered = token;
    tampered[index] = tampered[index] == 'A' ? 'B' : 'A';
    CHECK_FALSE(fixture.check.check(tampered));
    CHECK_FALSE(fixture.check.check(token.substr(0, index)));
  }
}

TEST_CASE("what has not the shape of a token reaches no parser") {
  const TokenFixture fixture;
  const auto token = fixture.token();
  for (const auto& text : {std::string(), std::string("."), std::string(".."), std::string("a.b"), token + ".", "." + token, token + ".a",
                           token + " ", " " + token, token + "\n", token + "=", token + std::string(1, '\0'), "Bearer " + token,
                           std::string(5000, 'a'), std::string(1'000'000, '.'), base64url(std::string(2000, '{')) + ".e30.AA"}) {
    CHECK(fixture.problem_of(text) == TokenProblem::malformed);
  }
}

TEST_CASE("a token of more than 4 KB is refused even when its signature is good") {
  const TokenFixture fixture;
  CHECK(fixture.problem_of(fixture.with_claims(R"("ann")", "\"" + std::string(4000, 'a') + "\"")) == TokenProblem::malformed);
}

TEST_CASE("what cannot check ES256 is no public key") {
  MovingClock clock;
  for (const auto& pem : {std::string(), std::string("nonsense"), TestKey("P-384").public_pem(),
                          std::string("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")}) {
    CHECK(TokenCheck::open(pem, clock).error().kind == FailureKind::corrupt);
  }
  CHECK(read_private_key("nonsense").error().kind == FailureKind::corrupt);
}
