#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/confirmation.hpp"
#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/lifetime.hpp"
#include "cli/operator_record.hpp"
#include "cli/projections.hpp"
#include "projections/read_model.hpp"
#include "projections/runtime/building_claim.hpp"
#include "projections/runtime/rebuild.hpp"
#include "projections/runtime/rollback.hpp"

namespace ordo::cli {
namespace {

constexpr auto kRollbackFooter =
    "The tables that served before the last swap serve again at once, and live lanes catch them up; those that served until now stand in\n"
    "read_previous, so that a second rollback is the way back. read_next is left alone.\n"
    "Exit: 0 done, 1 not possible; stderr says why and what to do.\n"
    "Example: ordo projections rollback --reason 'totals are wrong since the swap'";

constexpr auto kDropFooter =
    "It asks first. What a living rebuild fills cannot be dropped, and what serves never.\n"
    "Exit: 0 dropped, 1 not confirmed or not possible, 2 there was none.\n"
    "Example: ordo projections drop previous --yes --reason 'the new version is a week old'\n"
    "Example: ordo projections drop next --reason 'looked at enough'";

struct Wanted {
  std::string which;
  std::string reason;
  bool yes = false;
};

int run_rollback(const Settings& settings, const Wanted& wanted) {
  start_process("rollback", "warn");
  auto connection = open_log(settings, "rollback");
  if (!connection) return give_up(connection.error());
  const Act act{actor_of(settings.actor), "projections rollback", "", wanted.reason};
  return record_act(*connection->log, act, [&]() -> ActOutcome {
    auto postgres = postgres::Connection::open(read_model_connection(settings));
    const auto done = postgres ? projections::roll_back(*postgres, projections::read_model()) : tl::unexpected(postgres.error());
    if (!done) return {give_up(done.error()), done.error().text};
    const std::string text = "the tables from before the last swap serve; those that served until now stand in schema read_previous";
    std::cout << (settings.output == "table" ? text : R"({"rolled_back":true})") << '\n';
    return {exit_code::kGood, text};
  });
}

Result<bool> drop(const Settings& settings, bool next) {
  const auto options = read_model_connection(settings);
  if (next) {
    return projections::BuildingClaim::drop(
        {.model = projections::read_model(), .connection = options, .silence_max = projections::RebuildSettings::kSilenceMax});
  }
  auto postgres = postgres::Connection::open(options);
  return postgres ? projections::drop_previous(*postgres) : tl::unexpected(postgres.error());
}

int run_drop(const Settings& settings, const Wanted& wanted) {
  start_process("drop", "warn");
  const bool next = wanted.which == "next";
  const auto schema = next ? projections::kBuilding : projections::kPrevious;
  const auto loss = next ? fmt::format("this drops schema {} and what a rebuild has filled it with", schema)
                         : fmt::format("this drops schema {}: there will be no way back behind the last swap", schema);
  if (!confirmed(wanted.yes, loss)) return exit_code::kFailed;
  auto connection = open_log(settings, "drop");
  if (!connection) return give_up(connection.error());
  const Act act{actor_of(settings.actor), "projections drop", wanted.which, wanted.reason};
  return record_act(*connection->log, act, [&]() -> ActOutcome {
    const auto dropped = drop(settings, next);
    if (!dropped) return {give_up(dropped.error()), dropped.error().text};
    if (settings.output == "table") std::cout << fmt::format("{} schema {}\n", *dropped ? "dropped" : "there is no", schema);
    else std::cout << fmt::format(R"({{"schema":"{}","dropped":{}}})", schema, *dropped) << '\n';
    return {*dropped ? exit_code::kGood : exit_code::kNo, *dropped ? "dropped" : "there was none"};
  });
}

}  // namespace

void add_rollback(CLI::App& app, const Settings& settings, int& exit_code) {
  const auto wanted = std::make_shared<Wanted>();
  auto* rollback = app.add_subcommand("rollback", "takes the last swap back: the tables from before serve again at once");
  rollback->footer(kRollbackFooter);
  rollback->add_option("--reason", wanted->reason, "why, for the record")->required();
  rollback->callback([&settings, &exit_code, wanted] { exit_code = run_rollback(settings, *wanted); });

  auto* dropping = app.add_subcommand("drop", "drops read_next or read_previous");
  dropping->footer(kDropFooter);
  dropping->add_option("which", wanted->which, "next: what a rebuild has filled; previous: what served before the last swap")
      ->required()
      ->check(CLI::IsMember({"next", "previous"}));
  dropping->add_flag("--yes", wanted->yes, kYesHelp);
  dropping->add_option("--reason", wanted->reason, "why, for the record")->required();
  dropping->callback([&settings, &exit_code, wanted] { exit_code = run_drop(settings, *wanted); });
}

}  // namespace ordo::cli
