#include "projections/runtime/bare_filling.hpp"

#include <algorithm>

namespace ordo::projections {
namespace {

// While one waits for Postgres another decodes: a few more than there are processors.
std::size_t workers_for(std::size_t parts) {
  return std::min<std::size_t>(parts, std::clamp(std::thread::hardware_concurrency() + 1, 2U, 8U));
}

void merge(const Reached& from, Reached& into) {
  for (const auto& [stream, sequence] : from) into[stream] = sequence;
}

}  // namespace

BareFilling::BareFilling(const ProjectorSettings& settings, Reached until, std::map<std::string, Reached> begun)
    : settings_(settings), until_(std::move(until)), reached_(std::move(begun)), to_do_(0) {
  for (const auto& lane : settings_.model.lanes) {
    for (log::Partition partition = 0; partition < settings_.partitions; ++partition) waiting_.push_back({&lane, partition});
  }
  to_do_ = waiting_.size();
  for (auto count = workers_for(waiting_.size()); count > 0; --count) {
    workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

void BareFilling::stop() {
  for (auto& worker : workers_) worker.request_stop();
  workers_.clear();
}

std::map<std::string, Reached> BareFilling::reached() const {
  const std::lock_guard lock(mutex_);
  auto lanes = reached_;
  for (const auto& [driver, part] : under_way_) merge(driver->reached(), lanes[part.lane->name]);
  return lanes;
}

std::uint64_t BareFilling::events() const {
  const std::lock_guard lock(mutex_);
  auto events = events_;
  for (const auto& [driver, part] : under_way_) events += driver->events();
  return events;
}

void BareFilling::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto driver = begin_next();
    if (!driver) return;
    const std::stop_callback when_told(stop, [&driver] { driver->request_stop(); });
    driver->join();
    end(driver);
  }
}

std::shared_ptr<LaneDriver> BareFilling::begin_next() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return nullptr;
  const auto part = waiting_.front();
  waiting_.pop_front();
  auto settings = settings_;
  settings.share = {part.partition};
  settings.until = until_;
  auto driver = std::make_shared<LaneDriver>(settings, *part.lane);
  under_way_.emplace(driver, part);
  return driver;
}

void BareFilling::end(const std::shared_ptr<LaneDriver>& driver) {
  const std::lock_guard lock(mutex_);
  if (driver->has_filled()) --to_do_;
  merge(driver->reached(), reached_[under_way_.at(driver).lane->name]);
  events_ += driver->events();
  under_way_.erase(driver);
}

}  // namespace ordo::projections
