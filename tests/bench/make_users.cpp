// Makes users for benchmarks, more than could be hashed and logged in one by one: rows as identity writes them at a registration, and
// for each an access token under the stack's own key.
//   make_users COUNT PRIVATE_KEY_FILE CURRENCY FOLDER: writes FOLDER/users and FOLDER/outbox, for COPY into identity's tables, and
//   FOLDER/tokens, one per line. Their password hash is none: nobody logs in as one of them.

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "command-side/identity/token.hpp"
#include "events/identity/events.hpp"

namespace ordo::bench {
namespace {

constexpr auto kTokenLife = std::chrono::hours(24);  // a bench may take longer than an hour

[[noreturn]] void give_up(const std::string& reason) {
  std::cerr << "make_users: " << reason << '\n';
  std::exit(1);
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

identity::Profile new_profile(std::uint64_t number, Timestamp now) {
  const auto id = UserId::random();
  const auto name = fmt::format("bench-{}-{}", number, id.text().substr(24));
  return {.user_id = id, .username = name, .email = name + "@example.com", .phone = "", .locale = "en", .channels = {"email"},
          .roles = {"user"}, .created_at = now, .updated_at = now, .version = 1};
}

void write(std::uint64_t count, const identity::TokenSigner& signer, Currency currency, const std::string& folder) {
  std::ofstream users(folder + "/users");
  std::ofstream outbox(folder + "/outbox");
  std::ofstream tokens(folder + "/tokens");
  const auto now = SystemClock().now();
  for (std::uint64_t number = 0; number < count; ++number) {
    const auto profile = new_profile(number, now);
    const auto token = signer.sign(profile, now);
    if (!token) give_up(token.error().text);
    const auto id = profile.user_id.text();
    const auto event = EventId::random().text();
    const auto payload = identity::encode(identity::UserRegistered{profile.user_id, currency});
    fmt::print(users, "{}\t{}\t*\t{}\t\ten\t{{email}}\t{{user}}\tnow\tnow\t1\n", id, profile.username, profile.email);
    fmt::print(outbox, "{}\t{}\t{}\t\\\\x{}\t{}\t\tnow\n", event, id, payload.type, hexadecimal(payload.bytes), event);
    fmt::print(tokens, "{}\n", *token);
  }
  if (!users.flush() || !outbox.flush() || !tokens.flush()) give_up("cannot write to " + folder);
}

}  // namespace
}  // namespace ordo::bench

int main(int count, char** words) {
  using namespace ordo;
  if (count != 5) bench::give_up("say how many, the file of the private key, the currency and a folder");
  std::ostringstream key;
  key << std::ifstream(words[2]).rdbuf();
  const auto signer = identity::TokenSigner::open(key.str(), bench::kTokenLife);
  const auto currency = Currency::parse(words[3]);
  if (!signer || !currency) bench::give_up(signer ? "that is no currency" : signer.error().text);
  bench::write(std::strtoull(words[1], nullptr, 10), *signer, *currency, words[4]);
  return 0;
}
