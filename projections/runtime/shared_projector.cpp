#include "projections/runtime/shared_projector.hpp"

#include <algorithm>

namespace ordo::projections {

void SharedProjector::serve(const std::set<log::Partition>& partitions) {
  const std::lock_guard lock(mutex_);
  if (partitions == served_) return;
  projector_.reset();
  served_ = partitions;
  if (served_.empty()) return;
  auto settings = settings_;
  settings.share = served_;
  projector_ = std::make_unique<Projector>(settings);
}

bool SharedProjector::ready() const {
  const std::lock_guard lock(mutex_);
  if (!projector_) return true;
  return std::ranges::none_of(projector_->reached(), [](const auto& lane) { return lane.second.empty(); });
}

}  // namespace ordo::projections
