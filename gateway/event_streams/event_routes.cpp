#include "gateway/event_streams/event_routes.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "gateway/reads/ownership.hpp"
#include "gateway/reads/read_model_position.hpp"
#include "query-side/orders/orders.hpp"

namespace ordo::event_streams {
namespace {

// No token lives as long, and no clock is set back by as much.
constexpr std::chrono::hours kStreamMax{24};

http::Problem no_such_order() { return reads::not_found("There is no such order."); }

http::Problem not_an_event_id() {
  return http::problem(http::ProblemCode::invalid_event_id, "Last-Event-ID takes the last id of the same stream; begin again without it.");
}

http::Response stream_response() {
  http::Response response;
  response.content_type = "text/event-stream";
  response.with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
  return response;
}

}  // namespace

EventRoutes::EventRoutes(EventStreams& streams, postgres::Pool& pool, reads::ReadGate& gate, const reads::CursorSeal& seal, Clock& clock,
                         log::Partition partitions, SeatLimits limits)
    : streams_(streams), pool_(pool), gate_(gate), seal_(seal), clock_(clock), partitions_(partitions), seats_(limits) {}

void EventRoutes::add_to(http::Router& router) {
  const auto run = [this](auto member) {
    return [this, member](const http::Request& request, http::Responder responder) { (this->*member)(request, std::move(responder)); };
  };
  router.add({.method = http::Method::get, .pattern = "/api/orders/{id}/events", .handler = gate_.before(run(&EventRoutes::of_order))});
  router.add({.method = http::Method::get, .pattern = "/api/events", .handler = gate_.before(run(&EventRoutes::of_user))});
}

void EventRoutes::of_order(const http::Request& request, http::Responder responder) {
  const auto id = OrderId::parse(request.path_parameter("id"));
  if (!id) return responder.refuse(no_such_order());
  const auto order = orders::find_order(pool_, *id);
  if (!order) return responder.refuse(http::problem_of(order.error()));
  if (!*order || !reads::may_read(*request.principal, (*order)->user_id)) return responder.refuse(no_such_order());
  Watch watch;
  watch.whose = *id;
  watch.sealed_for = fmt::format("events of order {}", id->text());
  watch.partition = log::partition_of((*order)->user_id, partitions_);
  const auto told = place_told(request, watch.sealed_for);
  if (!told) return responder.refuse(told.error());
  watch.place = told->value_or(Place{});
  open(request, std::move(responder), std::move(watch));
}

void EventRoutes::of_user(const http::Request& request, http::Responder responder) {
  const auto user = request.principal->user_id;
  Watch watch;
  watch.whose = user;
  watch.sealed_for = fmt::format("events of user {}", user.text());
  watch.partition = log::partition_of(user, partitions_);
  const auto told = place_told(request, watch.sealed_for);
  if (!told) return responder.refuse(told.error());
  const auto place = *told ? Result<Place>(**told) : place_now(watch.partition);
  if (!place) return responder.refuse(http::problem_of(place.error()));
  watch.place = *place;
  open(request, std::move(responder), std::move(watch));
}

Result<std::optional<Place>, http::Problem> EventRoutes::place_told(const http::Request& request, std::string_view sealed_for) const {
  const auto id = request.header("Last-Event-ID");
  if (!id) return std::nullopt;
  const auto opened = seal_.open(sealed_for, *id);
  const auto place = opened ? parse_place(*opened) : std::nullopt;
  if (!place || http::count_headers(request.headers, "Last-Event-ID") > 1) return tl::unexpected(not_an_event_id());
  return place;
}

Result<Place> EventRoutes::place_now(log::Partition partition) const {
  const auto reached = reads::find_reached(pool_);
  if (!reached) return tl::unexpected(reached.error());
  Place place;
  for (std::size_t kind = 0; kind < kWatchedKinds.size(); ++kind) {
    const auto found = reached->find({kWatchedKinds[kind], partition});
    if (found != reached->end()) place.marks[kind] = {found->second + 1, 0};
  }
  return place;
}

void EventRoutes::open(const http::Request& request, http::Responder responder, Watch watch) {
  auto response = stream_response();
  auto seat = seats_.take(request.principal->user_id);
  if (!seat) return responder.refuse(seat.error());
  const std::chrono::milliseconds left{request.principal->accepted_until.unix_ms - clock_.now().unix_ms};
  watch.seat = std::move(*seat);
  watch.ends_at = std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(left, kStreamMax);
  response.streams = [this, watch = std::move(watch)](std::shared_ptr<http::BodyStream> body) { streams_.open(watch, std::move(body)); };
  responder.answer(std::move(response));
}

}  // namespace ordo::event_streams
