#pragma once
// Purpose: an order's events for the commands that show them: where the read model can be asked, by its index; else from the whole log,
//          with a word about it on stderr and progress while it takes long.
// Errors:  a failure's text says what to do; unavailable when it was told to stop.

#include <stop_token>
#include <string>
#include <vector>

#include "cli/connections.hpp"
#include "events/log/logged_event.hpp"

namespace ordo::cli {

struct OrderSearch {
  OrderId order;
  bool whole_log = false;  // ask no read model
  std::stop_token stop;
};

// Empty: the log knows no such order.
[[nodiscard]] Result<std::vector<log::LoggedEvent>> find_order_events(const Settings& settings, LogConnection& connection,
                                                                      const OrderSearch& search);

// Takes an order's id, for CLI11. Answers what is wrong with it.
[[nodiscard]] std::string check_order_id(const std::string& text);

}  // namespace ordo::cli
