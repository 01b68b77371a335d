#pragma once
// Purpose: why an order is as it is: its events as trees, each hanging from what caused it, with the time that the step took and, where
//          the story is not over, who is to go on with it.
// Units:   milliseconds, by the clocks of those who decided; where these differ, a step may seem to take less than nothing.
// Threads: pure functions.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/log/logged_event.hpp"

namespace ordo::projections {

struct Step {
  log::LoggedEvent event;
  std::int64_t since_request_ms = 0;     // since the first event of all
  std::optional<std::int64_t> took_ms;   // since its cause; nothing for what came from outside
  std::string summary;                   // its gist, for people
  std::string waits_for;                 // who has still to act upon it: a role, "orders", or "an operator"; empty: nobody
  std::vector<Step> effects;             // as they came
};

struct Explanation {
  OrderId order_id;
  UserId user_id;
  std::vector<Step> requests;  // what clients asked for, each with all that followed
  std::int64_t took_ms = 0;    // from the first event to the last
};

// Requires: all events are of one order, at least one. Those that this version cannot read are shown as such.
[[nodiscard]] Explanation explain(OrderId order, std::vector<log::LoggedEvent> events);

// Every step, causes before their effects, as a tree is read from the top; `depth` of a request is 0.
void for_each_step(const Explanation& explanation, const std::function<void(const Step&, std::size_t depth)>& visit);

}  // namespace ordo::projections
