#pragma once
// Purpose: an explanation as an operator sees it: a tree for people, or JSON.
// Threads: pure functions.

#include <string>

#include "projections/history/explanation.hpp"
#include "projections/orders/order_rows.hpp"

namespace ordo::cli {

// An order's explanation and what the order is by now.
struct ExplainedOrder {
  projections::Explanation explanation;
  log::Partition partition = 0;
  std::optional<projections::OrderRow> now;
};

[[nodiscard]] std::string tree_text(const ExplainedOrder& order, bool coloured);
// One document: {"order_id", …, "requests": [step]}, a step as its event with decided_by, since_request_ms, took_ms, summary, waits_for
// and effects: [step].
[[nodiscard]] std::string tree_json(const ExplainedOrder& order);
// One line per step instead, with its depth.
[[nodiscard]] std::string steps_json(const ExplainedOrder& order);

}  // namespace ordo::cli
