#pragma once
// Purpose: server-sent events as they go over the wire (WHATWG HTML, 9.2).
// Threads: pure functions.

#include <string>
#include <string_view>

#include "query-side/orders/history.hpp"

namespace ordo::event_streams {

// What a client waits before it comes again.
inline constexpr int kRetryMs = 1'000;

// First of all, whatever follows: how soon to come again, and an id, so that a client whom no event has reached loses none either.
[[nodiscard]] std::string begin_text(std::string_view id);
// `event:` is the type, `data:` what the order's history shows of it.
[[nodiscard]] std::string event_text(std::string_view id, const orders::HistoryEntry& event);
// Clients do not show it to their users.
[[nodiscard]] std::string comment_text(std::string_view comment);

}  // namespace ordo::event_streams
