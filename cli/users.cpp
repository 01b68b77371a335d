#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "command-side/identity/registration.hpp"
#include "command-side/identity/schema.hpp"

namespace ordo::cli {
namespace {

constexpr int kNotAccepted = 2;

struct WantedUser {
  std::string name;
  std::string role = "user";
  std::string email;
  std::string locale = "en";
  std::string password_file;  // "-": standard input
};

std::string read_all(std::istream& input) { return {std::istreambuf_iterator<char>(input), {}}; }

// Without the end of the line that editors and echo leave.
Result<std::string> read_password(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  if (path != "-" && !file) return failure(FailureKind::unavailable, fmt::format("cannot read the password from {}", path));
  auto password = read_all(path == "-" ? std::cin : file);
  while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) password.pop_back();
  return password;
}

int print_refusal(const WantedUser& wanted, const identity::Refusal& refusal) {
  using enum identity::RefusalReason;
  if (refusal.reason == username_taken) {
    std::cout << fmt::format("user {} exists already; nothing was changed\n", wanted.name);
    return 0;
  }
  std::cerr << fmt::format("ordo: user {} was not added: {}\n", wanted.name, refusal.detail);
  for (const auto& problem : refusal.problems) std::cerr << fmt::format("  {} {}\n", problem.field, problem.detail);
  return refusal.reason == invalid ? kNotAccepted : 1;
}

int add_user(const Settings& settings, const WantedUser& wanted) {
  start_process("users", settings.output == "table" ? "warn" : settings.log_level);
  auto password = read_password(wanted.password_file);
  if (!password) return give_up(password.error());
  const auto currency = Currency::parse(settings.currency);
  if (!currency) return give_up({FailureKind::corrupt, fmt::format("{} is no currency", settings.currency)});
  const postgres::ConnectionOptions options{.url = settings.postgres_url, .application_name = "ordo-users"};
  auto connection = postgres::Connection::wait_for(options);
  if (!connection) return give_up(connection.error());
  if (const auto migrated = identity::migrate_schema(*connection); !migrated) return give_up(migrated.error());

  SystemClock clock;
  postgres::Pool pool({.connection = options, .connections_max = 1});
  identity::PasswordHashing hashing;
  identity::Registration registration(pool, hashing, clock, *currency);
  const auto added = registration.register_user(
      {.username = wanted.name, .password = std::move(*password), .email = wanted.email, .phone = {}, .locale = wanted.locale, .trace = {}},
      {wanted.role});
  if (!added) return print_refusal(wanted, added.error());
  std::cout << fmt::format("user {} added, id {}\n", added->username, added->user_id.text());
  return 0;
}

}  // namespace

void add_users(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("users", "the people who may log in");
  command->require_subcommand(1);
  auto* add = command->add_subcommand("add", "adds a user; says so when the name exists already, and changes nothing then");
  const auto wanted = std::make_shared<WantedUser>();
  add->add_option("name", wanted->name, "3 to 32 letters, digits, dots, underscores or hyphens")->required();
  add->add_option("--role", wanted->role, "user, or admin, who may see everybody's orders")->check(CLI::IsMember({"user", "admin"}));
  add->add_option("--email", wanted->email, "where letters go")->required();
  add->add_option("--locale", wanted->locale, "language of letters: en or ru")->check(CLI::IsMember({"en", "ru"}));
  add->add_option("--password-file", wanted->password_file, "file that holds the password; - for standard input")->required();
  add->footer("Example: ordo users add ann --role admin --email ann@example.org --password-file -");
  add->callback([&settings, &exit_code, wanted] { exit_code = add_user(settings, *wanted); });
}

}  // namespace ordo::cli
