#pragma once
// Purpose: identity on a database of its own, with cheap hashes and a clock that stands still.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#include "command-side/identity/forgetting.hpp"
#include "command-side/identity/registration.hpp"
#include "command-side/identity/schema.hpp"
#include "command-side/identity/sessions.hpp"
#include "events/identity/token_check.hpp"
#include "events/log/in_memory_log.hpp"
#include "tests/query-side/postgres/temporary_database.hpp"

namespace ordo::tests {

inline constexpr identity::HashingOptions kCheapHashing{.operations = 1, .memory_bytes = 8192};

class StandingClock final : public Clock {
 public:
  Timestamp now() override { return time; }
  Timestamp time{1'800'000'000'000};
};

struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};

inline std::string pem_of(EVP_PKEY* key, bool secret) {
  BIO* out = BIO_new(BIO_s_mem());
  secret ? PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) : PEM_write_bio_PUBKEY(out, key);
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(out, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(out);
  return text;
}

inline KeyPair make_key_pair(const char* curve = "P-256") {
  EVP_PKEY* key = EVP_EC_gen(curve);
  KeyPair pair{pem_of(key, true), pem_of(key, false)};
  EVP_PKEY_free(key);
  return pair;
}

inline identity::NewUser ann() {
  return {.username = "Ann", .password = "correct horse", .email = "ann@example.org", .phone = "+491701234567", .locale = "ru",
          .trace = {.correlation_id = "registration-1", .traceparent = "00-1-2-01"}};
}

struct IdentityFixture {
  IdentityFixture() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    auto connection = database.connect();
    must(identity::migrate_schema(connection));
  }

  TemporaryDatabase database;
  postgres::Pool pool{database.pool_options(6)};
  StandingClock clock;
  KeyPair keys = make_key_pair();
  identity::PasswordHashing hashing{kCheapHashing};
  identity::Registration registration{pool, hashing, clock, *Currency::parse("EUR")};
  identity::Profiles profiles{pool, clock};
  identity::Forgetting forgetting{pool, clock};
  log::InMemoryLog log;
  identity::OutboxRelay relay{pool, log, 4};
  identity::Sessions sessions{pool, hashing, must(identity::TokenSigner::open(keys.private_pem)), clock,
                              [this](identity::Hurry, std::chrono::milliseconds) { must(relay.relay_batch()); }};
  identity::TokenCheck token_check = must(identity::TokenCheck::open(keys.public_pem, clock));

  [[nodiscard]] std::int64_t count(const std::string& table) {
    return must(pool.execute("SELECT count(*) FROM identity." + table))[0].get<std::int64_t>(0);
  }
};

}  // namespace ordo::tests
