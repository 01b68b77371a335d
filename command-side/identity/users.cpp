#include "command-side/identity/users.hpp"

#include <fmt/format.h>

namespace ordo::identity {
namespace {

constexpr std::string_view kColumns =
    "user_id, username, password_hash, email, phone, locale, channels, roles, created_at, updated_at, version";

StoredUser read_user(const postgres::Row& row) {
  return {.profile = {.user_id = row.get<UserId>(0),
                      .username = row.get<std::string>(1),
                      .email = row.get<std::string>(3),
                      .phone = row.get<std::string>(4),
                      .locale = row.get<std::string>(5),
                      .channels = row.get<std::vector<std::string>>(6),
                      .roles = row.get<std::vector<std::string>>(7),
                      .created_at = row.get<Timestamp>(8),
                      .updated_at = row.get<Timestamp>(9),
                      .version = static_cast<std::uint32_t>(row.get<std::int64_t>(10))},
          .password_hash = row.get<std::string>(2)};
}

std::optional<StoredUser> first_user(const postgres::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional<StoredUser>(read_user(rows[0]));
}

template <class Connection>
Result<std::optional<StoredUser>> find_by_id(Connection& connection, UserId user) {
  static const std::string sql = fmt::format("SELECT {} FROM identity.users WHERE user_id = $1::uuid", kColumns);
  return connection.execute(sql, user).map(first_user);
}

}  // namespace

Result<bool> insert_user(postgres::Transaction& transaction, const StoredUser& user) {
  static const std::string sql = fmt::format(
      "INSERT INTO identity.users ({}) VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text[], $8::text[], "
      "$9::timestamptz, $10::timestamptz, $11::bigint) ON CONFLICT (lower(username)) DO NOTHING",
      kColumns);
  const auto& profile = user.profile;
  return transaction
      .execute(sql, profile.user_id, profile.username, user.password_hash, profile.email, profile.phone, profile.locale,
               profile.channels, profile.roles, profile.created_at, profile.updated_at, profile.version)
      .map([](const postgres::Rows& rows) { return rows.affected() == 1; });
}

Result<void> insert_into_outbox(postgres::Transaction& transaction, UserId user, const log::Event& event) {
  return transaction
      .execute("INSERT INTO identity.outbox (event_id, user_id, type, payload, correlation_id, traceparent, recorded_at) VALUES "
               "($1::uuid, $2::uuid, $3::text, $4::bytea, $5::text, $6::text, $7::timestamptz)",
               event.id, user, event.payload.type, postgres::Bytes{event.payload.bytes}, event.trace.correlation_id,
               event.trace.traceparent, event.time)
      .map([](const postgres::Rows&) {});
}

Result<bool> waits_in_outbox(postgres::Pool& pool, UserId user) {
  return pool.execute("SELECT 1 FROM identity.outbox WHERE user_id = $1::uuid LIMIT 1", user).map([](const postgres::Rows& rows) {
    return !rows.empty();
  });
}

Result<std::optional<StoredUser>> find_user(postgres::Pool& pool, UserId user) { return find_by_id(pool, user); }

Result<std::vector<StoredUser>> find_users(postgres::Pool& pool, const std::vector<UserId>& users) {
  static const std::string sql = fmt::format("SELECT {} FROM identity.users WHERE user_id = ANY($1::uuid[])", kColumns);
  return pool.execute(sql, users).map([](const postgres::Rows& rows) {
    std::vector<StoredUser> found;
    for (const auto& row : rows) found.push_back(read_user(row));
    return found;
  });
}

Result<std::optional<StoredUser>> find_user(postgres::Transaction& transaction, UserId user) {
  return find_by_id(transaction, user);
}

Result<std::optional<StoredUser>> hold_user(postgres::Transaction& transaction, UserId user) {
  static const std::string sql =
      fmt::format("SELECT {} FROM identity.users WHERE user_id = $1::uuid FOR NO KEY UPDATE", kColumns);
  return transaction.execute(sql, user).map(first_user);
}

Result<std::optional<StoredUser>> change_password_hash(postgres::Transaction& transaction, UserId user, std::string_view password_hash,
                                                       Timestamp now) {
  static const std::string sql = fmt::format(
      "UPDATE identity.users SET password_hash = $2::text, updated_at = $3::timestamptz, version = version + 1 "
      "WHERE user_id = $1::uuid RETURNING {}",
      kColumns);
  return transaction.execute(sql, user, password_hash, now).map(first_user);
}

Result<std::optional<StoredUser>> find_user_by_name(postgres::Pool& pool, std::string_view username) {
  static const std::string sql = fmt::format("SELECT {} FROM identity.users WHERE lower(username) = lower($1::text)", kColumns);
  return pool.execute(sql, username).map(first_user);
}

Result<std::optional<StoredUser>> change_user(postgres::Pool& pool, const ProfileChange& change, Timestamp now) {
  static const std::string sql = fmt::format(
      "UPDATE identity.users SET email = coalesce($2::text, email), phone = coalesce($3::text, phone), "
      "locale = coalesce($4::text, locale), channels = coalesce($5::text[], channels), updated_at = $6::timestamptz, "
      "version = version + 1 WHERE user_id = $1::uuid RETURNING {}",
      kColumns);
  const auto channels = change.channels ? postgres::Parameter(*change.channels) : postgres::Parameter(std::nullopt);
  return pool.execute(sql, change.user_id, change.email, change.phone, change.locale, channels, now).map(first_user);
}

}  // namespace ordo::identity
