#include "command-side/identity/password_hashing.hpp"

#include <array>
#include <stdexcept>

#include <sodium.h>

namespace ordo::identity {
namespace {

std::optional<std::string> argon2id(std::string_view password, const HashingOptions& options) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed = crypto_pwhash_str(hash.data(), password.data(), password.size(), options.operations, options.memory_bytes);
  return failed != 0 ? std::nullopt : std::optional<std::string>(hash.data());
}

std::string hash_of_nobody(const HashingOptions& options) {
  auto hash = argon2id("nobody", options);
  if (!hash) throw std::runtime_error("not enough memory to hash one password");
  return std::move(*hash);
}

}  // namespace

// The right to hash, for as long as it lives.
class PasswordHashing::Turn {
 public:
  explicit Turn(PasswordHashing& of) : of_(of) {
    std::unique_lock lock(of_.mutex_);
    if (of_.running_ >= of_.options_.running_max && of_.waiting_ >= of_.options_.waiting_max) return;
    ++of_.waiting_;
    of_.freed_.wait(lock, [&] { return of_.running_ < of_.options_.running_max; });
    --of_.waiting_;
    ++of_.running_;
    granted_ = true;
  }
  ~Turn() {
    if (!granted_) return;
    {
      const std::lock_guard lock(of_.mutex_);
      --of_.running_;
    }
    of_.freed_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  [[nodiscard]] bool granted() const { return granted_; }

 private:
  PasswordHashing& of_;
  bool granted_ = false;
};

PasswordHashing::PasswordHashing(HashingOptions options) : options_(options), nobodys_hash_(hash_of_nobody(options)) {}

Answer<std::string> PasswordHashing::hash(std::string_view password) {
  const Turn turn(*this);
  if (!turn.granted()) return refuse(RefusalReason::busy, "too many passwords are being checked");
  auto hash = argon2id(password, options_);
  if (!hash) return refuse(RefusalReason::busy, "there is no memory to hash a password");
  return std::move(*hash);
}

Answer<bool> PasswordHashing::verify(const std::string& hash, std::string_view password) {
  const Turn turn(*this);
  if (!turn.granted()) return refuse(RefusalReason::busy, "too many passwords are being checked");
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

Answer<bool> PasswordHashing::verify_nobody(std::string_view password) {
  return verify(nobodys_hash_, password).map([](bool) { return false; });
}

}  // namespace ordo::identity
