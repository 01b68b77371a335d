// Stands for identity in tests/bench/letters: whoever is asked for is a user with an address, who reads English or, every second one, Russian.
//   reachable_users <nats url>: answers until SIGTERM.

#include <csignal>
#include <iostream>

#include "events/identity/question_codec.hpp"
#include "events/log/jetstream/request_reply.hpp"

namespace ordo::bench {
namespace {

identity::Profile profile_of(UserId user) {
  const auto name = user.text();
  const bool speaks_russian = user.bytes().back() % 2 == 0;
  return {.user_id = user, .username = name, .email = name + "@example.org", .locale = speaks_russian ? "ru" : "en",
          .channels = {"email"}, .roles = {"user"}, .version = 1};
}

std::string profiles(const std::string& question) {
  std::vector<identity::Profile> profiles;
  for (const auto user : identity::decode_user_ids(question).value_or(std::vector<UserId>())) profiles.push_back(profile_of(user));
  return encode(identity::Answer<std::vector<identity::Profile>>(std::move(profiles)));
}

std::string nobody_is_gone(const std::string& question) {
  return encode(identity::Answer<identity::Forgotten>(identity::Forgotten{{}, identity::decode_forgotten_question(question).value_or(0)}));
}

int serve(const char* url, const sigset_t& ending) {
  const auto connection = log::jetstream::Connection::open(url, "reachable-users");
  if (!connection) {
    std::cerr << "reachable_users: " << connection.error().text << '\n';
    return 1;
  }
  log::jetstream::NatsRequestReply port(*connection);
  const auto contacts = port.serve({.subject = std::string(identity::kProfilesSubject)}, profiles);
  const auto forgotten = port.serve({.subject = std::string(identity::kForgottenSubject)}, nobody_is_gone);
  std::cout << "ready" << std::endl;
  int number = 0;
  sigwait(&ending, &number);
  return 0;
}

}  // namespace
}  // namespace ordo::bench

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "reachable_users: say the server's URL\n";
    return 2;
  }
  // Blocked before there are threads, so that none of them takes it.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  return ordo::bench::serve(words[1], ending);
}
