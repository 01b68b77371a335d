#include "projections/runtime/backlog.hpp"

#include <algorithm>

#include "events/log/event.hpp"

namespace ordo::projections {
namespace {

constexpr std::uint64_t kReadMax = 20;

}  // namespace

Result<Backlog> backlog(log::EventLog& log, log::StreamName stream, std::uint64_t reached) {
  const auto bounds = log.bounds(stream);
  if (!bounds) return tl::unexpected(bounds.error());
  const auto first = std::max(reached + 1, bounds->first_sequence);
  Backlog left;
  if (first > bounds->last_sequence) return left;
  left.messages = bounds->last_sequence - first + 1;
  left.exact = left.messages <= kReadMax;
  const auto read = std::min(left.messages, kReadMax);
  for (std::uint64_t count = 0; count < read; ++count) {
    // Evenly spread over all of them.
    const auto message = log.get(stream, first + count * left.messages / read);
    const auto run = message ? log::decode_run(message->payload) : tl::unexpected(message.error());
    if (!run) return tl::unexpected(run.error());
    left.events += run->events.size();
    if (count == 0 && !run->events.empty()) left.oldest = run->events.front().time;
  }
  left.events = left.events * left.messages / read;
  return left;
}

double waiting_s(const Backlog& backlog, Timestamp now) {
  return backlog.oldest ? static_cast<double>(std::max<std::int64_t>(now.unix_ms - backlog.oldest->unix_ms, 0)) / 1'000 : 0;
}

}  // namespace ordo::projections
