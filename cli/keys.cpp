#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "cli/confirmation.hpp"
#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/json_rows.hpp"
#include "cli/lifetime.hpp"
#include "cli/operator_record.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"
#include "command-side/identity/key_files.hpp"
#include "events/identity/token_check.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

constexpr auto kListFooter =
    "signs: new tokens are signed with it. next: gateways know it, and it signs after the next step. checks: tokens are checked with it.\n"
    "Exit: 0 shown, 1 the files could not be read.\n"
    "Example: ordo keys ls --output ndjson";
constexpr auto kRotateFooter =
    "Nothing is restarted, and no token becomes invalid: the new key is made known first, and signs when every gateway has had time to\n"
    "look (each does so once a second). Where the files reach gateways more slowly, say so by --spread. Interrupted, it goes on when it\n"
    "is run again. The key before is still there to check with; `ordo keys retire` ends that, an hour later.\n"
    "Exit: 0 done, 1 not done, 2 refused: somebody else rotates.\n"
    "Example: ordo keys rotate --spread 60 --reason 'every January'";
constexpr auto kRetireFooter =
    "It asks first when tokens of the key may still be good: those who hold them have to refresh at once. Of a key that was stolen that\n"
    "is what you want: rotate, then retire it.\n"
    "Exit: 0 retired, 1 not done (or not confirmed), 2 refused: it signs, or is not there.\n"
    "Example: ordo keys retire 0123456789abcdef --yes --reason 'no token of it is left'";

struct Wanted {
  std::string id;
  std::string reason;
  int spread_s = 5;
  bool yes = false;
};

identity::KeyFiles files_of(const Settings& settings) { return {settings.jwt_private_key_file, settings.jwt_public_key_file}; }

bool has_files(const Settings& settings) {
  if (!settings.jwt_private_key_file.empty() && !settings.jwt_public_key_file.empty()) return true;
  std::cerr << "ordo: say where the keys lie: ORDO_JWT_PRIVATE_KEY_FILE and ORDO_JWT_PUBLIC_KEY_FILE\n";
  return false;
}

Timestamp tokens_end(const identity::KeyListing& listing) {
  constexpr auto kLife = std::chrono::duration_cast<std::chrono::milliseconds>(identity::kAccessTokenLife);
  return {listing.signs_since.unix_ms + kLife.count()};
}

std::string json_of(const identity::ListedKey& key, const identity::KeyListing& listing) {
  JsonText json;
  json.open_object().member("kid", key.id).member("use", text(key.use));
  if (key.use == identity::KeyUse::signs) json.member("since", text(listing.signs_since));
  if (key.use == identity::KeyUse::checks) json.member("tokens_end", text(tokens_end(listing)));
  return json.close_object().take();
}

std::string said_of(const identity::ListedKey& key, const identity::KeyListing& listing) {
  if (key.use == identity::KeyUse::signs) return "since " + text(listing.signs_since);
  if (key.use == identity::KeyUse::next) return "`ordo keys rotate` goes on with it";
  const bool over = tokens_end(listing) <= SystemClock().now();
  return (over ? "no token of it is left since " : "tokens of it are good until ") + text(tokens_end(listing));
}

int show(const Settings& settings, const identity::KeyListing& listing) {
  if (settings.output != "table") {
    JsonRows rows(std::cout, settings.output);
    for (const auto& key : listing.keys) rows.add(json_of(key, listing));
    return exit_code::kGood;
  }
  Table table{"KEY", "USE", ""};
  for (const auto& key : listing.keys) table.add({key.id, text(key.use), said_of(key, listing)});
  std::cout << table.text(stdout_is_coloured());
  return exit_code::kGood;
}

int list(const Settings& settings) {
  start_process("keys", "warn");
  if (!has_files(settings)) return exit_code::kFailed;
  const auto listing = files_of(settings).list();
  return listing ? show(settings, *listing) : give_up(listing.error());
}

