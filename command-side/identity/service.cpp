#include "command-side/identity/service.hpp"

#include <string>
#include <type_traits>

#include "events/identity/question_codec.hpp"

namespace ordo::identity {
namespace {

constexpr std::string_view kQueueGroup = "identity";
// Of one subject: for hashing there are more threads than hashes may run at once, so that it is the hashing that says `busy`.
constexpr std::size_t kPasswordThreads = 8;
constexpr std::size_t kThreads = 2;
constexpr std::size_t kPasswordsWaitingMax = 64;

// Reads the question, acts on it, writes the answer.
template <class Decode, class Act>
log::Handler handler(Decode decode, Act act) {
  return [decode, act](std::string bytes) -> std::string {
    auto question = decode(bytes);
    using Answered = std::invoke_result_t<Act, decltype(std::move(*question))>;
    if (!question) return encode(Answered(refuse(RefusalReason::invalid, question.error().text)));
    return encode(act(std::move(*question)));
  };
}

struct Subject {
  std::string_view name;
  std::size_t threads;
  std::size_t waiting_max;
  log::Handler handler;
};

}  // namespace

Result<Services> serve_identity(log::RequestReply& port, Registration& registration, Sessions& sessions, Profiles& profiles,
                                Forgetting& forgetting) {
  const Subject subjects[] = {
      {kRegisterSubject, kPasswordThreads, kPasswordsWaitingMax,
       handler(decode_new_user, [&](NewUser user) { return registration.register_user(std::move(user)); })},
      {kLoginSubject, kPasswordThreads, kPasswordsWaitingMax,
       handler(decode_credentials, [&](const Credentials& credentials) { return sessions.login(credentials); })},
      {kRefreshSubject, kThreads, 1024, handler(decode_refresh_token, [&](const std::string& token) { return sessions.refresh(token); })},
      {kLogoutSubject, kThreads, 1024, handler(decode_refresh_token, [&](const std::string& token) { return sessions.logout(token); })},
      {kProfileSubject, kThreads, 1024, handler(decode_user_id, [&](UserId user) { return profiles.of(user); })},
      {kProfilesSubject, kThreads, 1024, handler(decode_user_ids, [&](const std::vector<UserId>& users) { return profiles.of(users); })},
      {kProfileByNameSubject, kThreads, 1024,
       handler(decode_username, [&](const std::string& username) { return profiles.by_name(username); })},
      {kProfileChangeSubject, kThreads, 1024,
       handler(decode_profile_change, [&](const ProfileChange& change) { return profiles.change(change); })},
      {kPasswordChangeSubject, kPasswordThreads, kPasswordsWaitingMax,
       handler(decode_password_change, [&](const PasswordChange& change) { return sessions.change_password(change); })},
      {kForgetSubject, kThreads, 1024, handler(decode_user_id, [&](UserId user) { return forgetting.forget(user); })},
      {kForgottenSubject, 1, 1024, handler(decode_forgotten_question, [&](std::int64_t place) { return forgetting.after(place); })},
  };
  Services services;
  for (const auto& subject : subjects) {
    auto service = port.serve({.subject = std::string(subject.name),
                               .queue_group = std::string(kQueueGroup),
                               .worker_threads = subject.threads,
                               .queue_size_max = subject.waiting_max},
                              subject.handler);
    if (!service) return tl::unexpected(service.error());
    services.push_back(std::move(*service));
  }
  return services;
}

}  // namespace ordo::identity
