#include "command-side/identity/password_hashing.hpp"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <sodium.h>

using namespace ordo::identity;

namespace {

const int kStarted = sodium_init();

}  // namespace

TEST_CASE("a password is kept as argon2id and recognised") {
  REQUIRE(kStarted >= 0);
  PasswordHashing hashing({.operations = 1, .memory_bytes = 8192});
  const auto hash = hashing.hash("correct horse").value();
  CHECK_THAT(hash, Catch::StartsWith("$argon2id$"));
  CHECK(hash != hashing.hash("correct horse").value());
  CHECK(hashing.verify(hash, "correct horse").value());
  CHECK_FALSE(hashing.verify(hash, "battery staple").value());
  CHECK_FALSE(hashing.verify_nobody("nobody").value());
}

TEST_CASE("who finds too many waiting is told so at once, and everybody else is served") {
  PasswordHashing hashing({.operations = 3, .memory_bytes = 16 * 1024 * 1024, .running_max = 1, .waiting_max = 2});
  std::atomic<int> served = 0;
  std::atomic<int> busy = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 12; ++thread) {
      threads.emplace_back([&] {
        const auto hash = hashing.hash("correct horse");
        if (hash) ++served;
        else if (hash.error().reason == RefusalReason::busy) ++busy;
      });
    }
  }
  CHECK(served + busy == 12);
  CHECK(served >= 1);
  CHECK(hashing.hash("and later it works again"));
}

TEST_CASE("an unknown user takes as long as a wrong password") {
  PasswordHashing hashing({.operations = 2, .memory_bytes = 16 * 1024 * 1024});
  const auto hash = hashing.hash("correct horse").value();
  const auto seconds = [](auto verify) {
    const auto start = std::chrono::steady_clock::now();
    for (int round = 0; round < 5; ++round) (void)verify();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const double known = seconds([&] { return hashing.verify(hash, "wrong"); });
  const double unknown = seconds([&] { return hashing.verify_nobody("wrong"); });
  // A look-up alone would be a thousand times faster; other work on the machine is not.
  CHECK(unknown > known / 10);
  CHECK(unknown < known * 10);
}
