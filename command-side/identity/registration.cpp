#include "command-side/identity/registration.hpp"

#include "command-side/identity/refusals.hpp"
#include "events/identity/rules.hpp"
#include "command-side/identity/users.hpp"
#include "events/identity/events.hpp"

namespace ordo::identity {
namespace {

Profile new_profile(const NewUser& user, std::vector<std::string> roles, Timestamp now) {
  return {.user_id = UserId::random(),
          .username = user.username,
          .email = user.email,
          .phone = user.phone,
          .locale = user.locale.empty() ? "en" : user.locale,
          .channels = {"email"},
          .roles = std::move(roles),
          .created_at = now,
          .updated_at = now,
          .version = 1};
}

log::Event user_registered(UserId user, Currency currency, log::Trace trace, Timestamp now) {
  trace.actor = user;
  trace.key = log::Key{user, std::nullopt};
  const auto id = EventId::random();
  if (trace.correlation_id.empty()) trace.correlation_id = id.text();
  return {.id = id, .payload = encode(UserRegistered{user, currency}), .trace = std::move(trace), .time = now};
}

Answer<Profile> profile_in(const Result<std::optional<StoredUser>>& found) {
  if (!found) return tl::unexpected(refusal_of(found.error()));
  if (!*found) return refuse(RefusalReason::not_found, "there is no such user");
  return (*found)->profile;
}

}  // namespace

Registration::Registration(postgres::Pool& pool, PasswordHashing& hashing, Clock& clock, Currency currency,
                           std::function<void()> registered)
    : pool_(pool), hashing_(hashing), clock_(clock), currency_(currency), registered_(std::move(registered)) {}

Answer<Profile> Registration::register_user(NewUser user, std::vector<std::string> roles) {
  if (auto problems = problems_of(user); !problems.empty()) return tl::unexpected(refusal_of(std::move(problems)));
  // Not worth a hash when the name is taken already; whether it is free is decided by the insert alone.
  const auto known = find_user_by_name(pool_, user.username);
  if (!known) return tl::unexpected(refusal_of(known.error()));
  if (*known) return refuse(RefusalReason::username_taken, "the username is taken");
  return hashing_.hash(user.password).and_then([&](std::string hash) {
    return store(user, std::move(roles), std::move(hash));
  });
}

Answer<Profile> Registration::store(const NewUser& user, std::vector<std::string> roles, std::string password_hash) {
  const auto now = clock_.now();
  const StoredUser stored{new_profile(user, std::move(roles), now), std::move(password_hash)};
  const auto event = user_registered(stored.profile.user_id, currency_, user.trace, now);
  const auto inserted = pool_.transact([&](postgres::Transaction& transaction) -> Result<bool> {
    const auto fresh = insert_user(transaction, stored);
    if (!fresh || !*fresh) return fresh;
    return insert_into_outbox(transaction, stored.profile.user_id, event).map([] { return true; });
  });
  if (!inserted) return tl::unexpected(refusal_of(inserted.error()));
  if (!*inserted) return refuse(RefusalReason::username_taken, "the username is taken");
  if (registered_) registered_();
  return stored.profile;
}

Answer<Profile> Profiles::of(UserId user) { return profile_in(find_user(pool_, user)); }

Answer<std::vector<Profile>> Profiles::of(const std::vector<UserId>& users) {
  auto found = find_users(pool_, users);
  if (!found) return tl::unexpected(refusal_of(found.error()));
  std::vector<Profile> profiles;
  for (auto& user : *found) profiles.push_back(std::move(user.profile));
  return profiles;
}

Answer<Profile> Profiles::by_name(std::string_view username) { return profile_in(find_user_by_name(pool_, username)); }

Answer<Profile> Profiles::change(const ProfileChange& change) {
  if (auto problems = problems_of(change); !problems.empty()) return tl::unexpected(refusal_of(std::move(problems)));
  return profile_in(change_user(pool_, change, clock_.now()));
}

}  // namespace ordo::identity
