#pragma once
// Purpose: a request for an order or for its cancellation, checked: what the body says, and whether it may be asked for.
// Errors: 400 and 422 as body.hpp; 422 too for a total beyond kAmountMax; 403 where the body names another user.
// Threads: pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "events/orders/events.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/request.hpp"

namespace ordo::orders {

struct NewOrder {
  std::vector<Item> items;
  Money total;
  // The same for requests that ask for the same, whatever their spelling. Fingerprints are stored: never change how this is made.
  std::string canonical;
};

[[nodiscard]] Result<NewOrder, http::Problem> read_new_order(std::string_view body, const http::Principal& principal);

// Of a cancellation only the canonical text is answered: its reason, up to 500 characters, is kept nowhere.
[[nodiscard]] Result<std::string, http::Problem> read_cancellation(std::string_view body);

}  // namespace ordo::orders
