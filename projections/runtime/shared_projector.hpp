#pragma once
// Purpose: a projector of those partitions that this instance of the role serves, which come and go while it runs. Several instances
//          work side by side; should two serve the same partition for a moment, the checkpoints' compare-and-set lets one win.
// Threads: `serve` from one thread, `ready` from all.

#include <memory>
#include <mutex>
#include <set>

#include "projections/runtime/projector.hpp"

namespace ordo::projections {

class SharedProjector {
 public:
  // `settings.share` is set here.
  explicit SharedProjector(ProjectorSettings settings) : settings_(std::move(settings)) {}

  // Serves exactly these: when it returns, nothing is written for any other. The lanes start over from their checkpoints when they
  // are other ones than before.
  void serve(const std::set<log::Partition>& partitions);

  // Every lane has read where it stands.
  [[nodiscard]] bool ready() const;

 private:
  const ProjectorSettings settings_;
  mutable std::mutex mutex_;
  std::set<log::Partition> served_;
  std::unique_ptr<Projector> projector_;  // none while nothing is served
};

}  // namespace ordo::projections
