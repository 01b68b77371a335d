#pragma once
// Purpose: keeps one schema of the read model up with the log: one driver for each lane.
// Threads: every function may be called by all.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "projections/runtime/lane_driver.hpp"

namespace ordo::projections {

class Projector {
 public:
  // Starts at once and goes on until stopped or destroyed.
  explicit Projector(const ProjectorSettings& settings);
  ~Projector() { stop(); }

  // Returns when nothing is written any more.
  void stop();

  // By lane: what is written; empty for a lane that has not read its checkpoint yet.
  [[nodiscard]] std::map<std::string, Reached> reached() const;
  [[nodiscard]] std::uint64_t events() const;

 private:
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<LaneDriver>> drivers_;
};

}  // namespace ordo::projections
