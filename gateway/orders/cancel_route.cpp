#include "gateway/orders/cancel_route.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "events/orders/events.hpp"
#include "gateway/live/read_model_outcomes.hpp"
#include "gateway/orders/order_json.hpp"
#include "gateway/orders/order_request.hpp"
#include "gateway/reads/ownership.hpp"

namespace ordo::orders {
namespace {

http::Problem no_such_order() { return reads::not_found("There is no such order of yours."); }

bool is_over(const OrderView& order) { return order.status == "CANCELLED" || order.status == "REFUNDED"; }

// The first half says under which key a cancellation came, the other one with which body. So whoever knows the id knows a repeat, and a
// key that comes again with another body, while the body itself, which people write, is kept nowhere.
constexpr std::size_t kKeyBytes = 8;

CancellationId cancellation_id_of(const IdBytes& key_id, const std::string& canonical) {
  auto id = derived_uuid("cancellation body", {{reinterpret_cast<const char*>(key_id.data()), key_id.size()}, canonical});
  std::copy_n(key_id.begin(), kKeyBytes, id.begin());
  return CancellationId(id);
}

bool came_under(const IdBytes& key_id, const std::optional<CancellationId>& id) {
  return id && std::equal(key_id.begin(), key_id.begin() + kKeyBytes, id->bytes().begin());
}

}  // namespace

CancelRoute::CancelRoute(commands::CommandFlow& flow, postgres::Pool& pool, reads::ReadGate& gate, log::EventLog& log,
                         Clock& clock, log::Partition partitions)
    : flow_(flow), pool_(pool), gate_(gate), log_(log), clock_(clock), partitions_(partitions) {
  once_seen_ = gate_.before([this](const http::Request& request, http::Responder responder) {
    cancel(request, std::move(responder), Unseen::is_none);
  });
}

void CancelRoute::add_to(http::Router& router) {
  const auto first = [this](const http::Request& request, http::Responder responder) {
    cancel(request, std::move(responder), Unseen::may_be_new);
  };
  router.add({.method = http::Method::post, .pattern = "/api/orders/{id}/cancel", .handler = gate_.before(first), .command = true});
}

void CancelRoute::cancel(const http::Request& request, http::Responder responder, Unseen unseen) {
  const auto canonical = read_cancellation(request.body);
  if (!canonical) return responder.refuse(canonical.error());
  const auto id = OrderId::parse(request.path_parameter("id"));
  if (!id) return responder.refuse(no_such_order());
  const auto order = find_order(pool_, *id);
  if (!order) return responder.refuse(http::problem_of(order.error()));
  if (!*order && unseen == Unseen::may_be_new) return wait_until_seen(request, std::move(responder));
  if (!*order || (*order)->user_id != request.principal->user_id) return responder.refuse(no_such_order());
  auto submission = submission_of(**order, request, *canonical);
  if (submission.before) {
    auto outcome = outcome_of(**order);
    if (!outcome) return responder.refuse(http::problem_of(outcome.error()));
    submission.before->outcome = std::move(*outcome);
  }
  flow_.run(std::move(submission), request, std::move(responder));
}

// What became of a cancellation that the read model knows; nothing while it is under way.
Result<std::optional<live::Outcome>> CancelRoute::outcome_of(const OrderView& order) const {
  if (!live::is_cancelled_for_good(order)) return std::nullopt;
  auto ended = live::outcomes_of(pool_, {order});
  if (!ended) return tl::unexpected(std::move(ended.error()));
  const auto found = ended->find(order.order_id);
  if (found == ended->end()) return std::nullopt;
  return live::Outcome{live::CancellationOutcome{order}, std::move(found->second.positions)};
}

// An order that was accepted a moment ago may be cancelled at once, whether its position is named or not: what the log holds by
// now is what the read model must have reached before it may say that there is no such order.
void CancelRoute::wait_until_seen(http::Request request, http::Responder responder) const {
  const log::StreamName commands{log::StreamKind::commands, log::partition_of(request.principal->user_id, partitions_)};
  const auto bounds = log_.bounds(commands);
  if (!bounds) return responder.refuse(http::problem_of(bounds.error()));
  // Before the client's own, which has been waited for: the first header of a name is the one that counts.
  request.headers.insert(request.headers.begin(),
                         {"Ordo-After", log::encode_position_token({{commands, {bounds->last_sequence, 0}}})});
  once_seen_(std::move(request), std::move(responder));
}

commands::Submission CancelRoute::submission_of(const OrderView& order, const http::Request& request,
                                                const std::string& canonical) const {
  const auto route = fmt::format("POST /api/orders/{}/cancel", order.order_id.text());
  const auto key_id = commands::command_id("cancellation", route, order.user_id, request.idempotency_key);
  const auto id = cancellation_id_of(key_id, canonical);
  commands::Submission submission;
  submission.topic = log::Topic::order_cancel;
  submission.partition = log::partition_of(order.user_id, partitions_);
  submission.key = {order.user_id, order.order_id};
  submission.requested_at = clock_.now();
  submission.awaited = {live::AwaitedKind::cancellation, order.order_id.bytes()};
  submission.fingerprint = id.bytes();
  submission.keyed = request.idempotency_key.has_value();
  submission.key_id = key_id;
  submission.accepted = cancel_accepted_response(order);
  submission.final_answer = [order, key_id, id](const live::Outcome& outcome) -> commands::FirstAnswer {
    const auto& ended = std::get<live::CancellationOutcome>(outcome.view).order;
    // At the same moment, by way of another gateway.
    if (came_under(key_id, ended.cancellation_id) && ended.cancellation_id != id) return tl::unexpected(commands::reused());
    return cancel_final_response(order, ended);
  };
  if (submission.keyed && came_under(key_id, order.cancellation_id)) {
    submission.before = commands::KnownCommand{key_id, order.cancellation_id->bytes(), submission.accepted, std::nullopt};
  } else if (is_over(order)) {
    submission.refusal = not_cancellable(order);
  }
  submission.payload = encode(OrderCancelRequested{order.order_id, order.user_id, id});
  return submission;
}

}  // namespace ordo::orders
