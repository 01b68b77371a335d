#pragma once
// Purpose: what identity is asked over request/reply, and what it answers; nothing of it is ever stored.
// Threads: plain values.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/event.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::identity {

inline constexpr std::string_view kRegisterSubject = "identity.register";
inline constexpr std::string_view kLoginSubject = "identity.login";
inline constexpr std::string_view kRefreshSubject = "identity.refresh";
inline constexpr std::string_view kLogoutSubject = "identity.logout";
inline constexpr std::string_view kProfileSubject = "identity.profile.get";
inline constexpr std::string_view kProfilesSubject = "identity.profile.get_many";
inline constexpr std::string_view kProfileByNameSubject = "identity.profile.by_name";
inline constexpr std::string_view kProfileChangeSubject = "identity.profile.change";
inline constexpr std::string_view kPasswordChangeSubject = "identity.password.change";
inline constexpr std::string_view kForgetSubject = "identity.forget";
inline constexpr std::string_view kForgottenSubject = "identity.forgotten";

struct Profile {
  UserId user_id;
  std::string username;
  std::string email;
  std::string phone;                  // E.164, or empty
  std::string locale;                 // "en" or "ru"
  std::vector<std::string> channels;  // "email"
  std::vector<std::string> roles;     // "user", "admin"
  Timestamp created_at;
  Timestamp updated_at;
  std::uint32_t version = 0;  // grows by one with every change, from 1

  friend bool operator==(const Profile&, const Profile&) = default;
};

struct NewUser {
  std::string username;
  std::string password;
  std::string email;
  std::string phone;   // may be empty
  std::string locale;  // empty: "en"
  log::Trace trace;    // of the registration; its actor is the new user
};

struct Credentials {
  std::string username;
  std::string password;
  std::string address = {};  // from where, as the gateway counts clients; empty: not told
};

struct Tokens {
  std::string access_token;
  std::chrono::seconds expires_in{0};  // of the access token
  std::string refresh_token;

  friend bool operator==(const Tokens&, const Tokens&) = default;
};

// What is absent stays as it is; an empty phone takes it away.
struct ProfileChange {
  UserId user_id;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::string> locale;
  std::optional<std::vector<std::string>> channels;
};

struct PasswordChange {
  UserId user_id;
  std::string current_password;
  std::string new_password;
};

// People who are gone, in the order in which they went.
struct Forgotten {
  std::vector<UserId> users;
  std::int64_t place = 0;  // to ask again from

  friend bool operator==(const Forgotten&, const Forgotten&) = default;
};

enum class RefusalReason {
  username_taken,
  invalid_credentials,  // unknown user, wrong password, or a refresh token that is not valid (any more)
  not_found,
  invalid,      // see `problems`
  busy,         // too many ask at once: later
  unavailable,  // identity or its database is away: later
  too_many_guesses,  // of this account's password, or from this address; says nothing of whether there is such a user
  timeout,      // no answer in time; a registration may have happened
};

[[nodiscard]] std::string_view text(RefusalReason reason);

struct FieldProblem {
  std::string field;  // "email"
  std::string detail;

  friend bool operator==(const FieldProblem&, const FieldProblem&) = default;
};

struct Refusal {
  RefusalReason reason;
  std::string detail;
  std::vector<FieldProblem> problems;  // all of them
  std::chrono::seconds retry_after{0};  // of too_many_guesses

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

template <class Value>
using Answer = Result<Value, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refuse(RefusalReason reason, std::string detail = {}) {
  return tl::unexpected<Refusal>(Refusal{reason, std::move(detail), {}});
}

}  // namespace ordo::identity
