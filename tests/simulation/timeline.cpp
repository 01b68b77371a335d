#include "tests/simulation/timeline.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace ordo::simulation {
namespace {

constexpr std::size_t kNotesMax = 60;

}  // namespace

void Timeline::after(std::int64_t delay_ms, Action action) {
  due_.push_back({now_ms_ + delay_ms, count_++, std::move(action)});
  std::ranges::push_heap(due_, std::less<>());
}

bool Timeline::step() {
  if (due_.empty()) return false;
  std::ranges::pop_heap(due_, std::less<>());
  const auto next = std::move(due_.back());
  due_.pop_back();
  now_ms_ = next.at_ms;
  ++steps_;
  next.action();
  return true;
}

void Timeline::note(const std::string& text) {
  notes_.push_back(fmt::format("{:>10} ms  {}", now_ms_ - 1'800'000'000'000, text));
  if (notes_.size() > kNotesMax) notes_.pop_front();
}

std::string Timeline::last_notes() const {
  std::string all;
  for (const auto& note : notes_) all += note + "\n";
  return all;
}

}  // namespace ordo::simulation
