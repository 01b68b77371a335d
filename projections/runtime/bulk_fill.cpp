#include "projections/runtime/bulk_fill.hpp"

#include <thread>

#include <spdlog/spdlog.h>

#include "projections/runtime/bare_filling.hpp"
#include "projections/runtime/bare_tables.hpp"
#include "projections/runtime/table_finishing.hpp"

namespace ordo::projections {
namespace {

constexpr std::chrono::milliseconds kLookAgain{100};
// Of each lane and partition that is under way; there are a few at once.
constexpr std::size_t kBatchBytesMax = 4 << 20;

class BulkFill {
 public:
  explicit BulkFill(const BulkFillSettings& settings) : settings_(settings) {}

  Result<bool> run() {
    auto connection = postgres::Connection::open(settings_.projector.connection);
    if (!connection) return tl::unexpected(connection.error());
    connection_ = &*connection;
    auto stage = read_stage();
    if (!stage || *stage == Stage::whole) return stage.map([](Stage) { return true; });
    if (*stage == Stage::bare) {
      const auto filled = fill();
      if (!filled || !*filled) return filled;
      if (auto begun = begin_finishing(*connection_, kBuilding, settings_.claim); !begun) return tl::unexpected(begun.error());
    }
    return finish();
  }

 private:
  Result<Stage> read_stage() {
    auto transaction = connection_->begin();
    if (!transaction) return tl::unexpected(transaction.error());
    const auto stage = stage_of(*transaction, kBuilding);
    if (!stage) return stage;
    auto reached = read_all_checkpoints(*transaction, kBuilding);
    if (!reached) return tl::unexpected(reached.error());
    done_.reached = std::move(*reached);
    return stage;
  }

  Result<Reached> end_of_log() const {
    Reached until;
    for (const auto& lane : settings_.projector.model.lanes) {
      for (const auto kind : lane.inputs) {
        for (log::Partition partition = 0; partition < settings_.projector.partitions; ++partition) {
          const auto bounds = settings_.projector.log.bounds({kind, partition});
          if (!bounds) return tl::unexpected(bounds.error());
          until[{kind, partition}] = bounds->first_sequence > bounds->last_sequence ? 0 : bounds->last_sequence;
        }
      }
    }
    return until;
  }

  // False: told to stop.
  Result<bool> fill() {
    const auto until = end_of_log();
    if (!until) return tl::unexpected(until.error());
    auto projector = settings_.projector;
    projector.claim = settings_.claim;
    projector.batch_bytes_max = kBatchBytesMax;
    BareFilling filling(projector, *until, done_.reached);
    const auto look = [&] {
      done_.reached = filling.reached();
      done_.events = filling.events();
      settings_.watch(done_);
    };
    const bool filled = await([&] { return filling.is_done(); }, look);
    filling.stop();
    look();
    return filled;
  }

  // False: told to stop.
  Result<bool> finish() {
    const TableFinishing finishing({settings_.projector.model, kBuilding, settings_.claim, settings_.projector.connection});
    const auto look = [&] {
      done_.tables_left = finishing.left();
      settings_.watch(done_);
    };
    if (!await([&] { return finishing.is_over(); }, look)) return false;
    const auto outcome = finishing.outcome();
    if (!outcome && postgres::is_refusal_of_values(outcome.error())) return start_over(outcome.error());
    return outcome.and_then([&] { return end_finishing(*connection_, kBuilding, settings_.claim); }).map([] { return true; });
  }

  Result<bool> start_over(const Failure& reason) {
    spdlog::warn("the tables in schema {} are filled anew, with keys from the beginning, so that the events at fault are parked: {}",
                 kBuilding, reason.text);
    auto transaction = connection_->begin();
    if (!transaction) return tl::unexpected(transaction.error());
    if (auto locked = lock_schemas(*transaction); !locked) return tl::unexpected(locked.error());
    const auto standing = claim_of(*transaction, kBuilding);
    if (!standing) return tl::unexpected(standing.error());
    if (!*standing || (*standing)->id != settings_.claim) return failure(FailureKind::conflict, "another rebuild has taken this one over");
    const auto note = note_on(*transaction, kBuilding);
    if (!note) return tl::unexpected(note.error());
    return drop(*transaction, kBuilding)
        .and_then([&] { return create(*transaction, settings_.projector.model, kBuilding, {settings_.claim, 0}); })
        .and_then([&] { return note->empty() ? Result<void>{} : put_note(*transaction, kBuilding, *note); })
        .and_then([&] { return transaction->commit(); })
        .map([] { return true; });
  }

  // False: told to stop before.
  template <class IsOver, class Watch>
  bool await(IsOver is_over, Watch watch) {
    while (!is_over()) {
      if (!settings_.goes_on()) return false;
      std::this_thread::sleep_for(kLookAgain);
      watch();
    }
    return true;
  }

  const BulkFillSettings& settings_;
  postgres::Connection* connection_ = nullptr;
  BulkProgress done_;
};

}  // namespace

Result<bool> fill_in_bulk(const BulkFillSettings& settings) { return BulkFill(settings).run(); }

}  // namespace ordo::projections
