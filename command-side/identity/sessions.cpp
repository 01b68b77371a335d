#include "command-side/identity/sessions.hpp"

#include "command-side/identity/refusals.hpp"
#include "events/identity/rules.hpp"

namespace ordo::identity {
namespace {

tl::unexpected<Refusal> wrong_credentials() { return refuse(RefusalReason::invalid_credentials, "username or password is wrong"); }

tl::unexpected<Refusal> wrong_refresh_token() { return refuse(RefusalReason::invalid_credentials, "the refresh token is not valid"); }

Refusal wrong_password() { return refusal_of(std::vector<FieldProblem>{{"current_password", "is not the password"}}); }

}  // namespace

Answer<Tokens> Sessions::login(const Credentials& credentials) {
  const auto user = find_user_by_name(pool_, credentials.username);
  if (!user) return tl::unexpected(refusal_of(user.error()));
  const auto right = guess(*user, credentials);
  if (!right) return tl::unexpected(right.error());
  if (!*right) return wrong_credentials();
  if (auto known = await_registration_in_log((*user)->profile.user_id); !known) return tl::unexpected(known.error());
  return pool_
      .transact([&](postgres::Transaction& transaction) {
        return open_session(transaction, **user);
      })
      .map_error([](const Failure& failure) { return refusal_of(failure); })
      .and_then([](std::optional<Tokens> tokens) -> Answer<Tokens> {
        if (!tokens) return wrong_credentials();
        return std::move(*tokens);
      });
}

// Nothing: the password that was right has been changed since, or the user is gone.
Result<std::optional<Tokens>> Sessions::open_session(postgres::Transaction& transaction, const StoredUser& verified) {
  const auto user = hold_user(transaction, verified.profile.user_id);
  if (!user) return tl::unexpected(user.error());
  if (!*user || (*user)->password_hash != verified.password_hash) return std::nullopt;
  const auto& profile = (*user)->profile;
  return forget_expired_refresh_tokens(transaction, profile.user_id, clock_.now())
      .and_then([&] { return issue(transaction, profile, TokenFamily::random()); })
      .map([](Tokens tokens) { return std::optional(std::move(tokens)); });
}

Answer<bool> Sessions::verify(const std::optional<StoredUser>& user, const std::string& password) {
  return user ? hashing_.verify(user->password_hash, password) : hashing_.verify_nobody(password);
}

Answer<bool> Sessions::guess(const std::optional<StoredUser>& user, const Credentials& credentials) {
  if (auto begun = guesses_.begin(credentials.username, credentials.address); !begun) return tl::unexpected(begun.error());
  auto right = verify(user, credentials.password);
  const bool wrong = right && !*right;
  wrong ? guesses_.failed(credentials.address) : guesses_.was_none(credentials.username);
  return right;
}

Answer<void> Sessions::await_registration_in_log(UserId user) {
  const auto end = std::chrono::steady_clock::now() + limits_.registration_waited_for_max;
  for (auto hurry = Hurry::yes;; hurry = Hurry::no) {
    const auto waits = waits_in_outbox(pool_, user);
    if (!waits) return tl::unexpected(refusal_of(waits.error()));
    if (!*waits) return {};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return refuse(RefusalReason::busy, "the registration has not reached the log yet");
    await_pass_(hurry, left);
  }
}

Answer<Tokens> Sessions::refresh(std::string_view refresh_token) {
  // A refusal is a value here: a reused token's family stays revoked only when the transaction is committed.
  const auto tokens = pool_.transact([&](postgres::Transaction& transaction) -> Result<std::optional<Tokens>> {
    const auto used = use_refresh_token(transaction, refresh_token, clock_.now());
    if (!used) return tl::unexpected(used.error());
    if (!*used) return std::nullopt;
    const auto user = find_user(transaction, (*used)->user);
    if (!user) return tl::unexpected(user.error());
    if (!*user) return std::nullopt;
    return issue(transaction, (*user)->profile, (*used)->family).map([](Tokens issued) { return std::optional(std::move(issued)); });
  });
  if (!tokens) return tl::unexpected(refusal_of(tokens.error()));
  if (!*tokens) return wrong_refresh_token();
  return **tokens;
}

Answer<void> Sessions::logout(std::string_view refresh_token) {
  return pool_.transact([&](postgres::Transaction& transaction) { return revoke_refresh_token(transaction, refresh_token); })
      .map_error([](const Failure& failure) { return refusal_of(failure); });
}

Answer<Profile> Sessions::change_password(const PasswordChange& change) {
  if (auto problems = problems_of(change); !problems.empty()) return tl::unexpected(refusal_of(std::move(problems)));
  const auto user = find_user(pool_, change.user_id);
  if (!user) return tl::unexpected(refusal_of(user.error()));
  if (!*user) return refuse(RefusalReason::not_found, "there is no such user");
  const auto right = guess(*user, {(*user)->profile.username, change.current_password});
  if (!right) return tl::unexpected(right.error());
  if (!*right) return tl::unexpected(wrong_password());
  const auto hash = hashing_.hash(change.new_password);
  if (!hash) return tl::unexpected(hash.error());
  return replace_password(**user, *hash);
}

Answer<Profile> Sessions::replace_password(const StoredUser& verified, const std::string& password_hash) {
  const auto changed = pool_.transact([&](postgres::Transaction& transaction) -> Result<std::optional<StoredUser>> {
    const auto user = hold_user(transaction, verified.profile.user_id);
    if (!user) return tl::unexpected(user.error());
    if (!*user || (*user)->password_hash != verified.password_hash) return std::nullopt;
    return revoke_all_refresh_tokens(transaction, verified.profile.user_id).and_then([&] {
      return change_password_hash(transaction, verified.profile.user_id, password_hash, clock_.now());
    });
  });
  if (!changed) return tl::unexpected(refusal_of(changed.error()));
  if (!*changed) return tl::unexpected(wrong_password());
  return (*changed)->profile;
}

Result<Tokens> Sessions::issue(postgres::Transaction& transaction, const Profile& profile, TokenFamily family) {
  const auto now = clock_.now();
  return signer_.sign(profile, now).and_then([&](const std::string& access_token) {
    return issue_refresh_token(transaction, profile.user_id, family, now, limits_.refresh_life).map([&](const std::string& refresh_token) {
      return Tokens{access_token, signer_.life(), refresh_token};
    });
  });
}

}  // namespace ordo::identity
