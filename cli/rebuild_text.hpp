#pragma once
// Purpose: how far a rebuild is, told to people: a bar that moves on a terminal, a line every few seconds elsewhere.
// Threads: one.

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

#include "projections/runtime/rebuild.hpp"
#include "projections/runtime/rebuild_plan.hpp"

namespace ordo::cli {

// "1,234,567"
[[nodiscard]] std::string grouped(std::uint64_t number);

// "3 s", "4 min 10 s", "2 h 5 min"
[[nodiscard]] std::string duration_text(double seconds);

// What is known of a rebuild at a time. How many events the messages hold that were not read yet is concluded from those that were.
struct RebuildFigures {
  int percent = 0;
  std::uint64_t events_done = 0;   // with those that stood there before
  std::uint64_t events_total = 0;  // about
  double events_per_second = 0;
  double seconds_left = 0;
  std::uint64_t messages_behind = 0;
};
[[nodiscard]] RebuildFigures figures_of(const projections::RebuildProgress& progress, double events_per_second);

[[nodiscard]] std::string line_of(const RebuildFigures& figures);
[[nodiscard]] std::string bar_of(const RebuildFigures& figures);
// While nothing is read.
[[nodiscard]] std::string keys_text(const projections::RebuildProgress& progress);

class RebuildDisplay {
 public:
  RebuildDisplay(std::ostream& out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}
  ~RebuildDisplay() { end(); }
  RebuildDisplay(const RebuildDisplay&) = delete;
  RebuildDisplay& operator=(const RebuildDisplay&) = delete;

  void show(const projections::RebuildProgress& progress);
  // Leaves the line of the bar.
  void end();

 private:
  std::ostream& out_;
  const bool is_terminal_;
  bool is_on_bar_ = false;
  double events_per_second_ = 0;  // smoothed
  std::chrono::steady_clock::time_point next_line_{};
};

// Some lines: what a rebuild would do.
[[nodiscard]] std::string plan_text(const projections::RebuildPlan& plan);
[[nodiscard]] std::string plan_json(const projections::RebuildPlan& plan);

// What was done, in one sentence.
[[nodiscard]] std::string end_text(const projections::Rebuilt& rebuilt);
[[nodiscard]] std::string end_json(const projections::Rebuilt& rebuilt);

}  // namespace ordo::cli
