#pragma once
// Purpose: the rows of identity.users and identity.outbox.
// Errors: as postgres::Connection.
// Threads: as what they are given.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/identity/questions.hpp"
#include "events/log/event.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::identity {

struct StoredUser {
  Profile profile;
  std::string password_hash;
};

// False: the username is taken, and nothing was written.
[[nodiscard]] Result<bool> insert_user(postgres::Transaction& transaction, const StoredUser& user);
[[nodiscard]] Result<void> insert_into_outbox(postgres::Transaction& transaction, UserId user, const log::Event& event);

// Whether something that was decided about the user has still to reach the log.
[[nodiscard]] Result<bool> waits_in_outbox(postgres::Pool& pool, UserId user);

[[nodiscard]] Result<std::optional<StoredUser>> find_user(postgres::Pool& pool, UserId user);
// Those who are there, in no order.
[[nodiscard]] Result<std::vector<StoredUser>> find_users(postgres::Pool& pool, const std::vector<UserId>& users);
[[nodiscard]] Result<std::optional<StoredUser>> find_user(postgres::Transaction& transaction, UserId user);
// As it is, and nobody changes it, or the user's sessions, before the transaction ends: whoever does takes it like this first.
[[nodiscard]] Result<std::optional<StoredUser>> hold_user(postgres::Transaction& transaction, UserId user);
[[nodiscard]] Result<std::optional<StoredUser>> find_user_by_name(postgres::Pool& pool, std::string_view username);

[[nodiscard]] Result<std::optional<StoredUser>> change_password_hash(postgres::Transaction& transaction, UserId user,
                                                                     std::string_view password_hash, Timestamp now);

// Answers the user as it is now. Requires: the change keeps the rules.
[[nodiscard]] Result<std::optional<StoredUser>> change_user(postgres::Pool& pool, const ProfileChange& change, Timestamp now);

}  // namespace ordo::identity
