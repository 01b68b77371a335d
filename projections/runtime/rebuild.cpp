#include "projections/runtime/rebuild.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include <spdlog/spdlog.h>

#include "projections/runtime/building_claim.hpp"
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

class Rebuild {
 public:
  explicit Rebuild(const RebuildSettings& settings) : settings_(settings) {}

  Result<Rebuilt> run() {
    const auto prepared = prepare();
    if (!goes_on()) return Rebuilt{};
    return prepared.and_then([this] { return fill(); }).map([this](bool swapped) {
      return Rebuilt{swapped, claim_->goes_on_with_tables(), events(),
                     std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun_)};
    });
  }

 private:
  Result<void> prepare() {
    auto connection = postgres::Connection::open(settings_.connection);
    if (!connection) return tl::unexpected(connection.error());
    return create_if_missing(*connection, settings_.model, kServing)
        .and_then([&] {
          return BuildingClaim::take({settings_.model, settings_.connection, settings_.silence_max, settings_.restart, settings_.goes_on});
        })
        .map([&](std::unique_ptr<BuildingClaim> taken) { claim_ = std::move(taken); });
  }

  // False: told to stop before the swap.
  Result<bool> fill() {
    if (claim_->goes_on_with_tables()) spdlog::info("the rebuild goes on with what stands in schema {}", kBuilding);
    start_lanes();
    while (goes_on()) {
      if (refusal_.get() || claim_->is_lost()) return end();
      const auto swapped = step();
      if (swapped && *swapped) return true;
      if (!swapped && !swapped.error().retryable()) return tl::unexpected(swapped.error());
      if (!swapped && !waiting_) spdlog::warn("the rebuild waits: {}: {}", to_text(swapped.error().kind), swapped.error().text);
      waiting_ = !swapped;
      std::this_thread::sleep_for(kLookAgain);
    }
    return false;
  }

  bool goes_on() const { return !settings_.goes_on || settings_.goes_on(); }

  Result<bool> step() {
    const auto progress = measure();
    if (!progress) return tl::unexpected(progress.error());
    report(*progress);
    if (progress->messages_total - progress->messages_done > kMessagesBehindMax) return false;
    const auto swapped = swap();
    if (!swapped) restart_lanes();
    return swapped;
  }

  void start_lanes() {
    building_ = std::make_unique<Projector>(ProjectorSettings{
        .model = settings_.model, .log = settings_.log, .partitions = settings_.partitions, .schema = kBuilding,
        .claim = claim_->id(), .connection = settings_.connection, .batch_bytes_max = kBatchBytesMax,
        .give_up = [this](const Failure& reason) { refusal_.set(reason); }});
  }

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

  // What is to be done and what is done, of all lanes; messages that are gone from the inbox count as neither.
  Result<RebuildProgress> measure() {
    RebuildProgress progress;
    progress.events_done = events();
    const auto lanes = building_->reached();
    for (const auto& definition : settings_.model.lanes) {
      const auto& reached = lanes.at(definition.name);
      for (const auto kind : definition.inputs) {
        for (log::Partition partition = 0; partition < settings_.partitions; ++partition) {
          const auto bounds = settings_.log.bounds({kind, partition});
          if (!bounds) return tl::unexpected(bounds.error());
          const auto found = reached.find({kind, partition});
          add(*bounds, found == reached.end() ? 0 : found->second, progress);
        }
      }
    }
    return progress;
  }

  std::uint64_t events() const { return events_before_ + building_->events(); }

  static void add(const log::StreamBounds& bounds, std::uint64_t reached, RebuildProgress& progress) {
    const auto gone = bounds.first_sequence - 1;
    if (bounds.last_sequence > gone) progress.messages_total += bounds.last_sequence - gone;
    if (reached > gone) progress.messages_done += std::min(reached, bounds.last_sequence) - gone;
  }

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
  bool waiting_ = false;
  Refusal refusal_;
  std::unique_ptr<BuildingClaim> claim_;
  std::unique_ptr<Projector> building_;  // last: its lanes call `refusal_`
};

}  // namespace

Result<Rebuilt> rebuild(const RebuildSettings& settings) { return Rebuild(settings).run(); }

}  // namespace ordo::projections
