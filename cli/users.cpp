#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/lifetime.hpp"
#include "cli/operator_record.hpp"
#include "cli/secret_file.hpp"
#include "cli/settings.hpp"
#include "command-side/identity/registration.hpp"
#include "command-side/identity/schema.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

constexpr int kNotAccepted = exit_code::kNo;

constexpr auto kFooter =
    "The record names the user by his id: his name and address stand in identity's tables alone.\n"
    "Exit: 0 added, or there already, 2 refused (name, password or address are not valid), 1 it could not be done.\n"
    "Example: ordo users add ann --role admin --email ann@example.org --password-file - < password.txt";

struct WantedUser {
  std::string name;
  std::string role = "user";
  std::string email;
  std::string locale = "en";
  std::string password_file;  // "-": standard input
  std::string reason;
};

std::string json_of(const WantedUser& wanted, const identity::Profile* added) {
  JsonText json;
  json.open_object().member("username", added != nullptr ? added->username : wanted.name).member("added", added != nullptr);
  if (added != nullptr) json.member("user_id", added->user_id.text()).member("role", wanted.role);
  return json.close_object().take() + '\n';
}

ActOutcome refused(const Settings& settings, const WantedUser& wanted, const identity::Refusal& refusal) {
  using enum identity::RefusalReason;
  if (refusal.reason == username_taken) {
    std::cout << (settings.output == "table" ? fmt::format("user {} exists already; nothing was changed\n", wanted.name)
                                             : json_of(wanted, nullptr));
    return {exit_code::kGood, "the name exists already; nothing was changed"};
  }
  std::cerr << fmt::format("ordo: user {} was not added: {}\n", wanted.name, refusal.detail);
  for (const auto& problem : refusal.problems) std::cerr << fmt::format("  {} {}\n", problem.field, problem.detail);
  return {refusal.reason == invalid ? kNotAccepted : exit_code::kFailed, "not added"};
}

ActOutcome register_user(const Settings& settings, const WantedUser& wanted, std::string password, Currency currency) {
  const postgres::ConnectionOptions options{.url = settings.postgres_url, .application_name = "ordo-users"};
  auto connection = postgres::Connection::wait_for(options);
  if (!connection) return {give_up(connection.error()), "not added"};
  if (const auto migrated = identity::migrate_schema(*connection); !migrated) return {give_up(migrated.error()), "not added"};

  SystemClock clock;
  postgres::Pool pool({.connection = options, .connections_max = 1});
  identity::PasswordHashing hashing;
  identity::Registration registration(pool, hashing, clock, currency);
  const auto added = registration.register_user(
      {.username = wanted.name, .password = std::move(password), .email = wanted.email, .phone = {}, .locale = wanted.locale, .trace = {}},
      {wanted.role});
  if (!added) return refused(settings, wanted, added.error());
  std::cout << (settings.output == "table" ? fmt::format("user {} added, id {}\n", added->username, added->user_id.text())
                                           : json_of(wanted, &*added));
  return {exit_code::kGood, fmt::format("user {} added", added->user_id.text())};
}

int add_user(const Settings& settings, const WantedUser& wanted) {
  start_process("users", settings.output == "table" ? "warn" : settings.log_level);
  auto password = read_secret(wanted.password_file);
  if (!password) return give_up(password.error());
  const auto currency = Currency::parse(settings.currency);
  if (!currency) return give_up({FailureKind::corrupt, fmt::format("{} is no currency", settings.currency)});
  auto connection = open_log(settings, "users");
  if (!connection) return give_up(connection.error());
  const Act act{actor_of(settings.actor), "users add", "--role " + wanted.role, wanted.reason};
  return record_act(*connection->log, act, [&] { return register_user(settings, wanted, std::move(*password), *currency); });
}

}  // namespace

void add_users(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("users", "the people who may log in");
  command->require_subcommand(1);
  command->footer("Example: ordo users add --help");
  auto* add = command->add_subcommand("add", "adds a user; says so when the name exists already, and changes nothing then");
  const auto wanted = std::make_shared<WantedUser>();
  add->add_option("name", wanted->name, "3 to 32 letters, digits, dots, underscores or hyphens")->required();
  add->add_option("--role", wanted->role, "user, or admin, who may see everybody's orders")->check(CLI::IsMember({"user", "admin"}));
  add->add_option("--email", wanted->email, "where letters go")->required();
  add->add_option("--locale", wanted->locale, "language of letters: en or ru")->check(CLI::IsMember({"en", "ru"}));
  add->add_option("--password-file", wanted->password_file, "file that holds the password; - for standard input")->required();
  add->add_option("--reason", wanted->reason, "why, for the record");
  add->footer(kFooter);
  add->callback([&settings, &exit_code, wanted] { exit_code = add_user(settings, *wanted); });
}

}  // namespace ordo::cli
