#pragma once
// Purpose: fills bare tables up to a place in the log: every lane of every partition from its own checkpoint on, several of them at
//          once, so that all processors have something to do and the memory has its bounds.
// Threads: starts some; every function may be called by all.

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "projections/runtime/lane_driver.hpp"

namespace ordo::projections {

class BareFilling {
 public:
  // Of each stream up to `until`. `begun`: what stands in the tables.
  BareFilling(const ProjectorSettings& settings, Reached until, std::map<std::string, Reached> begun);
  ~BareFilling() { stop(); }

  // Does not wait for what is far from its end. Returns when nothing is written any more.
  void stop();

  // Every lane has come as far as it was to come.
  [[nodiscard]] bool is_done() const { return to_do_ == 0; }
  // By lane: what is written.
  [[nodiscard]] std::map<std::string, Reached> reached() const;
  [[nodiscard]] std::uint64_t events() const;

 private:
  struct Part {
    const LaneDefinition* lane;
    log::Partition partition;
  };

  void work(const std::stop_token& stop);
  [[nodiscard]] std::shared_ptr<LaneDriver> begin_next();
  void end(const std::shared_ptr<LaneDriver>& driver);

  const ProjectorSettings settings_;
  const Reached until_;
  mutable std::mutex mutex_;
  std::deque<Part> waiting_;
  std::map<std::shared_ptr<LaneDriver>, Part> under_way_;
  std::map<std::string, Reached> reached_;
  std::uint64_t events_ = 0;
  std::atomic<std::size_t> to_do_;
  std::vector<std::jthread> workers_;
};

}  // namespace ordo::projections
