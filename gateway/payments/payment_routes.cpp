#include "gateway/payments/payment_routes.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "events/billing/events.hpp"
#include "gateway/live/read_model_outcomes.hpp"
#include "gateway/payments/payment_json.hpp"
#include "gateway/payments/payment_request.hpp"
#include "gateway/reads/degraded.hpp"
#include "gateway/reads/ownership.hpp"
#include "gateway/reads/page.hpp"

namespace ordo::billing {
namespace {

http::Problem no_such_account() { return reads::not_found("There is no such account."); }

std::string text_of(const balances::OperationKey& key) { return fmt::format("{}.{}", key.sequence, key.index); }

std::optional<balances::OperationKey> parse_key(std::string_view text) {
  balances::OperationKey key;
  const auto* end = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), end, key.sequence);
  if (error != std::errc{} || dot == end || *dot != '.') return std::nullopt;
  const auto [stopped, index_error] = std::from_chars(dot + 1, end, key.index);
  if (index_error != std::errc{} || stopped != end) return std::nullopt;
  return key;
}

}  // namespace

PaymentRoutes::PaymentRoutes(commands::CommandFlow& flow, postgres::Pool& pool, reads::ReadGate& gate,
                             const reads::CursorSeal& seal, Clock& clock, log::Partition partitions, Currency currency)
    : flow_(flow),
      pool_(pool),
      gate_(gate),
      seal_(seal),
      clock_(clock),
      partitions_(partitions),
      currency_(currency),
      known_([this](std::span<const IdBytes> ids) { return find_known(ids); }) {}

void PaymentRoutes::add_to(http::Router& router) {
  using http::Method;
  const auto run = [this](auto member) {
    return [this, member](const http::Request& request, http::Responder responder) {
      (this->*member)(request, std::move(responder));
    };
  };
  router.add({.method = Method::post, .pattern = "/api/payments/account", .handler = run(&PaymentRoutes::open_account),
              .runs_on = http::RunsOn::reactor, .command = true});
  router.add({.method = Method::post, .pattern = "/api/payments/topup", .handler = run(&PaymentRoutes::top_up),
              .runs_on = http::RunsOn::reactor, .command = true});
  router.add({.method = Method::get, .pattern = "/api/payments/balance/{user_id}",
              .handler = gate_.before(run(&PaymentRoutes::balance))});
  router.add({.method = Method::get, .pattern = "/api/payments/operations",
              .handler = gate_.before(run(&PaymentRoutes::operations))});
}

commands::Submission PaymentRoutes::submission_of(const http::Request& request, log::Topic topic) const {
  commands::Submission submission;
  submission.topic = topic;
  submission.partition = log::partition_of(request.principal->user_id, partitions_);
  submission.key = {request.principal->user_id, std::nullopt};
  submission.requested_at = clock_.now();
  submission.keyed = request.idempotency_key.has_value();
  return submission;
}

void PaymentRoutes::open_account(const http::Request& request, http::Responder responder) {
  const auto user = request.principal->user_id;
  const auto currency = read_account(request.body, currency_);
  if (!currency) return responder.refuse(currency.error());
  const OperationId operation(commands::command_id("account", "POST /api/payments/account", user, request.idempotency_key));
  auto submission = submission_of(request, log::Topic::payment_account);
  submission.awaited = {live::AwaitedKind::account, user.bytes()};
  submission.fingerprint = commands::fingerprint_of(currency->code());
  submission.key_id = operation.bytes();
  submission.known = &known_;
  AccountRequested asked{user, *currency};
  if (submission.keyed) asked.keyed = KeyedRequest{operation, submission.fingerprint};
  submission.payload = encode(Command(asked));
  submission.accepted = account_accepted(user, *currency);
  submission.final_answer = [](const live::Outcome& outcome) -> commands::FirstAnswer {
    return balance_response(std::get<balances::BalanceView>(outcome.view));
  };
  flow_.run(std::move(submission), request, std::move(responder));
}

