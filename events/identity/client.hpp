#pragma once
// Purpose: asks identity. Questions that only read are asked again when no answer comes, with growing, jittered pauses; a
//          registration or a login never is. After several failures in a row nobody is asked for a while (circuit breaker), so
//          that an outage of identity costs its callers no threads.
// Errors: refusals; see questions.hpp.
// Threads: may be used by all; every call blocks. The port and the pacing outlive the client.

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/identity/bounded_cache.hpp"
#include "events/identity/circuit_breaker.hpp"
#include "events/identity/pacing.hpp"
#include "events/identity/questions.hpp"
#include "events/log/request_reply.hpp"

namespace ordo::identity {

struct ClientOptions {
  std::chrono::milliseconds timeout{2'000};
  std::chrono::milliseconds password_timeout{10'000};  // register and login: hashing takes time, and there may be a queue
  int attempts_max = 3;                                // of questions that only read
  std::chrono::milliseconds pause_first{50};           // doubles with every attempt; half of it is jitter
  std::chrono::milliseconds pause_max{1'000};
  std::chrono::milliseconds contact_age_max{60'000};
  std::size_t contacts_max = 100'000;
  BreakerOptions breaker;
};

class IdentityClient {
 public:
  explicit IdentityClient(log::RequestReply& port, ClientOptions options = {}, Pacing& pacing = real_pacing());

  [[nodiscard]] Answer<Profile> register_user(const NewUser& user);
  [[nodiscard]] Answer<Tokens> login(const Credentials& credentials);
  [[nodiscard]] Answer<Tokens> refresh(std::string_view refresh_token);
  [[nodiscard]] Answer<void> logout(std::string_view refresh_token);

  [[nodiscard]] Answer<Profile> profile(UserId user);
  [[nodiscard]] Answer<Profile> profile_by_name(std::string_view username);
  [[nodiscard]] Answer<Profile> change_profile(const ProfileChange& change);

  // Who has a token from before goes on until it expires; every session ends. Refusals: invalid, not_found, …
  [[nodiscard]] Answer<Profile> change_password(const PasswordChange& change);
  [[nodiscard]] Answer<void> forget(UserId user);
  // See forgotten_watch.hpp; what is remembered of them here is forgotten with it.
  [[nodiscard]] Answer<Forgotten> forgotten_after(std::int64_t place);

  // Where to reach users, an answer for each, in their order; all who are not remembered are asked for at once. May be as old as
  // `contact_age_max`. Null: there is no such user. Errors: unavailable, timeout.
  using FoundProfile = Result<std::shared_ptr<const Profile>>;
  [[nodiscard]] std::vector<FoundProfile> contacts(std::span<const UserId> users);

  [[nodiscard]] BreakerState breaker_state() const { return breaker_.state(); }

 private:
  [[nodiscard]] Result<std::unordered_map<UserId, std::shared_ptr<const Profile>>> ask_for_contacts(std::vector<UserId> users);

  template <class Decode>
  [[nodiscard]] auto ask(std::string_view subject, const std::string& question, std::chrono::milliseconds timeout,
                         int attempts_max, Decode decode) -> decltype(decode(std::string_view()));

  log::RequestReply& port_;
  const ClientOptions options_;
  Pacing& pacing_;
  CircuitBreaker breaker_;
  BoundedCache<UserId, std::shared_ptr<const Profile>> contacts_;
};

}  // namespace ordo::identity
