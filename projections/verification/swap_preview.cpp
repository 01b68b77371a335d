#include "projections/verification/swap_preview.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "events/log/log_until.hpp"
#include "projections/runtime/building_claim.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::projections {
namespace {

using Lanes = std::map<std::string, Reached>;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds kLookAgain{5};
constexpr std::chrono::milliseconds kHoldMax{5'000};  // so long live lanes stand still at most
constexpr std::uint64_t kMessagesBehindMax = 200;     // that are read while they do

// One lane of `read_next` that goes on up to a given place and no further.
class BoundedLane {
 public:
  BoundedLane(const PreviewSettings& settings, const IdBytes& claim, const LaneDefinition& lane, log::Ends ends)
      : model_{settings.model.version, settings.model.tables_sql, {lane}},
        log_(settings.log, ends),
        ends_(std::move(ends)),
        projector_({.model = model_, .log = log_, .partitions = settings.partitions, .schema = kBuilding, .claim = claim,
                    .connection = settings.connection, .give_up = [this](const Failure& reason) { refuse(reason); }}) {}

  Result<bool> is_there() {
    {
      const std::lock_guard lock(mutex_);
      if (refusal_) return tl::unexpected(*refusal_);
    }
    const auto lanes = projector_.reached();
    const auto& reached = lanes.begin()->second;
    for (const auto& [stream, end] : ends_) {
      const auto bounds = log_.bounds(stream);
      if (!bounds) return tl::unexpected(bounds.error());
      const auto found = reached.find(stream);
      if (found == reached.end()) return false;
      // What the inbox has forgotten is not missing.
      if (bounds->first_sequence <= bounds->last_sequence && found->second < bounds->last_sequence) return false;
    }
    return true;
  }

 private:
  void refuse(const Failure& reason) {
    const std::lock_guard lock(mutex_);
    if (!refusal_) refusal_ = reason;
  }

  const ReadModelDefinition model_;
  log::LogUntil log_;
  const log::Ends ends_;
  std::mutex mutex_;
  std::optional<Failure> refusal_;
  Projector projector_;  // last: its lane calls `refuse`
};

class Preview {
 public:
  explicit Preview(const PreviewSettings& settings) : settings_(settings) {}

  Result<std::vector<TableDifference>> run() {
    auto claim = BuildingClaim::take({.model = settings_.model, .connection = settings_.connection, .silence_max = settings_.silence_max,
                                      .only_go_on = true, .goes_on = settings_.goes_on});
    if (!claim) return tl::unexpected(claim.error());
    claim_ = std::move(*claim);
    auto live = postgres::Connection::open(settings_.connection);
    if (!live) return tl::unexpected(live.error());
    if (auto filled = require_filled(*live); !filled) return tl::unexpected(filled.error());
    auto options = settings_.connection;
    options.statement_limit = std::chrono::milliseconds(0);  // comparing every row may take its time
    auto reading = postgres::Connection::open(options);
    if (!reading) return tl::unexpected(reading.error());
    return wait_for_live_lanes(*live).and_then([&] { return come_near(*live); }).and_then([&] { return compare(*live, *reading); });
  }

 private:
  static Result<void> require_filled(postgres::Connection& connection) {
    auto transaction = connection.begin();
    return transaction ? require_whole(*transaction, kBuilding) : tl::unexpected(transaction.error());
  }

  static Result<Lanes> checkpoints_of(postgres::Connection& connection, std::string_view schema) {
    auto transaction = connection.begin();
    return transaction ? read_all_checkpoints(*transaction, schema) : tl::unexpected(transaction.error());
  }

  // How many messages the first is ahead of the second, where both know the stream.
  static std::uint64_t ahead(const Lanes& one, const Lanes& other) {
    std::uint64_t messages = 0;
    for (const auto& [lane, reached] : one) {
      const auto found = other.find(lane);
      if (found == other.end()) continue;
      for (const auto& [stream, sequence] : reached) {
        const auto there = found->second.find(stream);
        if (there != found->second.end() && sequence > there->second) messages += sequence - there->second;
      }
    }
    return messages;
  }

  bool goes_on() const { return !settings_.goes_on || settings_.goes_on(); }

  // Rows cannot be taken back: where `read_next` is ahead, those that serve must come there.
  Result<void> wait_for_live_lanes(postgres::Connection& live) const {
    const auto building = checkpoints_of(live, kBuilding);
    if (!building) return tl::unexpected(building.error());
    const auto end = std::chrono::steady_clock::now() + settings_.live_lanes_wait;
    for (;;) {
      const auto serving = checkpoints_of(live, kServing);
      if (!serving) return tl::unexpected(serving.error());
      const auto missing = ahead(*building, *serving);
      if (missing == 0) return {};
      if (!goes_on()) return failure(FailureKind::unavailable, "told to stop");
      if (std::chrono::steady_clock::now() > end) {
        return failure(FailureKind::conflict,
                       fmt::format("schema {} is {} messages behind {}, and its lanes do not go on, so the two cannot be compared at one "
                                   "place: resume what is paused (`ordo projections ls`), or start the projector of its version",
                                   kServing, missing, kBuilding));
      }
      std::this_thread::sleep_for(kLookAgain);
    }
  }

  Result<void> come_near(postgres::Connection& live) {
    for (;;) {
      const auto serving = checkpoints_of(live, kServing), building = checkpoints_of(live, kBuilding);
      if (!serving || !building) return tl::unexpected((serving ? building : serving).error());
      if (ahead(*serving, *building) <= kMessagesBehindMax) return {};
      if (auto filled = fill(*serving, SteadyTime::max()); !filled) return tl::unexpected(filled.error());
    }
  }

  // False: it took too long.
  Result<bool> fill(const Lanes& serving, SteadyTime until) {
    std::vector<std::unique_ptr<BoundedLane>> lanes;
    for (const auto& definition : settings_.model.lanes) {
      const auto found = serving.find(definition.name);
      if (found == serving.end()) continue;
      log::Ends ends;
      for (const auto& [stream, sequence] : found->second) ends[stream] = {sequence, log::kWholeMessage};
      lanes.push_back(std::make_unique<BoundedLane>(settings_, claim_->id(), definition, std::move(ends)));
    }
    for (const auto& lane : lanes) {
      for (auto there = lane->is_there(); !there || !*there; there = lane->is_there()) {
        if (!there && !there.error().retryable()) return tl::unexpected(there.error());
        if (!goes_on()) return failure(FailureKind::unavailable, "told to stop");
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(kLookAgain);
      }
    }
    return true;
  }

  Result<std::vector<TableDifference>> compare(postgres::Connection& live, postgres::Connection& reading) {
    auto moment = reading.begin({.isolation = postgres::Isolation::repeatable_read});
    if (!moment) return tl::unexpected(moment.error());
    if (auto still = meet(live, *moment); !still) return tl::unexpected(still.error());
    return compare_schemas(*moment, kServing, kBuilding, settings_.samples_max);
  }

  // While live lanes stand still, `read_next` comes to where they are, and the moment begins.
  Result<void> meet(postgres::Connection& live, postgres::Transaction& moment) {
    auto held = live.begin();
    if (!held) return tl::unexpected(held.error());
    if (auto stopped = hold_lanes(*held, kServing); !stopped) return stopped;
    const auto serving = read_all_checkpoints(*held, kServing);
    if (!serving) return tl::unexpected(serving.error());
    const auto there = fill(*serving, std::chrono::steady_clock::now() + kHoldMax);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return failure(FailureKind::conflict, "the tables could not be brought to one place within 5 s: run it again when it is quieter");
    return moment.execute("select 1::bigint").map([](const postgres::Rows&) {});
  }

  const PreviewSettings& settings_;
  std::unique_ptr<BuildingClaim> claim_;
};

}  // namespace

Result<std::vector<TableDifference>> preview_swap(const PreviewSettings& settings) { return Preview(settings).run(); }

}  // namespace ordo::projections
