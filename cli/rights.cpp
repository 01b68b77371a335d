#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/json_rows.hpp"
#include "cli/lifetime.hpp"
#include "cli/role_uses.hpp"
#include "cli/secret_file.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

constexpr auto kFooter =
    "A user for each role and one for operators, so that a role can write nothing but its own streams, read nothing but what it\n"
    "decides upon, and delete nothing. With --passwords it is a part of nats-server's configuration, for a file that it includes;\n"
    "the passwords are read from files in that folder, nats-gateway, nats-orders, … and nats-operator. It asks no server. What\n"
    "Postgres allows, `ordo setup` grants.\n"
    "Exit: 0 told, 1 a password could not be read.\n"
    "Example: ordo rights --output ndjson\n"
    "Example: ORDO_PARTITIONS=8 ordo rights --passwords /run/secrets >/etc/nats/users.conf";

int print_rights(const Settings& settings) {
  JsonRows rows(std::cout, settings.output);
  Table table{"USER", "MAY", "SUBJECT"};
  const auto add = [&](std::string_view user, std::string_view may, std::string_view subject) {
    if (settings.output == "table") return table.add({std::string(user), std::string(may), std::string(subject)});
    JsonText json;
    rows.add(json.open_object().member("user", user).member("may", may).member("subject", subject).close_object().take());
  };
  for (const auto& use : role_uses()) {
    const auto rights = log::jetstream::rights_of(use, settings.partitions);
    for (const auto& subject : rights.publish) add(use.name, "publish", subject);
    for (const auto& subject : rights.subscribe) add(use.name, "subscribe", subject);
  }
  for (const auto* const may : {"publish", "subscribe"}) add(kOperator, may, ">");
  if (settings.output == "table") std::cout << table.text(stdout_is_coloured());
  return exit_code::kGood;
}

int tell_rights(const Settings& settings, const std::string& passwords) {
  start_process("rights", "warn");
  if (passwords.empty()) return print_rights(settings);
  const auto text = authorization_text(settings.partitions, [&passwords](std::string_view user) {
    return read_secret(fmt::format("{}/nats-{}", passwords, user));
  });
  if (!text) return give_up(text.error());
  std::cout << *text;
  return exit_code::kGood;
}

}  // namespace

void add_rights(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("rights", "what each role may do in NATS, as users of its server");
  command->footer(kFooter);
  const auto passwords = std::make_shared<std::string>();
  command->add_option("--passwords", *passwords, "a folder with a file for each user's password: the output is nats-server's configuration");
  command->callback([&settings, &exit_code, passwords] { exit_code = tell_rights(settings, *passwords); });
}

}  // namespace ordo::cli
