#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "cli/time_travel.hpp"
#include "command-side/identity/users.hpp"
#include "projections/history/wallet_state.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kStatementLimit = 5s;

constexpr auto kFooter =
    "The wallet is folded from the log by the code that makes the read model's rows: one stream of its partition is read, whole.\n"
    "A place in the log shows what was known there, as with `ordo order show`.\n"
    "Exit: 0 shown, 2 there was no such user or wallet (yet), 1 it could not be read.\n"
    "Example: ordo wallet show anna --at 2026-01-31T12:00:00Z\n"
    "Example: ordo wallet show 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4 --diff BILLING-2@17.0 now";

struct Wanted {
  std::string user;
  TimeTravel travel;
};

void print_progress(const projections::ProgressNote& note) {
  const auto percent = note.messages_total == 0 ? 100 : 100 * note.messages_done / note.messages_total;
  std::cerr << fmt::format("reading {}: {:3} % of {} messages\n", note.step, percent, note.messages_total);
}

// An id is one; a name is asked of identity's tables. Nothing: nobody is called that.
Result<std::optional<UserId>> find_user(const Settings& settings, const std::string& wanted) {
  if (const auto id = UserId::parse(wanted)) return id;
  postgres::Pool pool({.connection = {.url = settings.postgres_url, .application_name = "ordo-wallet", .statement_limit = kStatementLimit},
                       .connections_max = 1});
  return identity::find_user_by_name(pool, wanted).map([](const std::optional<identity::StoredUser>& user) {
    return user ? std::optional(user->profile.user_id) : std::nullopt;
  });
}

Result<std::vector<Field>> fields_after(const std::vector<log::LoggedEvent>& events) {
  return projections::wallet_after(events).map([](const projections::WalletState& state) {
    return state.balance ? fields_of(*state.balance) : std::vector<Field>();
  });
}

int show_wallet(const Settings& settings, const Wanted& wanted) {
  start_process("wallet", "error");
  const Interruption interruption;
  const auto user = find_user(settings, wanted.user);
  if (!user) return give_up(user.error());
  if (!*user) {
    std::cerr << fmt::format("ordo wallet: there is no user {}\n", wanted.user);
    return kNotThere;
  }
  auto connection = open_log(settings, "wallet");
  if (!connection) return give_up(connection.error());
  projections::Progress progress(print_progress);
  auto events = projections::wallet_events({*connection->log, settings.partitions, interruption.token()}, **user, progress);
  if (!events) return give_up(events.error());
  const auto partition = log::partition_of(**user, settings.partitions);
  return show(settings, *connection->log, wanted.travel,
              {"the wallet of user " + (*user)->text(), partition, std::move(*events), fields_after});
}

}  // namespace

void add_wallet(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* wallet = app.add_subcommand("wallet", "one user's wallet, now and at any moment of its past");
  wallet->require_subcommand(1);
  wallet->footer("Example: ordo wallet show --help");
  auto* command = wallet->add_subcommand("show", "shows a wallet as the log has it, now or at a moment");
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("user", wanted->user, "the user's name or id")->required();
  add_time_travel(*command, wanted->travel);
  command->callback([&settings, &exit_code, wanted] { exit_code = show_wallet(settings, *wanted); });
}

}  // namespace ordo::cli
