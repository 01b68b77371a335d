#include "cli/role_uses.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "cli/role_report.hpp"
#include "events/identity/questions.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

using log::StreamKind;
using log::jetstream::LogUse;

// Every role is asked how it is.
LogUse with_reports(LogUse use) {
  use.serves.emplace_back(kRolesSubject);
  use.answers.push_back(kOperator);
  return use;
}

std::vector<LogUse> make_uses() {
  using enum StreamKind;
  const std::vector<LogUse> uses{
      {.name = "gateway", .appends = {commands},
       .looks_at = {log::kStreamKinds.begin(), log::kStreamKinds.end()}, .hears_live = true, .asks = {"identity.>"}},
      {.name = "orders", .appends = {orders}, .reads = {orders, commands, billing, notifications, operations},
       .shares_partitions = true, .keeps_snapshots = true},
      {.name = "billing", .appends = {billing}, .reads = {billing, users, commands, orders, operations},
       .shares_partitions = true, .keeps_snapshots = true},
      {.name = "notifications", .appends = {notifications}, .reads = {notifications, orders, operations},
       .shares_partitions = true, .keeps_snapshots = true,
       .asks = {std::string(identity::kProfilesSubject), std::string(identity::kForgottenSubject)}},
      {.name = "identity", .appends = {users}, .serves = {"identity.>"}, .answers = {"gateway", "notifications"}},
      {.name = "projections", .reads = {commands, orders, billing, notifications}, .shares_partitions = true},
  };
  std::vector<LogUse> all;
  for (const auto& use : uses) all.push_back(with_reports(use));
  return all;
}

void add_subjects(JsonText& json, std::string_view name, const std::vector<std::string>& subjects) {
  json.key(name).open_array();
  for (const auto& subject : subjects) json.value(subject);
  json.close_array();
}

}  // namespace

std::span<const LogUse> role_uses() {
  static const auto uses = make_uses();
  return uses;
}

std::string_view user_of(std::string_view process) {
  const auto role = std::ranges::find(role_uses(), process, &LogUse::name);
  return role == role_uses().end() ? kOperator : role->name;
}

Result<std::string> authorization_text(log::Partition partitions, const PasswordOf& password_of) {
  std::string text = "authorization: {users: [\n";
  for (const auto& use : role_uses()) {
    const auto password = password_of(use.name);
    if (!password) return tl::unexpected(password.error());
    const auto rights = log::jetstream::rights_of(use, partitions);
    JsonText json;
    json.open_object().member("user", use.name).member("password", *password).key("permissions").open_object();
    add_subjects(json, "publish", rights.publish);
    add_subjects(json, "subscribe", rights.subscribe);
    text += json.close_object().close_object().take() + '\n';
  }
  const auto password = password_of(kOperator);
  if (!password) return tl::unexpected(password.error());
  JsonText json;
  return text + json.open_object().member("user", kOperator).member("password", *password).close_object().take() + "\n]}\n";
}

}  // namespace ordo::cli
