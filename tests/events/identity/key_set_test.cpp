#include "events/identity/key_set.hpp"

#include <catch2/catch.hpp>
#include <sodium.h>

using namespace ordo;
using namespace ordo::identity;

namespace {

// The key of RFC 7515, appendix A.3.
constexpr auto* kKnownKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
    "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END PUBLIC KEY-----\n";

}  // namespace

TEST_CASE("a public key is told by its coordinates, its id and what it is for") {
  REQUIRE(sodium_init() >= 0);
  const auto keys = read_public_keys(kKnownKey).value();
  CHECK(key_set_json(keys).value() ==
        R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":")" +
            keys[0].id + R"(","use":"sig","alg":"ES256"}]})");
}

TEST_CASE("all keys are told while they are exchanged, and of a new key only its public half") {
  REQUIRE(sodium_init() >= 0);
  const auto secret = make_private_key().value();
  const auto next = public_half(secret).value();
  CHECK(next.id == secret.id);
  CHECK(next.pem.find("PRIVATE") == std::string::npos);
  const auto keys = read_public_keys(kKnownKey + next.pem).value();
  const auto json = key_set_json(keys).value();
  CHECK(json.find(keys[0].id) != std::string::npos);
  CHECK(json.find(secret.id) != std::string::npos);
  CHECK(json.find("\"d\"") == std::string::npos);
}

TEST_CASE("every new key is another, and can be read again") {
  const auto one = make_private_key().value();
  const auto other = make_private_key().value();
  CHECK(one.id != other.id);
  CHECK(read_private_key(one.pem)->id == one.id);
}
