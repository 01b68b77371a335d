#pragma once
// Purpose: makes users, and looks after their profiles. A new user and the event that tells the log stand in one transaction.
// Errors: refusals; see events/identity/questions.hpp.
// Threads: may be used by all; every call blocks. What it is given outlives it.

#include <functional>
#include <string>
#include <vector>

#include "command-side/identity/password_hashing.hpp"
#include "events/identity/questions.hpp"
#include "events/vocabulary/money.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::identity {

class Registration {
 public:
  // `registered` is called after each commit, to wake the relay; it must not block.
  Registration(postgres::Pool& pool, PasswordHashing& hashing, Clock& clock, Currency currency,
               std::function<void()> registered = {});

  // Refusals: invalid, username_taken, busy, unavailable, timeout.
  [[nodiscard]] Answer<Profile> register_user(NewUser user, std::vector<std::string> roles = {"user"});

 private:
  [[nodiscard]] Answer<Profile> store(const NewUser& user, std::vector<std::string> roles, std::string password_hash);

  postgres::Pool& pool_;
  PasswordHashing& hashing_;
  Clock& clock_;
  const Currency currency_;
  const std::function<void()> registered_;
};

class Profiles {
 public:
  Profiles(postgres::Pool& pool, Clock& clock) : pool_(pool), clock_(clock) {}

  // Refusals: not_found, invalid, unavailable, timeout.
  [[nodiscard]] Answer<Profile> of(UserId user);
  [[nodiscard]] Answer<std::vector<Profile>> of(const std::vector<UserId>& users);  // of those who are there
  [[nodiscard]] Answer<Profile> by_name(std::string_view username);
  [[nodiscard]] Answer<Profile> change(const ProfileChange& change);

 private:
  postgres::Pool& pool_;
  Clock& clock_;
};

}  // namespace ordo::identity
