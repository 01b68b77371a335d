#pragma once
// Purpose: how an operator names a moment: "now", a time (2026-01-31T12:00:00Z), a place in the log (ORDERS-2@17.3; ORDERS-2@17 for a whole
//          message), or the Ordo-Position that a client was given.
// Threads: plain values.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "projections/history/moment.hpp"

namespace ordo::cli {

struct Now {};
using MomentName = std::variant<Now, Timestamp, std::vector<log::StreamPosition>>;

inline constexpr std::string_view kMomentHelp = "now, a time like 2026-01-31T12:00:00Z, a place like ORDERS-2@17.3, or an Ordo-Position";

[[nodiscard]] std::optional<MomentName> parse_moment(std::string_view text);

// For CLI11: answers what is wrong with it.
[[nodiscard]] std::string check_moment(const std::string& text);

// Errors: as Moment::at.
[[nodiscard]] Result<projections::Moment> moment_of(log::EventLog& log, const MomentName& name);

// Takes "2026-01-31T12:00:00Z", with milliseconds or without.
[[nodiscard]] std::optional<Timestamp> parse_time(std::string_view text);

// Takes "ORDERS-2@17.3", and "ORDERS-2@17", which stands for the whole message: its index is projections::kLastIndex.
[[nodiscard]] std::optional<log::StreamPosition> parse_place(std::string_view text);

}  // namespace ordo::cli
