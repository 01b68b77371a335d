#pragma once
// Purpose: every word of the first edition of the letters, in each language.
// Threads: constants.

#include <optional>
#include <string_view>

#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"

namespace ordo::notifications::letter_v1 {

// What all letters of one language share.
struct Frame {
  std::string_view greeting;
  std::string_view order;
  std::string_view sku;
  std::string_view name;
  std::string_view quantity;
  std::string_view unit_price;
  std::string_view sum;
  std::string_view total;
  std::string_view signature;
};

// What one letter says before and after the order's lines.
struct Message {
  std::string_view subject;
  std::string_view opening;
  std::string_view closing;
  bool tells_items = true;
  std::optional<std::string_view> sum_name = std::nullopt;  // instead of the frame's "Total"
};

[[nodiscard]] const Frame& frame_of(Locale locale);
[[nodiscard]] Message happiness(Locale locale);
[[nodiscard]] Message grief(Locale locale, std::optional<orders::CancelReason> reason);
[[nodiscard]] Message cancellation(Locale locale);
[[nodiscard]] Message refund(Locale locale);

}  // namespace ordo::notifications::letter_v1
