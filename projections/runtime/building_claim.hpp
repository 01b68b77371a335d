#pragma once
// Purpose: the schema `read_next` belongs to one rebuild at a time: to the one whose claim stands in it. The holder shows that it lives
//          by a pulse, a number beside the claim that counts on. No clocks are compared and no session is trusted: a claim whose pulse
//          stands still for long is taken over, and a holder that was only slow is refused at its lanes' next write and at the swap.
// Errors: conflict when another rebuild lives, and when there is nothing to go on with but it must; otherwise as query-side/postgres.
// Threads: one; `is_lost` may be called by all. The pulse has a thread of its own.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "projections/runtime/schema.hpp"

namespace ordo::projections {

// Begins the note on tables that hold the past only: lanes never go on with these.
inline constexpr std::string_view kPastNote = "the past up to ";

struct BuildingClaimSettings {
  const ReadModelDefinition& model;
  postgres::ConnectionOptions connection;
  std::chrono::milliseconds silence_max;  // so long another's claim is respected without a sign of life
  bool restart = false;                   // drops what stands there, though one could go on with it
  std::string note{};                     // what the tables are to hold; with others it does not go on
  bool only_go_on = false;                // with whatever stands there, but never with empty tables, nor with those that hold the past
  std::function<bool()> goes_on;          // asked while another's claim is watched
};

class BuildingClaim {
 public:
  // Whether `take` would go on with the tables that stand there, were nobody's claim in the way. Nothing is changed.
  [[nodiscard]] static Result<bool> would_go_on(const BuildingClaimSettings& settings);

  // Drops `read_next`, once nobody who lives fills it. False: there was none.
  [[nodiscard]] static Result<bool> drop(const BuildingClaimSettings& settings);

  // Watches another's claim until it shows life or has been silent for too long. Then it goes on with the tables that stand there, or
  // makes empty ones when there are none, or another version's.
  [[nodiscard]] static Result<std::unique_ptr<BuildingClaim>> take(const BuildingClaimSettings& settings);
  // Lets go, so that the next one need not watch.
  ~BuildingClaim() = default;
  BuildingClaim(const BuildingClaim&) = delete;
  BuildingClaim& operator=(const BuildingClaim&) = delete;

  [[nodiscard]] const IdBytes& id() const { return id_; }

  // The tables held something already.
  [[nodiscard]] bool goes_on_with_tables() const { return goes_on_with_tables_; }

  // The claim does not stand in `read_next` any more: somebody took it over, or the schema was swapped in.
  [[nodiscard]] bool is_lost() const { return lost_; }

 private:
  BuildingClaim(const BuildingClaimSettings& settings, const IdBytes& id, bool goes_on_with_tables);
  void beat_until(const std::stop_token& stop);
  [[nodiscard]] bool beat(postgres::Connection& connection);

  const postgres::ConnectionOptions connection_;
  const std::chrono::milliseconds between_beats_;
  const IdBytes id_;
  const bool goes_on_with_tables_;
  std::atomic<bool> lost_ = false;
  std::jthread pulse_;
};

}  // namespace ordo::projections
