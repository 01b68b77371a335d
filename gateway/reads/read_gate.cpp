#include "gateway/reads/read_gate.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "gateway/reads/hand_over.hpp"

namespace ordo::reads {
namespace {

constexpr int kRetryAfterSeconds = 1;
constexpr std::chrono::seconds kKnownFor{1};

std::uint64_t sequence_of(const Reached& reached, const log::StreamName& stream) {
  const auto found = reached.find(stream);
  return found == reached.end() ? 0 : found->second;
}

// With what is missing: {"ORDERS-2": 17} messages of that stream.
http::Problem lagging(const Reached& reached, const std::vector<log::StreamPosition>& positions) {
  std::string missing;
  for (const auto& wanted : positions) {
    const auto behind = wanted.position.sequence - std::min(wanted.position.sequence, sequence_of(reached, wanted.stream));
    if (behind > 0) missing += fmt::format(R"({}"{}":{})", missing.empty() ? "" : ",", log::text(wanted.stream), behind);
  }
  auto problem = http::try_again(http::ProblemCode::projection_lagging,
                                 "The read side has not reached this position yet; `lag` says how many messages it is behind. Try again.",
                                 kRetryAfterSeconds);
  problem.member = http::ProblemMember{"lag", fmt::format("{{{}}}", missing)};
  return problem;
}

http::Problem stopping() {
  return http::try_again(http::ProblemCode::shutting_down, "This server is stopping.", kRetryAfterSeconds);
}

http::Problem no_position(std::string detail) { return http::problem(http::ProblemCode::invalid_position, std::move(detail)); }

UserId asker_of(const http::Request& request) { return request.principal ? request.principal->user_id : UserId(); }

bool passed(const Reached& reached, const std::vector<log::StreamPosition>& positions) {
  return std::ranges::all_of(
      positions, [&](const log::StreamPosition& wanted) { return wanted.position.sequence <= sequence_of(reached, wanted.stream); });
}

}  // namespace

ReadGate::ReadGate(FindReached find, http::WorkerPool& workers, log::Partition partitions, ReadGateLimits limits, FindTrouble find_trouble)
    : find_(std::move(find)),
      find_trouble_(std::move(find_trouble)),
      workers_(workers),
      partitions_(partitions),
      limits_(limits),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

ReadGate::~ReadGate() {
  close();
  thread_.request_stop();
  thread_.join();
}

http::Handler ReadGate::before(http::Handler read) {
  return [this, read = std::move(read)](http::Request request, http::Responder responder) {
    if (auto trouble = find_trouble_ ? find_trouble_() : std::nullopt) {
      responder.refuse(*trouble);
      return;
    }
    const auto token = request.header("Ordo-After");
    if (!token) {
      read(std::move(request), std::move(responder));
      return;
    }
    auto positions = read_positions(*token);
    if (!positions) {
      responder.refuse(positions.error());
      return;
    }
    const auto refused_at = std::chrono::steady_clock::now() + limits_.held_for_max;
    pass({std::move(*positions), refused_at, std::move(request), std::move(responder), read});
  };
}

Result<ReadGate::Positions, http::Problem> ReadGate::read_positions(std::string_view token) const {
  auto positions = log::decode_position_token(token);
  if (!positions) return tl::unexpected(no_position("Ordo-After takes what Ordo-Position gave."));
  const auto exists = [this](const log::StreamPosition& position) { return position.stream.partition < partitions_; };
  if (!std::ranges::all_of(*positions, exists)) return tl::unexpected(no_position("Ordo-After names a stream that does not exist."));
  return std::move(*positions);
}

void ReadGate::pass(Held asked) {
  if (!is_known(asked.positions)) {
    if (hold(asked)) return;
    const auto reached = ask();
    if (!reached) return asked.responder.refuse(http::problem_of(reached.error()));
    if (!passed(*reached, asked.positions)) return asked.responder.refuse(lagging(*reached, asked.positions));
  }
  asked.read(std::move(asked.request), std::move(asked.responder));
}

bool ReadGate::is_known(const Positions& positions) {
  const std::lock_guard lock(mutex_);
  return std::chrono::steady_clock::now() < known_until_ && passed(known_, positions);
}

bool ReadGate::hold(Held& asked) {
  const std::lock_guard lock(mutex_);
  if (closed_ || held_.size() >= limits_.held_max) return false;
  auto& of_user = held_of_[asker_of(asked.request)];
  if (of_user >= limits_.held_per_user_max) return false;
  ++of_user;
  held_.push_back(std::move(asked));
  changed_.notify_one();
  return true;
}

void ReadGate::advanced() {
  const std::lock_guard lock(mutex_);
  advanced_ = true;
  if (!held_.empty()) changed_.notify_one();
}

std::size_t ReadGate::held() const {
  const std::lock_guard lock(mutex_);
  return held_.size();
}

void ReadGate::close() {
  std::vector<Held> held;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    held = std::exchange(held_, {});
    held_of_.clear();
  }
  for (auto& one : held) one.responder.refuse(stopping());
}

Result<Reached> ReadGate::ask() {
  auto reached = find_();
  if (!reached) {
    spdlog::warn("how far the read model is cannot be asked: {}", reached.error().text);
    return reached;
  }
  const std::lock_guard lock(mutex_);
  known_ = *reached;
  known_until_ = std::chrono::steady_clock::now() + kKnownFor;
  return reached;
}

void ReadGate::serve(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !held_.empty(); }) && !stop.stop_requested()) {
    advanced_ = false;
    lock.unlock();
    const auto reached = ask();
    lock.lock();
    auto sorted = take_sorted(reached ? *reached : Reached{});
    lock.unlock();
    for (auto& held : sorted.ready) {
      hand_over(workers_, std::move(held.read), std::move(held.request), std::move(held.responder));
    }
    for (auto& held : sorted.late) {
      held.responder.refuse(reached ? lagging(*reached, held.positions) : http::problem_of(reached.error()));
    }
    lock.lock();
    if (held_.empty()) continue;
    changed_.wait_for(lock, stop, limits_.asked_apart_min, [] { return false; });
    changed_.wait_for(lock, stop, limits_.asked_every, [this] { return advanced_; });
  }
}

// Leaves those that have to wait on.
ReadGate::Sorted ReadGate::take_sorted(const Reached& reached) {
  const auto now = std::chrono::steady_clock::now();
  Sorted sorted;
  std::vector<Held> waiting;
  held_of_.clear();
  for (auto& held : held_) {
    auto& place = passed(reached, held.positions) ? sorted.ready : held.refused_at <= now ? sorted.late : waiting;
    if (&place == &waiting) ++held_of_[asker_of(held.request)];
    place.push_back(std::move(held));
  }
  held_ = std::move(waiting);
  return sorted;
}

}  // namespace ordo::reads
