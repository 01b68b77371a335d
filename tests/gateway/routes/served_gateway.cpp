#include "tests/gateway/routes/served_gateway.hpp"

#include <future>
#include <stdexcept>

#include <fmt/format.h>

#include "command-side/billing/context.hpp"
#include "command-side/orders/context.hpp"
#include "gateway/live/read_model_outcomes.hpp"
#include "gateway/notifications/notification_routes.hpp"
#include "gateway/reads/read_model_position.hpp"
#include "tests/projections/read_models.hpp"

namespace ordo::tests {
namespace {

using namespace std::chrono_literals;

void fail(const Failure& failure) { throw std::runtime_error(failure.text); }

std::unique_ptr<runtime::OwnerThread> start_owner(log::EventLog& log, log::Partition partition, Clock& clock,
                                                  std::unique_ptr<runtime::Context> (*make)()) {
  auto owner = std::make_unique<runtime::PartitionOwner>(log, partition, [make](runtime::Mailbox&) { return make(); }, clock);
  return std::make_unique<runtime::OwnerThread>(std::move(owner), fail);
}

}  // namespace

ServedGateway::ServedGateway(Feed feed)
    : pool_(database_.pool_options(8)),
      projector_(live_projector(database_, log_, fail)),
      watch_(waiters_, [this](std::span<const live::Awaited> awaited) { return live::find_outcomes(pool_, awaited); }),
      // Nobody looks twice by himself: what is waited for is seen because it is told.
      gate_([this] { return reads::find_reached(pool_); }, workers_, kPartitions, {.held_for_max = 60s, .asked_every = 60s}),
      moved_({.url = database_.url()}, reads::kCheckpointsChannel, [this] { gate_.advanced(); }) {
  front_.emplace(*this);
  if (feed == Feed::on) feed_.emplace(log_, waiters_);
  for (log::Partition partition = 0; partition < kPartitions; ++partition) {
    owners_.push_back(start_owner(log_, partition, clock_, orders::make_context));
    owners_.push_back(start_owner(log_, partition, clock_, billing::make_context));
  }
}

ServedGateway::~ServedGateway() {
  waiters_.close();
  workers_.stop();
}

ServedGateway::Front::Front(ServedGateway& of)
    : flow(of.log_, of.waiters_),
      orders(flow, of.pool_, of.gate_, of.seal_, of.clock_, kPartitions),
      cancel(flow, of.pool_, of.gate_, of.log_, of.clock_, kPartitions),
      payments(flow, of.pool_, of.gate_, of.seal_, of.clock_, kPartitions, *Currency::parse("EUR")),
      router(of.make_router(*this)) {}

void ServedGateway::start_anew() { front_.emplace(*this); }

http::Router ServedGateway::make_router(Front& front) {
  const auto authenticate = [this](std::string_view bearer) -> Result<http::Principal, http::AuthFailure> {
    const auto user = UserId::parse(bearer);
    if (!user) return tl::unexpected(http::AuthFailure::invalid);
    auto roles = *user == admin ? std::vector<std::string>{"admin"} : std::vector<std::string>{"user"};
    return http::Principal{*user, "somebody", std::move(roles)};
  };
  http::Router router(authenticate, workers_);
  front.orders.add_to(router);
  front.cancel.add_to(router);
  front.payments.add_to(router);
  notifications::add_routes(router, pool_, gate_, seal_);
  return router;
}

Answer ServedGateway::ask(UserId user, Question question) {
  http::Request request;
  request.method = question.method;
  const auto mark = question.target.find('?');
  request.path = question.target.substr(0, mark);
  if (mark != std::string::npos) request.query_text = question.target.substr(mark + 1);
  request.body = std::move(question.body);
  request.headers = std::move(question.headers);
  request.headers.push_back({"Authorization", "Bearer " + user.text()});
  request.headers.push_back({"Content-Type", "application/json"});
  request.correlation_id = "test";
  std::promise<http::Response> promise;
  auto answer = promise.get_future();
  http::Responder responder(request, [&](http::Response response) { promise.set_value(std::move(response)); });
  front_->router.dispatch(std::move(request), std::move(responder));
  if (answer.wait_for(60s) != std::future_status::ready) throw std::runtime_error("no answer to " + question.target);
  return {answer.get()};
}

Answer ServedGateway::get(UserId user, std::string target, http::Headers headers) {
  return ask(user, {http::Method::get, std::move(target), "", std::move(headers)});
}

Answer ServedGateway::post(UserId user, std::string target, std::string body, http::Headers headers) {
  return ask(user, {http::Method::post, std::move(target), std::move(body), std::move(headers)});
}

void ServedGateway::append_unreadable(log::Topic topic, const log::Key& key) {
  const auto partition = log::partition_of(key.user, kPartitions);
  log::Run run;
  run.events.push_back({EventId::random(), {"Painted.v1", "blue"}, {}, {"test", "", {}, key}, clock_.now(), {}});
  std::promise<Result<std::uint64_t>> stored;
  log_.append({{log::stream_of(topic), partition}, log::subject(topic, partition), log::encode_run(run), {}},
              [&](Result<std::uint64_t> outcome) { stored.set_value(std::move(outcome)); });
  if (const auto outcome = stored.get_future().get(); !outcome) fail(outcome.error());
}

UserId ServedGateway::user_with(std::int64_t money) {
  const auto user = UserId::random();
  const auto opened = post(user, "/api/payments/account", "", {{"Prefer", "wait=20"}});
  if (opened.status() != 200) throw std::runtime_error("no account: " + opened.response.body);
  auto position = opened.header("Ordo-Position");
  if (money > 0) {
    const auto body = fmt::format(R"({{"amount":{},"currency":"EUR"}})", money);
    position = post(user, "/api/payments/topup", body, {{"Prefer", "wait=20"}}).header("Ordo-Position");
  }
  static_cast<void>(get(user, "/api/payments/balance/" + user.text(), {{"Ordo-After", position}}));
  return user;
}

std::string basket(std::int64_t price) {
  return fmt::format(R"({{"items":[{{"sku":"A","name":"Tea","quantity":1,"unit_price":{}}}],"currency":"EUR"}})", price);
}

}  // namespace ordo::tests
