#include "projections/runtime/projector.hpp"

namespace ordo::projections {

Projector::Projector(const ProjectorSettings& settings) {
  for (const auto& lane : settings.model.lanes) {
    names_.push_back(lane.name);
    drivers_.push_back(std::make_unique<LaneDriver>(settings, lane));
  }
}

void Projector::stop() {
  // All at once: each may need its time.
  for (const auto& driver : drivers_) driver->request_stop();
  for (const auto& driver : drivers_) driver->stop();
}

std::map<std::string, Reached> Projector::reached() const {
  std::map<std::string, Reached> lanes;
  for (std::size_t at = 0; at < drivers_.size(); ++at) lanes[names_[at]] = drivers_[at]->reached();
  return lanes;
}

std::uint64_t Projector::events() const {
  std::uint64_t events = 0;
  for (const auto& driver : drivers_) events += driver->events();
  return events;
}

}  // namespace ordo::projections
