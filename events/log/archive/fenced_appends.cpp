#include "events/log/archive/fenced_appends.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace ordo::log::archive {
namespace {

constexpr std::size_t kUnderWayMax = 64;

}  // namespace

struct FencedAppends::State {
  std::mutex mutex;
  std::condition_variable settled;
  std::size_t under_way = 0;
  std::optional<Failure> failed;

  Result<void> outcome() const { return failed ? Result<void>(tl::unexpected(*failed)) : Result<void>(); }
};

FencedAppends::FencedAppends(EventLog& log) : log_(log), state_(std::make_shared<State>()) {}

Result<void> FencedAppends::append(StoredMessage message) {
  {
    std::unique_lock lock(state_->mutex);
    state_->settled.wait(lock, [&] { return state_->failed || state_->under_way < kUnderWayMax; });
    if (state_->failed) return state_->outcome();
    ++state_->under_way;
  }
  log_.append({message.stream, std::move(message.subject), std::move(message.payload), message.sequence - 1},
              [state = state_](Result<std::uint64_t> outcome) {
                const std::lock_guard lock(state->mutex);
                --state->under_way;
                if (!outcome && !state->failed) state->failed = std::move(outcome.error());
                state->settled.notify_all();
              });
  return {};
}

Result<void> FencedAppends::finish() {
  std::unique_lock lock(state_->mutex);
  state_->settled.wait(lock, [&] { return state_->under_way == 0; });
  return state_->outcome();
}

}  // namespace ordo::log::archive
