#include "projections/history/explanation.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "events/billing/describe.hpp"
#include "events/notifications/describe.hpp"
#include "events/notifications/letter.hpp"
#include "events/orders/describe.hpp"
#include "events/parking/describe.hpp"
#include "events/vocabulary/visit.hpp"
#include "projections/verification/spoken_of.hpp"

namespace ordo::projections {
namespace {

using log::LoggedEvent;
using log::StreamKind;

// An event that this version cannot read: it is shown, and what became of it.
struct Unreadable {
  std::string reason;
};

using Said = std::variant<Unreadable, orders::Command, orders::Event, billing::Event, notifications::Event, parking::Event,
                          parking::ReleaseRequested>;

Said read(const LoggedEvent& logged) {
  const auto& payload = logged.event.payload;
  const auto said = [](auto event) { return event ? Said(std::move(*event)) : Said(Unreadable{std::move(event.error().text)}); };
  if (parking::is_parking(payload)) return said(parking::decode(payload));
  switch (logged.at.stream.kind) {
    case StreamKind::orders: return said(orders::decode(payload));
    case StreamKind::billing: return said(billing::decode(payload));
    case StreamKind::notifications: return said(notifications::decode(payload));
    case StreamKind::operations: return said(parking::decode_request(payload));
    case StreamKind::commands:
      if (auto command = orders::decode_command(payload); command && *command) return std::move(**command);
      break;
    case StreamKind::users:
    case StreamKind::parked:
    case StreamKind::audit: break;
  }
  return Unreadable{fmt::format("{} is unknown to this version", payload.type)};
}

std::string summary(const Unreadable& unreadable) { return unreadable.reason; }

// What all steps together tell, for those who ask what one of them still waits for.
struct Circumstances {
  bool decided = false;  // the order is more than pending
  bool charged = false;
  std::map<NotificationId, log::StreamPosition> last_attempts;
  std::map<log::StreamPosition, std::uint32_t> parked;  // by place, what came before it under the key, in its context
  std::map<StreamKind, std::uint32_t> released;         // by context
};

struct Leaf {
  std::set<StreamKind> effects;  // the streams that hold some
  log::StreamPosition at;
};

std::string waits_for(const Leaf&, const Circumstances&, const Unreadable&) { return ""; }
std::string waits_for(const Leaf&, const Circumstances&, const parking::ReleaseRequested&) { return ""; }

// First in, first out.
std::string waits_for(const Leaf& step, const Circumstances& all, const parking::Event&) {
  const auto parked = all.parked.find(step.at);
  if (parked == all.parked.end()) return "";
  const auto released = all.released.find(step.at.stream.kind);
  return released != all.released.end() && parked->second < released->second ? "" : "an operator";
}

std::string waits_for(const Leaf& step, const Circumstances&, const orders::Command&) { return step.effects.empty() ? "orders" : ""; }

std::string waits_for_letter(const Leaf& step, const orders::OrderUpdateMessage& update) {
  const bool owed = notifications::letter_about(update).has_value() && !step.effects.contains(StreamKind::notifications);
  return owed ? "notifications" : "";
}

std::string waits_for(const Leaf& step, const Circumstances& all, const orders::Event& event) {
  const bool billed = step.effects.contains(StreamKind::billing);
  return visit(
      event, [&](const orders::OrderPending&) { return std::string(billed ? "" : "billing"); },
      [&](const orders::OrderUpdateMessage& update) {
        const auto letter = waits_for_letter(step, update);
        const bool refund_owed = update.reason == orders::CancelReason::requested && all.charged && !billed;
        if (!refund_owed) return letter;
        return letter.empty() ? std::string("billing") : "billing, " + letter;
      });
}

std::string waits_for(const Leaf& step, const Circumstances& all, const billing::Event& event) {
  // A payment of an order that was cancelled meanwhile changes it no more.
  const bool settled = std::holds_alternative<billing::PaymentProcessed>(event) && all.decided;
  return step.effects.empty() && !settled ? "orders" : "";
}

std::string waits_for(const Leaf& step, const Circumstances& all, const notifications::Event& event) {
  const auto* failed = std::get_if<notifications::NotificationFailed>(&event);
  const bool again = failed != nullptr && failed->next_attempt && all.last_attempts.at(failed->notification_id) == step.at;
  return again ? "notifications" : "";
}

class Tree {
 public:
  void add(LoggedEvent logged) {
    auto said = read(logged);
    note(logged, said);
    const auto [place, time] = std::pair{logged.at, logged.event.time};
    began_ = nodes_.empty() ? time : std::min(began_, time);
    ended_ = std::max(ended_, time);
    nodes_.emplace(place, Node{std::move(logged), std::move(said)});
  }

