#include "gateway/event_streams/event_text.hpp"

#include <fmt/format.h>

#include "gateway/orders/order_json.hpp"

namespace ordo::event_streams {

std::string begin_text(std::string_view id) { return fmt::format("retry: {}\nid: {}\n\n", kRetryMs, id); }

std::string event_text(std::string_view id, const orders::HistoryEntry& event) {
  JsonText json;
  orders::write(json, event);
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, event.type, json.take());
}

std::string comment_text(std::string_view comment) { return fmt::format(": {}\n\n", comment); }

}  // namespace ordo::event_streams
