#include "gateway/orders/order_routes.hpp"

#include <utility>

#include <fmt/format.h>

#include "gateway/live/read_model_outcomes.hpp"
#include "gateway/orders/order_json.hpp"
#include "gateway/orders/order_request.hpp"
#include "gateway/reads/ownership.hpp"
#include "gateway/reads/page.hpp"

namespace ordo::orders {
namespace {

http::Problem no_such_order() { return reads::not_found("There is no such order."); }

OrderView new_view(const Purchase& purchase, Timestamp requested_at) {
  OrderView view;
  view.order_id = purchase.order_id;
  view.user_id = purchase.user_id;
  view.items_json = items_json(purchase.items);
  view.total = purchase.total;
  view.created_at = requested_at;
  view.fingerprint = purchase.fingerprint;
  return view;
}

std::optional<OrderKey> parse_key(std::string_view text) {
  const auto place = reads::parse_timed_place(text);
  return place ? std::optional(OrderKey{place->time, OrderId(place->id)}) : std::nullopt;
}

struct ListQuery {
  OrderFilter filter;
  reads::PageRequest page;
};

Result<ListQuery, http::Problem> read_query(reads::QueryReader& query, const http::Principal& principal) {
  ListQuery asked;
  asked.page = reads::read_page(query);
  const auto user = query.id<UserId>("user_id");
  if (const auto status = query.text("status")) {
    if (!parse_status(*status)) query.refuse("status", "must be NEW, PENDING, PAID, CANCELLED or REFUNDED");
    asked.filter.status = std::string(*status);
  }
  if (auto checked = query.finish(); !checked) return tl::unexpected(std::move(checked.error()));
  // An admin who names nobody sees everyone's.
  if (user || !principal.is_admin()) {
    const auto owner = reads::owner_of_list(principal, user);
    if (!owner) return tl::unexpected(owner.error());
    asked.filter.user_id = *owner;
  }
  return asked;
}

std::string list_name(const OrderFilter& filter) {
  return fmt::format("orders {} {}", filter.user_id ? filter.user_id->text() : "*", filter.status.value_or("*"));
}

}  // namespace

OrderRoutes::OrderRoutes(commands::CommandFlow& flow, postgres::Pool& pool, reads::ReadGate& gate,
                         const reads::CursorSeal& seal, Clock& clock, log::Partition partitions)
    : flow_(flow),
      pool_(pool),
      gate_(gate),
      seal_(seal),
      clock_(clock),
      partitions_(partitions),
      known_([this](std::span<const IdBytes> ids) { return find_known(ids); }) {}

void OrderRoutes::add_to(http::Router& router) {
  using http::Method;
  const auto run = [this](auto member) {
    return [this, member](const http::Request& request, http::Responder responder) {
      (this->*member)(request, std::move(responder));
    };
  };
  router.add({.method = Method::post, .pattern = "/api/orders", .handler = run(&OrderRoutes::create),
              .runs_on = http::RunsOn::reactor, .command = true});
  router.add({.method = Method::get, .pattern = "/api/orders", .handler = gate_.before(run(&OrderRoutes::list))});
  router.add({.method = Method::get, .pattern = "/api/orders/{id}", .handler = gate_.before(run(&OrderRoutes::get))});
  router.add({.method = Method::get, .pattern = "/api/orders/{id}/history",
              .handler = gate_.before(run(&OrderRoutes::history))});
}

void OrderRoutes::create(const http::Request& request, http::Responder responder) {
  const auto user = request.principal->user_id;
  auto asked = read_new_order(request.body, *request.principal);
  if (!asked) return responder.refuse(asked.error());
  Purchase purchase;
  purchase.order_id = OrderId(commands::command_id("order", "POST /api/orders", user, request.idempotency_key));
  purchase.user_id = user;
  purchase.items = std::move(asked->items);
  purchase.total = asked->total;
  purchase.fingerprint = commands::fingerprint_of(asked->canonical);

  commands::Submission submission;
  submission.topic = log::Topic::order_create;
  submission.partition = log::partition_of(user, partitions_);
  submission.key = {user, purchase.order_id};
  submission.requested_at = clock_.now();
  submission.awaited = {live::AwaitedKind::order, purchase.order_id.bytes()};
  submission.fingerprint = purchase.fingerprint;
  submission.keyed = request.idempotency_key.has_value();
  submission.key_id = purchase.order_id.bytes();
  submission.known = &known_;
  submission.accepted = accepted_response(new_view(purchase, submission.requested_at));
  submission.final_answer = [fingerprint = purchase.fingerprint](const live::Outcome& outcome) {
    return final_response(std::get<OrderView>(outcome.view), fingerprint);
  };
  submission.payload = encode(OrderCreateRequested{std::move(purchase)});
  flow_.run(std::move(submission), request, std::move(responder));
}

Result<std::vector<commands::KnownCommand>> OrderRoutes::find_known(std::span<const IdBytes> ids) const {
  std::vector<OrderId> orders;
  orders.reserve(ids.size());
  for (const auto& id : ids) orders.emplace_back(id);
  auto found = find_orders(pool_, orders);
  if (!found) return tl::unexpected(found.error());
  auto outcomes = live::outcomes_of(pool_, *found);
  if (!outcomes) return tl::unexpected(outcomes.error());
  std::vector<commands::KnownCommand> known;
  known.reserve(found->size());
  for (const auto& order : *found) {
    commands::KnownCommand command{order.order_id.bytes(), order.fingerprint, accepted_response(order), std::nullopt};
    if (const auto ended = outcomes->find(order.order_id); ended != outcomes->end()) command.outcome = std::move(ended->second);
    known.push_back(std::move(command));
  }
  return known;
}

void OrderRoutes::get(const http::Request& request, http::Responder responder) const {
  const auto id = OrderId::parse(request.path_parameter("id"));
  if (!id) return responder.refuse(no_such_order());
  const auto order = find_order(pool_, *id);
  if (!order) return responder.refuse(http::problem_of(order.error()));
  if (!*order || !reads::may_read(*request.principal, (*order)->user_id)) return responder.refuse(no_such_order());
  responder.answer(order_response(**order));
}

void OrderRoutes::history(const http::Request& request, http::Responder responder) const {
  const auto id = OrderId::parse(request.path_parameter("id"));
  if (!id) return responder.refuse(no_such_order());
  const auto history = order_history(pool_, *id);
  if (!history) return responder.refuse(http::problem_of(history.error()));
  if (history->entries.empty() || !reads::may_read(*request.principal, history->entries.front().user_id)) {
    return responder.refuse(no_such_order());
  }
  responder.answer(history_response(*history));
}

void OrderRoutes::list(const http::Request& request, http::Responder responder) const {
  auto page = list_page(request);
  page ? responder.answer(std::move(*page)) : responder.refuse(page.error());
}

Result<http::Response, http::Problem> OrderRoutes::list_page(const http::Request& request) const {
  reads::QueryReader query(request);
  const auto asked = read_query(query, *request.principal);
  if (!asked) return tl::unexpected(asked.error());
  const auto list = list_name(asked->filter);
  const auto after = reads::open_place<OrderKey>(seal_, list, asked->page, parse_key);
  if (!after) return tl::unexpected(after.error());
  const auto found = list_orders(pool_, asked->filter, {asked->page.limit, asked->page.offset, *after});
  if (!found) return tl::unexpected(http::problem_of(found.error()));
  JsonText json;
  json.open_array();
  for (const auto& order : found->orders) write(json, order);
  std::optional<std::string> next;
  if (found->next) next = seal_.seal(list, reads::text_of_place(found->next->created_at, found->next->order_id.bytes()));
  return reads::page_response(query, json.close_array().take(), next);
}

}  // namespace ordo::orders
