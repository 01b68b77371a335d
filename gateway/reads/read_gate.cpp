#include "gateway/reads/read_gate.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/reads/hand_over.hpp"

namespace ordo::reads {
namespace {

constexpr int kRetryAfterSeconds = 1;

http::Problem lagging() {
  return http::try_again(http::ProblemCode::projection_lagging, "The read side has not reached this position yet; try again.",
                         kRetryAfterSeconds);
}

bool passed(const Reached& reached, const std::vector<log::StreamPosition>& positions) {
  return std::ranges::all_of(positions, [&](const log::StreamPosition& wanted) {
    const auto found = reached.find(wanted.stream);
    return wanted.position.sequence <= (found == reached.end() ? 0 : found->second);
  });
}

}  // namespace

ReadGate::ReadGate(FindReached find, http::WorkerPool& workers, ReadGateLimits limits)
    : find_(std::move(find)),
      workers_(workers),
      limits_(limits),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

ReadGate::~ReadGate() {
  thread_.request_stop();
  thread_.join();
  for (auto& held : held_) held.responder.refuse(lagging());
}

http::Handler ReadGate::before(http::Handler read) {
  return [this, read = std::move(read)](http::Request request, http::Responder responder) {
    const auto token = request.header("Ordo-After");
    if (!token) {
      read(std::move(request), std::move(responder));
      return;
    }
    auto positions = log::decode_position_token(*token);
    if (!positions) {
      responder.refuse(http::problem(http::ProblemCode::invalid_position, "Ordo-After takes what Ordo-Position gave."));
      return;
    }
    const auto refused_at = std::chrono::steady_clock::now() + limits_.held_for_max;
    hold({std::move(*positions), refused_at, std::move(request), std::move(responder), read});
  };
}

void ReadGate::hold(Held held) {
  {
    const std::lock_guard lock(mutex_);
    if (held_.size() < limits_.held_max) {
      held_.push_back(std::move(held));
      changed_.notify_one();
      return;
    }
  }
  held.responder.refuse(lagging());
}

void ReadGate::serve(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !held_.empty(); }) && !stop.stop_requested()) {
    lock.unlock();
    const auto reached = find_();
    if (!reached) spdlog::warn("how far the read model is cannot be asked: {}", reached.error().text);
    lock.lock();
    auto sorted = take_sorted(reached ? *reached : Reached{});
    lock.unlock();
    for (auto& held : sorted.ready) {
      hand_over(workers_, std::move(held.read), std::move(held.request), std::move(held.responder));
    }
    for (auto& held : sorted.late) held.responder.refuse(lagging());
    lock.lock();
    if (!held_.empty()) changed_.wait_for(lock, stop, limits_.asked_every, [] { return false; });
  }
}

// Leaves those that have to wait on.
ReadGate::Sorted ReadGate::take_sorted(const Reached& reached) {
  const auto now = std::chrono::steady_clock::now();
  Sorted sorted;
  std::vector<Held> waiting;
  for (auto& held : held_) {
    auto& place = passed(reached, held.positions) ? sorted.ready : held.refused_at <= now ? sorted.late : waiting;
    place.push_back(std::move(held));
  }
  held_ = std::move(waiting);
  return sorted;
}

}  // namespace ordo::reads
