#include "projections/verification/log_audit.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "events/log/log_cursor.hpp"
#include "events/log/patient_bounds.hpp"
#include "projections/verification/partition_audit.hpp"
#include "projections/verification/spoken_of.hpp"

namespace ordo::projections {
namespace {

using log::StreamKind;
using MaybeFinding = std::optional<Finding>;

// Effects first, so that causes are not remembered for longer than they must.
constexpr std::array kOrder{StreamKind::notifications, StreamKind::orders, StreamKind::billing,
                            StreamKind::users,         StreamKind::commands, StreamKind::operations};
static_assert(kOrder.size() == log::kStreamKinds.size());

// One stream of the partition, and its next message.
struct Source {
  StreamKind stream;
  std::uint64_t target = 0;  // it is read up to here
  std::unique_ptr<log::LogCursor> cursor;
  std::optional<log::StoredMessage> message;
  log::Run run;  // that message's
};

Result<std::optional<PossibleCause>> look_up(log::EventLog& log, log::StreamName stream, log::Position position) {
  const auto message = log.get(stream, position.sequence);
  if (!message && message.error().retryable()) return tl::unexpected(message.error());
  if (!message) return std::nullopt;
  const auto run = log::decode_run(message->payload);
  if (!run || position.index >= run->events.size()) return std::nullopt;
  const auto& event = run->events[position.index];
  const auto spoken = spoken_of(stream.kind, event.payload);
  if (!spoken && !event.trace.key) return std::nullopt;
  return PossibleCause{position, event.id, event.payload.type, spoken ? spoken->about : spoken_of(*event.trace.key).about};
}

class PartitionMerge {
 public:
  PartitionMerge(const LogAuditSettings& settings, log::Partition partition, Progress& progress)
      : settings_(settings), partition_(partition), progress_(progress),
        audit_(partition, settings.partitions, [&log = settings.log, partition](StreamKind stream, log::Position position) {
          return look_up(log, {stream, partition}, position);
        }) {}

  Result<Check> run() {
    if (auto opened = open(); !opened) return tl::unexpected(opened.error());
    auto finding = merge();
    if (!finding) return tl::unexpected(finding.error());
    if (!*finding) *finding = audit_.conclude();
    return Check{fmt::format("log of partition {}", partition_), audit_.events(), "events", std::move(*finding), audit_.remark()};
  }

  [[nodiscard]] const Books& books() const { return audit_.books(); }

 private:
  Result<void> open() {
    std::uint64_t total = 0;
    for (const auto stream : kOrder) {
      const auto bounds = settings_.log.bounds({stream, partition_});
      if (!bounds) return tl::unexpected(bounds.error());
      const auto first = stream == StreamKind::commands ? bounds->first_sequence : 1;
      audit_.begin(stream, first);
      sources_.push_back({stream, bounds->last_sequence, nullptr, {}, {}});
      if (bounds->last_sequence >= first) total += bounds->last_sequence - first + 1;
    }
    progress_.begin(fmt::format("the log of partition {}", partition_), total);
    return {};
  }

  Result<MaybeFinding> merge() {
    for (;;) {
      bool took = false, waits = false;
      for (auto& source : sources_) {
        auto outcome = advance(source, took);
        if (!outcome || *outcome) return outcome;
        waits |= source.message.has_value();
        if (took) break;
      }
      if (took) continue;
      if (!waits) return std::nullopt;
      auto outcome = follow_needs();
      if (!outcome || *outcome) return outcome;
    }
  }

  // Takes the source's next message, if nothing is needed before it.
  Result<MaybeFinding> advance(Source& source, bool& took) {
    if (!source.message && audit_.reached(source.stream) < source.target) {
      auto outcome = fetch(source);
      if (!outcome || *outcome) return outcome;
    }
    if (!source.message || audit_.need_of(source.run)) return std::nullopt;
    took = true;
    progress_.message(source.run.events.size());
    auto outcome = audit_.take(*source.message, source.run);
    source.message.reset();
    return outcome;
  }

  Result<MaybeFinding> fetch(Source& source) {
    const log::StreamName stream{source.stream, partition_};
    const auto next = audit_.reached(source.stream) + 1;
    if (!source.cursor) source.cursor = std::make_unique<log::LogCursor>(settings_.log, stream, next, settings_.silence_max);
    auto message = source.cursor->next(settings_.stop);
    if (!message && message.error().retryable()) return tl::unexpected(message.error());
    const auto where = fmt::format("{}@{}", text(stream), message ? message->sequence : next);
    if (!message) return Finding{where, "every message of the log is there", "", message.error().text};
    if (auto gap = audit_.check_place(*message)) return gap;
    auto run = log::decode_run(message->payload);
    if (!run) return Finding{where, "every message is as it was written", "", run.error().text};
    source.message = std::move(*message);
    source.run = std::move(*run);
    return std::nullopt;
  }

  // All that is left waits for messages behind their stream's target: they have come since, or are missing.
  Result<MaybeFinding> follow_needs() {
    bool follows = false;
    for (const auto& source : sources_) {
      if (!source.message) continue;
      const auto need = audit_.need_of(source.run);
      auto& needed = source_of(need->stream);
      if (need->sequence <= needed.target) continue;
      const auto patience = 5 * settings_.silence_max;
      const auto bounds = log::patient_bounds(settings_.log, {need->stream, partition_}, need->sequence, patience, settings_.stop);
      if (!bounds) return tl::unexpected(bounds.error());
      if (need->sequence > bounds->last_sequence) {
        return Finding{where(source), fmt::format("what it is decided by stands in {}", text(log::StreamName{need->stream, partition_})),
                       fmt::format("message {}", need->sequence), fmt::format("the stream ends at {}", bounds->last_sequence)};
      }
      needed.target = need->sequence;
      follows = true;
    }
    if (follows) return std::nullopt;
    return Finding{where(source_in_circle()), "causes come before their effects", "", "it waits for what waits for it"};
  }

  // From a source that waits to the one that it waits for, and so on, leads into the circle.
  const Source& source_in_circle() {
    auto source = std::ranges::find_if(sources_, [](const Source& each) { return each.message.has_value(); });
    for (std::size_t step = 0; step < sources_.size(); ++step) {
      source = std::ranges::find(sources_, audit_.need_of(source->run)->stream, &Source::stream);
    }
    return *source;
  }

  Source& source_of(StreamKind stream) {
    return *std::ranges::find(sources_, stream, &Source::stream);
  }

  std::string where(const Source& source) const {
    return fmt::format("{}@{}", text(log::StreamName{source.stream, partition_}), source.message->sequence);
  }

  const LogAuditSettings& settings_;
  log::Partition partition_;
  Progress& progress_;
  PartitionAudit audit_;
  std::vector<Source> sources_;
};

}  // namespace

Result<Checks> audit_log(const LogAuditSettings& settings, Progress& progress) {
  Checks checks;
  std::map<Currency, Sums> all;
  for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
    PartitionMerge merge(settings, partition, progress);
    auto check = merge.run();
    if (!check) return tl::unexpected(check.error());
    checks.push_back(std::move(*check));
    for (const auto& [currency, sums] : merge.books().sums()) all[currency] += sums;
  }
  for (const auto& [currency, sums] : all) checks.push_back(check_sums(currency, sums));
  return checks;
}

}  // namespace ordo::projections
