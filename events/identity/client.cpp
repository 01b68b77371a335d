#include "events/identity/client.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "events/identity/question_codec.hpp"

namespace ordo::identity {
namespace {

using std::chrono::milliseconds;

Refusal refusal_of(const Failure& failure) {
  const bool late = failure.kind == FailureKind::timeout;
  return {late ? RefusalReason::timeout : RefusalReason::unavailable, "identity: " + failure.text, {}};
}

bool passing(RefusalReason reason) {
  return reason == RefusalReason::unavailable || reason == RefusalReason::timeout || reason == RefusalReason::busy;
}

milliseconds pause_before(int attempt, const ClientOptions& options, Pacing& pacing) {
  const auto full = std::min(options.pause_max, options.pause_first * (1 << std::min(attempt - 1, 16)));
  return full / 2 + milliseconds(static_cast<std::int64_t>(static_cast<double>(full.count()) / 2 * pacing.chance()));
}

}  // namespace

IdentityClient::IdentityClient(log::RequestReply& port, ClientOptions options, Pacing& pacing)
    : port_(port), options_(options), pacing_(pacing), breaker_(options.breaker), contacts_(options.contacts_max) {}

template <class Decode>
auto IdentityClient::ask(std::string_view subject, const std::string& question, milliseconds timeout, int attempts_max,
                         Decode decode) -> decltype(decode(std::string_view())) {
  for (int attempt = 1;; ++attempt) {
    if (!breaker_.allow(pacing_.now())) {
      return refuse(RefusalReason::unavailable, "identity did not answer lately and is not asked for the moment");
    }
    auto reply = port_.request(std::string(subject), question, timeout).map_error(refusal_of);
    auto answer = std::move(reply).and_then(decode);
    const auto before = breaker_.state();
    const bool away = !answer && passing(answer.error().reason) && answer.error().reason != RefusalReason::busy;
    away ? breaker_.failed(pacing_.now()) : breaker_.succeeded();
    if (const auto after = breaker_.state(); after != before) spdlog::warn("identity: circuit breaker is {}", text(after));
    if (answer || !passing(answer.error().reason) || attempt >= attempts_max) return answer;
    pacing_.sleep(pause_before(attempt, options_, pacing_));
  }
}

Answer<Profile> IdentityClient::register_user(const NewUser& user) {
  return ask(kRegisterSubject, encode(user), options_.password_timeout, 1, decode_profile);
}

Answer<Tokens> IdentityClient::login(const Credentials& credentials) {
  return ask(kLoginSubject, encode(credentials), options_.password_timeout, 1, decode_tokens);
}

Answer<Tokens> IdentityClient::refresh(std::string_view refresh_token) {
  return ask(kRefreshSubject, encode_refresh_token(refresh_token), options_.timeout, 1, decode_tokens);
}

Answer<void> IdentityClient::logout(std::string_view refresh_token) {
  return ask(kLogoutSubject, encode_refresh_token(refresh_token), options_.timeout, options_.attempts_max, decode_done);
}

Answer<Profile> IdentityClient::profile(UserId user) {
  return ask(kProfileSubject, encode_user_id(user), options_.timeout, options_.attempts_max, decode_profile);
}

Answer<Profile> IdentityClient::profile_by_name(std::string_view username) {
  return ask(kProfileByNameSubject, encode_username(username), options_.timeout, options_.attempts_max, decode_profile);
}

Answer<Profile> IdentityClient::change_profile(const ProfileChange& change) {
  auto answer = ask(kProfileChangeSubject, encode(change), options_.timeout, 1, decode_profile);
  contacts_.erase(change.user_id);
  return answer;
}

Answer<Profile> IdentityClient::change_password(const PasswordChange& change) {
  return ask(kPasswordChangeSubject, encode(change), options_.password_timeout, 1, decode_profile);
}

Answer<void> IdentityClient::forget(UserId user) {
  auto answer = ask(kForgetSubject, encode_user_id(user), options_.timeout, 1, decode_done);
  contacts_.erase(user);
  return answer;
}

Answer<Forgotten> IdentityClient::forgotten_after(std::int64_t place) {
  // Past the circuit breaker: it is asked every second, and says nothing of how those fare who wait for an answer.
  auto answer = port_.request(std::string(kForgottenSubject), encode_forgotten_question(place), options_.timeout)
                    .map_error(refusal_of)
                    .and_then(decode_forgotten);
  if (answer) {
    for (const auto user : answer->users) contacts_.erase(user);
  }
  return answer;
}

std::vector<IdentityClient::FoundProfile> IdentityClient::contacts(std::span<const UserId> users) {
  std::vector<FoundProfile> found;
  found.reserve(users.size());
  std::vector<UserId> strangers;
  const auto now = pacing_.now();
  for (const auto user : users) {
    auto known = contacts_.find(user, now);
    if (!known) strangers.push_back(user);
    found.emplace_back(std::move(known).value_or(nullptr));
  }
  if (strangers.empty()) return found;
  const auto asked = ask_for_contacts(std::move(strangers));
  for (std::size_t index = 0; index < users.size(); ++index) {
    if (*found[index]) continue;
    if (!asked) {
      found[index] = tl::unexpected(asked.error());
    } else if (const auto profile = asked->find(users[index]); profile != asked->end()) {
      found[index] = profile->second;
    }
  }
  return found;
}

Result<std::unordered_map<UserId, std::shared_ptr<const Profile>>> IdentityClient::ask_for_contacts(std::vector<UserId> users) {
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
  auto answer = ask(kProfilesSubject, encode_user_ids(users), options_.timeout, options_.attempts_max, decode_profiles);
  if (!answer) {
    const bool late = answer.error().reason == RefusalReason::timeout;
    return failure(late ? FailureKind::timeout : FailureKind::unavailable, std::move(answer.error().detail));
  }
  std::unordered_map<UserId, std::shared_ptr<const Profile>> profiles;
  for (auto& profile : *answer) {
    const auto shared = std::make_shared<const Profile>(std::move(profile));
    contacts_.insert(shared->user_id, shared, pacing_.now() + options_.contact_age_max);
    profiles.emplace(shared->user_id, shared);
  }
  return profiles;
}

}  // namespace ordo::identity
