#include "cli/export_range.hpp"

#include <algorithm>

#include "events/log/logged_event.hpp"

namespace ordo::cli {
namespace {

enum class Belongs { wholly, partly };

Result<bool> belongs(log::EventLog& log, log::StreamName stream, std::uint64_t sequence, const projections::Moment& moment, Belongs how) {
  const auto events = log.get(stream, sequence).and_then(log::events_of);
  if (!events) return tl::unexpected(events.error());
  const auto included = [&](const log::LoggedEvent& event) { return moment.includes(event); };
  return how == Belongs::wholly ? std::ranges::all_of(*events, included) : std::ranges::any_of(*events, included);
}

// The first message of the range that does not belong to the moment; behind its end: all do.
Result<std::uint64_t> first_outside(log::EventLog& log, const log::LogRange& range, const projections::Moment& moment, Belongs how) {
  auto low = range.from;
  auto high = range.until + 1;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto inside = belongs(log, range.stream, middle, moment, how);
    if (!inside) return tl::unexpected(inside.error());
    (*inside ? low : high) = *inside ? middle + 1 : middle;
  }
  return low;
}

}  // namespace

Result<std::vector<log::LogRange>> export_ranges(log::EventLog& log, const log::archive::Cut& cut, const ExportBounds& bounds) {
  std::vector<log::LogRange> ranges;
  for (const auto& [stream, last] : cut) {
    const auto unspoken = [&](const auto& moment) { return moment && !moment->speaks_of(stream.partition); };
    if (unspoken(bounds.from) || unspoken(bounds.to)) continue;
    auto range = log::range_from(log, stream);
    if (!range) return tl::unexpected(range.error());
    range->until = last;
    range->from = std::min(range->from, last + 1);
    if (bounds.to) {
      const auto end = first_outside(log, *range, *bounds.to, Belongs::partly);
      if (!end) return tl::unexpected(end.error());
      range->until = *end - 1;
    }
    if (bounds.from) {
      const auto begin = first_outside(log, *range, *bounds.from, Belongs::wholly);
      if (!begin) return tl::unexpected(begin.error());
      range->from = *begin;
    }
    ranges.push_back(*range);
  }
  return ranges;
}

}  // namespace ordo::cli
