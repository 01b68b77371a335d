#pragma once
// Purpose: signs access tokens: ES256, with everything that events/identity/token_check.hpp wants to see.
// Threads: may be used by all. Copies share the key.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "events/identity/questions.hpp"
#include "events/identity/signing_key.hpp"
#include "events/identity/token_check.hpp"

namespace ordo::identity {

class TokenSigner {
 public:
  // `private_key`: on the curve P-256, PEM. Errors: corrupt.
  [[nodiscard]] static Result<TokenSigner> open(std::string_view private_key,
                                                std::chrono::seconds life = kAccessTokenLife);

  // Errors: unavailable, when there is no memory.
  [[nodiscard]] Result<std::string> sign(const Profile& profile, Timestamp now) const;
  [[nodiscard]] std::chrono::seconds life() const { return life_; }

  // Every token from now on. Errors: corrupt, and nothing changes.
  [[nodiscard]] Result<void> replace_key(std::string_view private_key);
  [[nodiscard]] std::string key_id() const { return current_->get().id; }

 private:
  class Current {
   public:
    explicit Current(SigningKey key) : key_(std::move(key)) {}
    [[nodiscard]] SigningKey get() const {
      const std::lock_guard lock(mutex_);
      return key_;
    }
    void set(SigningKey key) {
      const std::lock_guard lock(mutex_);
      key_ = std::move(key);
    }

   private:
    mutable std::mutex mutex_;
    SigningKey key_;
  };

  TokenSigner(SigningKey key, std::chrono::seconds life) : current_(std::make_shared<Current>(std::move(key))), life_(life) {}

  std::shared_ptr<Current> current_;
  std::chrono::seconds life_;
};

}  // namespace ordo::identity
