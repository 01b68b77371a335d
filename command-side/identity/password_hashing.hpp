#pragma once
// Purpose: argon2id for passwords. Each hash takes a processor and tens of megabytes for a while, so only few run at once, only few
//          more may wait, and who comes then is told `busy`.
// Errors: refusals, of which only `busy` occurs.
// Requires: sodium_init was called.
// Threads: may be used by all; every call blocks.

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "events/identity/questions.hpp"

namespace ordo::identity {

struct HashingOptions {
  unsigned long long operations = 2;                // libsodium's INTERACTIVE
  std::size_t memory_bytes = 64ULL * 1024 * 1024;  // per hash that runs
  int running_max = 2;
  int waiting_max = 16;
};

class PasswordHashing {
 public:
  explicit PasswordHashing(HashingOptions options = {});

  [[nodiscard]] Answer<std::string> hash(std::string_view password);
  [[nodiscard]] Answer<bool> verify(const std::string& hash, std::string_view password);

  // Takes as long as to verify, and is always wrong: so that nobody learns from the time which names exist.
  [[nodiscard]] Answer<bool> verify_nobody(std::string_view password);

 private:
  class Turn;

  const HashingOptions options_;
  const std::string nobodys_hash_;
  std::mutex mutex_;
  std::condition_variable freed_;
  int running_ = 0;
  int waiting_ = 0;
};

}  // namespace ordo::identity
