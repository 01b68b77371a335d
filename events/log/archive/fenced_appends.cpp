#include "events/log/archive/fenced_appends.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

#include <fmt/format.h>

namespace ordo::log::archive {
namespace {

constexpr std::size_t kUnderWayMax = 1'000;
constexpr std::size_t kBytesUnderWayMax = 8 << 20;

}  // namespace

struct FencedAppends::State {
  std::mutex mutex;
  std::condition_variable settled;
  std::size_t under_way = 0;
  std::size_t bytes = 0;
  std::optional<Failure> failed;

  [[nodiscard]] bool has_room() const { return under_way < kUnderWayMax && bytes < kBytesUnderWayMax; }

  void settle(std::uint64_t sequence, std::size_t size, Result<std::uint64_t> outcome) {
    const std::lock_guard lock(mutex);
    --under_way;
    bytes -= size;
    if (outcome && *outcome != sequence) {
      outcome = failure(FailureKind::timeout, fmt::format("message {} was answered with sequence {}", sequence, *outcome));
    }
    if (!outcome && !failed) failed = std::move(outcome.error());
    settled.notify_all();
  }

  Result<void> outcome() const { return failed ? Result<void>(tl::unexpected(*failed)) : Result<void>(); }
};

FencedAppends::FencedAppends(EventLog& log) : log_(log), state_(std::make_shared<State>()) {}

Result<void> FencedAppends::append(StoredMessage message) {
  const auto sequence = message.sequence;
  const auto size = message.payload.size();
  {
    std::unique_lock lock(state_->mutex);
    state_->settled.wait(lock, [&] { return state_->failed || state_->has_room(); });
    if (state_->failed) return state_->outcome();
    ++state_->under_way;
    state_->bytes += size;
  }
  log_.append({message.stream, std::move(message.subject), std::move(message.payload), sequence - 1},
              [state = state_, sequence, size](Result<std::uint64_t> outcome) { state->settle(sequence, size, std::move(outcome)); });
  return {};
}

Result<void> FencedAppends::finish() {
  std::unique_lock lock(state_->mutex);
  state_->settled.wait(lock, [&] { return state_->under_way == 0; });
  return state_->outcome();
}

}  // namespace ordo::log::archive