ActOutcome not_done(const Failure& failure) {
  const int code = give_up(failure);
  return {failure.kind == FailureKind::conflict ? exit_code::kNo : code, failure.text};
}

ActOutcome rotate_keys(const Settings& settings, const Wanted& wanted) {
  const auto files = files_of(settings);
  const auto id = files.announce();
  if (!id) return not_done(id.error());
  std::cerr << fmt::format("ordo: key {} is known from now on; it signs in {} s\n", *id, wanted.spread_s);
  std::this_thread::sleep_for(std::chrono::seconds(wanted.spread_s));
  if (const auto promoted = files.promote(); !promoted) return not_done(promoted.error());
  const auto listing = files.list();
  if (!listing) return not_done(listing.error());
  return {show(settings, *listing), fmt::format("{} signs", *id)};
}

ActOutcome retire_key(const Settings& settings, const Wanted& wanted) {
  const auto files = files_of(settings);
  if (const auto retired = files.retire(wanted.id); !retired) return not_done(retired.error());
  const auto listing = files.list();
  if (!listing) return not_done(listing.error());
  return {show(settings, *listing), fmt::format("{} is known no more", wanted.id)};
}

int recorded(const Settings& settings, Act act, const std::function<ActOutcome()>& change) {
  auto connection = open_log(settings, "keys");
  if (!connection) return give_up(connection.error());
  return record_act(*connection->log, act, change);
}

int rotate(const Settings& settings, const Wanted& wanted) {
  start_process("keys", "warn");
  if (!has_files(settings)) return exit_code::kFailed;
  Act act{actor_of(settings.actor), "keys rotate", fmt::format("--spread {}", wanted.spread_s), wanted.reason};
  return recorded(settings, std::move(act), [&] { return rotate_keys(settings, wanted); });
}

int retire(const Settings& settings, const Wanted& wanted) {
  start_process("keys", "warn");
  if (!has_files(settings)) return exit_code::kFailed;
  const auto listing = files_of(settings).list();
  if (!listing) return give_up(listing.error());
  const auto loss =
      fmt::format("tokens of {} are good until {}; retired now, their holders have to refresh", wanted.id, text(tokens_end(*listing)));
  if (SystemClock().now() < tokens_end(*listing) && !confirmed(wanted.yes, loss)) return exit_code::kFailed;
  Act act{actor_of(settings.actor), "keys retire", wanted.id, wanted.reason};
  return recorded(settings, std::move(act), [&] { return retire_key(settings, wanted); });
}

}  // namespace

void add_keys(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("keys", "what access tokens are signed and checked with");
  command->require_subcommand(1);
  command->footer("Example: ordo keys ls");
  const auto wanted = std::make_shared<Wanted>();
  auto* listing = command->add_subcommand("ls", "shows the keys by their ids, and which one signs");
  listing->footer(kListFooter);
  listing->callback([&settings, &exit_code] { exit_code = list(settings); });
  auto* rotation = command->add_subcommand("rotate", "makes a new key, and signs with it when every gateway knows it");
  rotation->footer(kRotateFooter);
  rotation->add_option("--spread", wanted->spread_s, "seconds until every gateway has seen the new key")->check(CLI::Range(2, 86'400));
  rotation->add_option("--reason", wanted->reason, "why, for the record");
  rotation->callback([&settings, &exit_code, wanted] { exit_code = rotate(settings, *wanted); });
  auto* retirement = command->add_subcommand("retire", "refuses tokens of a key that signs no more");
  retirement->footer(kRetireFooter);
  retirement->add_option("kid", wanted->id, "the key's id, as `ordo keys ls` shows it")->required();
  retirement->add_option("--reason", wanted->reason, "why, for the record");
  retirement->add_flag("--yes", wanted->yes, kYesHelp);
  retirement->callback([&settings, &exit_code, wanted] { exit_code = retire(settings, *wanted); });
}

}  // namespace ordo::cli
