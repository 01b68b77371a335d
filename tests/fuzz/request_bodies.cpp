// The bodies of every route: refused with all that is wrong, or read to something that keeps every rule.

#include <algorithm>
#include <set>
#include <string>

#include "events/identity/rules.hpp"
#include "events/vocabulary/json_text.hpp"
#include "gateway/http/field_errors.hpp"
#include "gateway/http/response.hpp"
#include "gateway/http/url.hpp"
#include "gateway/orders/order_request.hpp"
#include "gateway/payments/payment_request.hpp"
#include "gateway/users/user_request.hpp"
#include "tests/fuzz/property.hpp"

namespace {

using namespace ordo;
using ordo::fuzz::require;

const UserId kUser = UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057").value();

bool is_one_line(std::string_view text) {
  return http::is_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F; });
}

void check_refused(const http::Problem& problem) {
  using enum http::ProblemCode;
  require(problem.code == malformed_json || problem.code == validation_failed || problem.code == forbidden, "a refusal says why");
  require(problem.code != validation_failed || !problem.errors.empty(), "a broken rule is told");
  require(problem.errors.size() <= http::kFieldErrorsMax + 1, "no body makes an endless answer");
  std::set<std::pair<std::string, std::string>> told;
  for (const auto& error : problem.errors) {
    require(error.pointer.empty() || error.pointer.front() == '/', "an error has a pointer");
    require(!error.detail.empty() && http::is_utf8(error.pointer), "an error is readable");
    require(told.emplace(error.pointer, error.detail).second, "an error is told once");
  }
  const auto answer = http::problem_response(problem, "c");
  require(answer.status >= 400 && answer.status < 500, "a bad body is the client's fault");
}

std::string order_text(const orders::NewOrder& order) {
  return JsonText().open_object().raw_member("items", orders::items_json(order.items))
      .member("currency", order.total.currency.code()).close_object().take();
}

void check_order(std::string_view text, const http::Principal& principal) {
  const auto order = orders::read_new_order(text, principal);
  if (!order) return check_refused(order.error());
  require(!order->items.empty() && order->items.size() <= orders::kItemsMax, "an order has items, and not too many");
  require(order->total.minor >= 1 && order->total.minor <= kAmountMax, "an order costs something, and not too much");
  for (const auto& item : order->items) {
    require(!item.sku.empty() && is_one_line(item.sku) && is_one_line(item.name), "what letters name is one line");
    require(item.quantity >= 1 && item.quantity <= orders::kQuantityMax && item.unit_price >= 1, "nothing is for nothing");
  }
  const auto again = orders::read_new_order(order_text(*order), principal);
  require(again && again->canonical == order->canonical && again->items == order->items && again->total == order->total,
          "an order that is written as it was read is read as the same");
}

void check_top_up(std::string_view text) {
  const auto amount = billing::read_top_up(text);
  if (!amount) return check_refused(amount.error());
  require(amount->minor >= 1 && amount->minor <= kAmountMax, "an amount is one");
  const auto again = billing::read_top_up(
      JsonText().open_object().member("amount", amount->minor).member("currency", amount->currency.code()).close_object().take());
  require(again && *again == *amount, "an amount that is written as it was read is read as the same");
}

void check_new_user(std::string_view text) {
  const auto user = identity::read_new_user(text);
  if (!user) return check_refused(user.error());
  require(identity::problems_of(*user).empty(), "a new user keeps identity's rules");
  for (const auto& field : {user->username, user->email, user->phone, user->locale}) require(is_one_line(field), "what letters name is one line");
}

void check_own_change(std::string_view text) {
  const auto change = identity::read_own_change(text, kUser);
  if (!change) return check_refused(change.error());
  if (const auto* profile = std::get_if<identity::ProfileChange>(&*change)) {
    require(profile->user_id == kUser && identity::problems_of(*profile).empty(), "a change keeps identity's rules");
  } else {
    const auto& password = std::get<identity::PasswordChange>(*change);
    require(password.user_id == kUser && identity::problems_of(password).empty(), "a new password keeps identity's rules");
  }
}

template <class Value>
void check(const Result<Value, http::Problem>& read) {
  if (!read) check_refused(read.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const http::Principal principal{kUser, "anna", {"user"}};
  switch (fuzz::take_case(text, 8)) {
    case 0: check_order(text, principal); break;
    case 1: check(orders::read_cancellation(text)); break;
    case 2: check_top_up(text); break;
    case 3: check(billing::read_account(text, *Currency::parse("EUR"))); break;
    case 4: check_new_user(text); break;
    case 5: check(identity::read_credentials(text)); break;
    case 6: check(identity::read_refresh_token(text)); break;
    default: check_own_change(text);
  }
  return 0;
}