  Explanation grow(OrderId order) {
    Explanation explanation{order, {}, {}, 0};
    std::vector<log::StreamPosition> requests;
    for (const auto& [place, node] : nodes_) {
      const auto cause = log::place_of_cause(node.logged);
      (cause && nodes_.contains(*cause) ? effects_[*cause] : requests).push_back(place);
    }
    sort(requests);
    for (auto& [cause, effects] : effects_) sort(effects);
    explanation.took_ms = ended_.unix_ms - began_.unix_ms;
    explanation.user_id = user_;
    for (const auto& place : requests) explanation.requests.push_back(grow_step(place, std::nullopt));
    return explanation;
  }

 private:
  struct Node {
    LoggedEvent logged;
    Said said;
  };

  void note(const LoggedEvent& logged, const Said& said) {
    const auto spoken = spoken_of(logged.at.stream.kind, logged.event.payload);
    if (spoken) user_ = spoken->user;
    if (const auto* order = std::get_if<orders::Event>(&said)) all_.decided |= std::holds_alternative<orders::OrderUpdateMessage>(*order);
    if (const auto* billed = std::get_if<billing::Event>(&said)) {
      const auto* payment = std::get_if<billing::PaymentProcessed>(billed);
      all_.charged |= payment != nullptr && payment->paid();
    }
    if (const auto* letter = std::get_if<notifications::Event>(&said)) {
      auto& last = all_.last_attempts[visit(*letter, [](const auto& each) { return each.notification_id; })];
      last = std::max(last, logged.at);
    }
    if (const auto* about = std::get_if<parking::Event>(&said)) note(logged.at, *about);
  }

  void note(const log::StreamPosition& at, const parking::Event& said) {
    const auto context = at.stream.kind;
    visit(said, [&](const parking::InputParked&) { all_.parked[at] = parked_[context]++; },
          [&](const parking::ParkedReleased& released) { all_.released[context] += released.decided + released.discarded; });
  }

  // As they came: by time, and within a stream by position.
  void sort(std::vector<log::StreamPosition>& places) const {
    const auto key = [this](const log::StreamPosition& place) { return std::pair{nodes_.at(place).logged.event.time, place}; };
    std::ranges::sort(places, {}, key);
  }

  Step grow_step(const log::StreamPosition& place, std::optional<Timestamp> cause_time) {
    auto& node = nodes_.at(place);
    const auto time = node.logged.event.time;
    Leaf leaf{{}, place};
    Step step;
    for (const auto& effect : effects_[place]) {
      leaf.effects.insert(effect.stream.kind);
      step.effects.push_back(grow_step(effect, time));
    }
    step.since_request_ms = time.unix_ms - began_.unix_ms;
    if (cause_time) step.took_ms = time.unix_ms - cause_time->unix_ms;
    step.summary = visit(node.said, [](const auto& said) { return summary(said); });
    step.waits_for = visit(node.said, [&](const auto& said) { return waits_for(leaf, all_, said); });
    step.event = std::move(node.logged);
    return step;
  }

  std::map<log::StreamPosition, Node> nodes_;
  std::map<log::StreamPosition, std::vector<log::StreamPosition>> effects_;
  Circumstances all_;
  std::map<StreamKind, std::uint32_t> parked_;  // so far
  UserId user_;
  Timestamp began_, ended_;
};

void visit_below(const Step& step, std::size_t depth, const std::function<void(const Step&, std::size_t)>& visit) {
  visit(step, depth);
  for (const auto& effect : step.effects) visit_below(effect, depth + 1, visit);
}

}  // namespace

Explanation explain(OrderId order, std::vector<LoggedEvent> events) {
  // What is parked counts in the order of its stream.
  std::ranges::sort(events, {}, &LoggedEvent::at);
  Tree tree;
  for (auto& logged : events) tree.add(std::move(logged));
  return tree.grow(order);
}

void for_each_step(const Explanation& explanation, const std::function<void(const Step&, std::size_t)>& visit) {
  for (const auto& request : explanation.requests) visit_below(request, 0, visit);
}

}  // namespace ordo::projections
