#include "projections/runtime/rebuild.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "projections/runtime/building_claim.hpp"
#include "projections/runtime/bulk_fill.hpp"
#include "projections/runtime/kept_rows.hpp"
#include "projections/runtime/schema.hpp"
#include "projections/runtime/swap.hpp"

namespace ordo::projections {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kBatchBytesMax = 4 << 20;
// Each look asks the log for the ends of all streams.
constexpr std::chrono::milliseconds kLookAgain{200};
constexpr std::chrono::milliseconds kBetweenReports{1'000};
constexpr std::chrono::milliseconds kSwapLimit{5'000};
// So far behind a log that never rests, the swap itself can catch up in no time.
constexpr std::uint64_t kMessagesBehindMax = 200;

// The first reason that a lane gave for stopping.
class Refusal {
 public:
  void set(const Failure& reason) {
    const std::lock_guard lock(mutex_);
    if (!reason_) reason_ = reason;
  }
  [[nodiscard]] std::optional<Failure> get() {
    const std::lock_guard lock(mutex_);
    return reason_;
  }

 private:
  std::mutex mutex_;
  std::optional<Failure> reason_;
};

void add(const log::StreamBounds& bounds, std::uint64_t reached, RebuildProgress& progress) {
  const auto gone = bounds.first_sequence - 1;
  if (bounds.last_sequence > gone) progress.messages_total += bounds.last_sequence - gone;
  if (reached > gone) progress.messages_done += std::min(reached, bounds.last_sequence) - gone;
}

class Rebuild {
 public:
  explicit Rebuild(const RebuildSettings& settings) : settings_(settings) {
    if (settings.until) past_.emplace(settings.log, *settings.until);
  }

  Result<Rebuilt> run() {
    const auto prepared = prepare();
    if (!goes_on()) return Rebuilt{};
    return prepared.and_then([this] { return fill(); }).map([this](bool finished) {
      return Rebuilt{finished, claim_->goes_on_with_tables(), progress_, events(),
                     std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun_)};
    });
  }

 private:
  Result<void> prepare() {
    auto connection = postgres::Connection::open(settings_.connection);
    if (!connection) return tl::unexpected(connection.error());
    return create_if_missing(*connection, settings_.model, kServing)
        .and_then([&] {
          return BuildingClaim::take({settings_.model, settings_.connection, settings_.silence_max, settings_.restart, note_of(settings_),
                                      settings_.only_go_on, settings_.goes_on});
        })
        .map([&](std::unique_ptr<BuildingClaim> taken) { claim_ = std::move(taken); })
        .and_then([this] { return settings_.lanes.empty() || settings_.only_go_on ? Result<void>{} : keep(); })
        .and_then([&] { return look_at_what_stands(*connection); });
  }

  Result<void> keep() {
    auto options = settings_.connection;
    options.statement_limit = std::chrono::milliseconds(0);  // copying may take its time
    auto connection = postgres::Connection::open(options);
    return connection ? keep_rows(*connection, settings_.model, settings_.lanes, claim_->id()) : tl::unexpected(connection.error());
  }

  Result<void> look_at_what_stands(postgres::Connection& connection) {
    auto transaction = connection.begin();
    if (!transaction) return tl::unexpected(transaction.error());
    return read_all_checkpoints(*transaction, kBuilding)
        .and_then([this](const std::map<std::string, Reached>& lanes) { return projections::measure(settings_, log(), lanes); })
        .map([this](const RebuildProgress& progress) { messages_before_ = progress.messages_done; });
  }

  log::EventLog& log() { return past_ ? *past_ : settings_.log; }

  // False: told to stop before the end.
  Result<bool> fill() {
    if (claim_->goes_on_with_tables()) spdlog::info("the rebuild goes on with what stands in schema {}", kBuilding);
    while (goes_on()) {
      if (refusal_.get() || claim_->is_lost()) return end();
      const auto finished = step();
      if (finished && *finished) return true;
      if (!finished && !finished.error().retryable()) return tl::unexpected(finished.error());
      if (!finished && !waiting_) spdlog::warn("the rebuild waits: {}: {}", to_text(finished.error().kind), finished.error().text);
      waiting_ = !finished;
      std::this_thread::sleep_for(kLookAgain);
    }
    return false;
  }

  bool goes_on() const { return !settings_.goes_on || settings_.goes_on(); }

  Result<bool> step() {
    if (!building_) {
      const auto whole = fill_bulk_tables();
      if (!whole || !*whole) return whole;
      start_lanes();
    }
    const auto progress = measure(building_->reached(), events());
    if (!progress) return tl::unexpected(progress.error());
    report(*progress);
    if (progress->messages_total - progress->messages_done > kMessagesBehindMax) return false;
    if (!settings_.swap || settings_.until) return is_filled(*progress);
    const auto swapped = swap();
    if (!swapped) restart_lanes();
    return swapped;
  }

  // The end that was seen when it was near is the goal: a log under load has always more.
  bool is_filled(const RebuildProgress& progress) {
    if (!goal_) goal_ = progress.messages_total;
    return progress.messages_done >= *goal_;
  }

  // Most of the work: what the log holds by now. False: told to stop.
  Result<bool> fill_bulk_tables() {
    std::uint64_t filled = 0;
    const auto whole = fill_in_bulk({.projector = lanes(), .claim = claim_->id(),
                                     .goes_on = [this] { return goes_on() && !refusal_.get() && !claim_->is_lost(); },
                                     .watch = [&](const BulkProgress& done) {
                                       filled = done.events;
                                       auto progress = measure(done.reached, events_before_ + done.events);
                                       if (!progress) return;
                                       progress->tables_left = done.tables_left;
                                       report(*progress);
                                     }});
    events_before_ += filled;
    return whole;
  }

  ProjectorSettings lanes() {
    return {.model = settings_.model, .log = log(), .partitions = settings_.partitions, .schema = kBuilding, .claim = claim_->id(),
            .connection = settings_.connection, .batch_bytes_max = kBatchBytesMax,
            .give_up = [this](const Failure& reason) { refusal_.set(reason); }};
  }

  void start_lanes() { building_ = std::make_unique<Projector>(lanes()); }

  // A swap that failed may have stopped them.
  void restart_lanes() {
    building_->stop();
    events_before_ += building_->events();
    start_lanes();
  }

  // Where the lanes or the claim found no more to do. The commit of a swap may have come through though its answer was lost: then the
  // claim serves.
  Result<bool> end() {
    auto connection = postgres::Connection::wait_for(settings_.connection);
    if (!connection) return tl::unexpected(connection.error());
    auto transaction = connection->begin();
    if (!transaction) return tl::unexpected(transaction.error());
    const auto serving = is_ours(*transaction, kServing), building = is_ours(*transaction, kBuilding);
    if (!serving || !building) return tl::unexpected((serving ? building : serving).error());
    if (*serving) return true;
    if (!*building) return failure(FailureKind::conflict, "another rebuild has taken this one over");
    return tl::unexpected(refusal_.get().value_or(Failure{FailureKind::conflict, "the claim was lost for a while: run the rebuild again"}));
  }

  Result<bool> is_ours(postgres::Transaction& transaction, std::string_view schema) const {
    return claim_of(transaction, schema).map([this](const std::optional<SchemaClaim>& standing) {
      return standing && standing->id == claim_->id();
    });
  }

  Result<bool> swap() {
    auto connection = postgres::Connection::open(settings_.connection);
    if (!connection) return tl::unexpected(connection.error());
    const auto end = std::chrono::steady_clock::now() + kSwapLimit;
    return swap_schemas(*connection,
                        {.model = settings_.model, .log = settings_.log, .partitions = settings_.partitions, .claim = claim_->id(),
                         .goes_on = [&] { return goes_on() && !refusal_.get() && std::chrono::steady_clock::now() < end; }},
                        *building_);
  }

  Result<RebuildProgress> measure(const std::map<std::string, Reached>& lanes, std::uint64_t events) {
    return projections::measure(settings_, log(), lanes).map([&](RebuildProgress progress) {
      progress.messages_before = messages_before_;
      progress.events_done = events;
      return progress_ = progress;
    });
  }

  std::uint64_t events() const { return events_before_ + (building_ ? building_->events() : 0); }

  void report(RebuildProgress progress) {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> since = now - reported_;
    if (!settings_.report || since < kBetweenReports) return;
    progress.events_per_second = static_cast<double>(progress.events_done - events_reported_) / since.count();
    events_reported_ = progress.events_done;
    reported_ = now;
    settings_.report(progress);
  }

  const RebuildSettings& settings_;
  const SteadyTime begun_ = std::chrono::steady_clock::now();
  SteadyTime reported_ = begun_;
  std::uint64_t events_reported_ = 0;
  std::uint64_t events_before_ = 0;  // of lanes that were stopped
  std::uint64_t messages_before_ = 0;
  std::optional<std::uint64_t> goal_;  // messages; once the end is near
  RebuildProgress progress_;
  bool waiting_ = false;
  std::optional<log::LogUntil> past_;
  Refusal refusal_;
  std::unique_ptr<BuildingClaim> claim_;
  std::unique_ptr<Projector> building_;  // last: its lanes call `refusal_`
};

}  // namespace

std::string note_of(const RebuildSettings& settings) {
  if (settings.until) {
    std::string note(kPastNote);
    for (const auto& [stream, position] : *settings.until) {
      if (note.size() > kPastNote.size()) note += ' ';
      note += position.index == log::kWholeMessage ? fmt::format("{}@{}", log::text(stream), position.sequence)
                                                   : log::text(log::StreamPosition{stream, position});
    }
    return note;
  }
  return settings.lanes.empty() ? "" : fmt::format("{} made anew, the rest kept", fmt::join(settings.lanes, ", "));
}

Result<RebuildProgress> measure(const RebuildSettings& settings, log::EventLog& log, const std::map<std::string, Reached>& lanes) {
  RebuildProgress progress;
  for (const auto& definition : settings.model.lanes) {
    const auto lane = lanes.find(definition.name);
    for (const auto kind : definition.inputs) {
      for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
        const auto bounds = log.bounds({kind, partition});
        if (!bounds) return tl::unexpected(bounds.error());
        const auto reached = lane == lanes.end() ? 0 : lane->second.contains({kind, partition}) ? lane->second.at({kind, partition}) : 0;
        add(*bounds, reached, progress);
      }
    }
  }
  return progress;
}

Result<Rebuilt> rebuild(const RebuildSettings& settings) { return Rebuild(settings).run(); }

}  // namespace ordo::projections