void PaymentRoutes::top_up(const http::Request& request, http::Responder responder) {
  const auto user = request.principal->user_id;
  const auto amount = read_top_up(request.body);
  if (!amount) return responder.refuse(amount.error());
  const OperationId operation(commands::command_id("operation", "POST /api/payments/topup", user, request.idempotency_key));
  const auto fingerprint = commands::fingerprint_of(canonical(*amount));
  auto submission = submission_of(request, log::Topic::payment_top_up);
  submission.payload = encode(Command(TopUpRequested{operation, user, *amount, fingerprint}));
  submission.awaited = {live::AwaitedKind::operation, operation.bytes()};
  submission.fingerprint = fingerprint;
  submission.key_id = operation.bytes();
  submission.known = &known_;
  submission.accepted = top_up_accepted(operation, user);
  submission.final_answer = [fingerprint](const live::Outcome& outcome) {
    return final_response(std::get<balances::OperationOutcome>(outcome.view), fingerprint);
  };
  flow_.run(std::move(submission), request, std::move(responder));
}

Result<std::vector<commands::KnownCommand>> PaymentRoutes::find_known(std::span<const IdBytes> ids) const {
  std::vector<OperationId> operations;
  operations.reserve(ids.size());
  for (const auto& id : ids) operations.emplace_back(id);
  std::vector<commands::KnownCommand> known;
  return add_top_ups(operations, known)
      .and_then([&] { return known.size() == ids.size() ? Result<void>() : add_account_requests(operations, known); })
      .map([&] { return std::move(known); });
}

Result<void> PaymentRoutes::add_top_ups(const std::vector<OperationId>& operations, std::vector<commands::KnownCommand>& known) const {
  auto found = balances::find_operations(pool_, operations);
  if (!found) return tl::unexpected(found.error());
  for (auto& operation : *found) {
    known.push_back({operation.operation_id.bytes(), operation.fingerprint.value_or(IdBytes{}),
                     top_up_accepted(operation.operation_id, operation.user_id),
                     live::outcome_of(std::move(operation))});
  }
  return {};
}

Result<void> PaymentRoutes::add_account_requests(const std::vector<OperationId>& operations, std::vector<commands::KnownCommand>& known) const {
  const auto found = balances::find_account_requests(pool_, operations);
  if (!found || found->empty()) return found.map([](const auto&) {});
  std::vector<live::Awaited> accounts;
  for (const auto& asked : *found) accounts.push_back({live::AwaitedKind::account, asked.user_id.bytes()});
  const auto outcomes = live::find_outcomes(pool_, accounts);
  if (!outcomes) return tl::unexpected(outcomes.error());
  for (std::size_t at = 0; at < found->size(); ++at) {
    const auto& asked = (*found)[at];
    commands::KnownCommand command{asked.operation_id.bytes(), asked.fingerprint, account_accepted(asked.user_id, asked.currency), std::nullopt};
    const auto outcome = std::ranges::find(*outcomes, accounts[at], live::awaited_of);
    if (outcome != outcomes->end()) command.outcome = *outcome;
    known.push_back(std::move(command));
  }
  return {};
}

void PaymentRoutes::balance(const http::Request& request, http::Responder responder) const {
  const auto user = UserId::parse(request.path_parameter("user_id"));
  if (!user || !reads::may_read(*request.principal, *user)) return responder.refuse(no_such_account());
  const auto found = balances::balance_of(pool_, *user);
  if (!found) return responder.refuse(http::problem_of(found.error()));
  if (!*found) return responder.refuse(no_such_account());
  responder.answer(balance_response(**found));
}

void PaymentRoutes::operations(const http::Request& request, http::Responder responder) const {
  auto page = operations_page(request);
  page ? responder.answer(std::move(*page)) : responder.refuse(page.error());
}

Result<http::Response, http::Problem> PaymentRoutes::operations_page(const http::Request& request) const {
  reads::QueryReader query(request);
  const auto asked = reads::read_page(query);
  const auto named = query.id<UserId>("user_id");
  if (auto checked = query.finish(); !checked) return tl::unexpected(std::move(checked.error()));
  const auto user = reads::owner_of_list(*request.principal, named);
  if (!user) return tl::unexpected(user.error());
  const auto list = fmt::format("operations {}", user->text());
  const auto after = reads::open_place<balances::OperationKey>(seal_, list, asked, parse_key);
  if (!after) return tl::unexpected(after.error());
  const auto found = balances::operations_of(pool_, *user, asked.limit, *after, asked.offset);
  if (!found) return tl::unexpected(http::problem_of(found.error()));
  JsonText json;
  json.open_array();
  for (const auto& operation : found->operations) write(json, operation);
  std::optional<std::string> next;
  if (found->next) next = seal_.seal(list, text_of(*found->next));
  return reads::page_response(query, json.close_array().take(), next, found->degraded ? reads::kWalletWaits : "");
}

}  // namespace ordo::billing
