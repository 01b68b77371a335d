#include "gateway/commands/command_appender.hpp"

#include <condition_variable>
#include <iterator>
#include <mutex>
#include <utility>

namespace ordo::commands {
namespace {

struct SettledAppend {
  AppendLanes::Lane lane;
  Result<std::uint64_t> outcome;
};

void tell(std::vector<AppendLanes::Settlement> settlements) {
  for (auto& [settled, outcome] : settlements) settled(std::move(outcome));
}

void add(std::vector<AppendLanes::Settlement>& all, std::vector<AppendLanes::Settlement> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

struct CommandAppender::State {
  explicit State(AppendLimits limits) : lanes(limits) {}

  std::mutex mutex;
  std::condition_variable_any changed;
  AppendLanes lanes;
  std::vector<SettledAppend> settled;
};

CommandAppender::CommandAppender(log::EventLog& log, AppendLimits limits)
    : log_(log),
      state_(std::make_shared<State>(limits)),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

CommandAppender::~CommandAppender() {
  thread_.request_stop();
  thread_.join();
  std::vector<AppendLanes::Settlement> left;
  {
    const std::lock_guard lock(state_->mutex);
    left = state_->lanes.abandon();
  }
  tell(std::move(left));
}

bool CommandAppender::submit(Command command, CommandSettled settled) {
  const auto now = std::chrono::steady_clock::now();
  std::vector<AppendLanes::Append> appends;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->lanes.submit(command, settled, now)) return false;
    appends = state_->lanes.due(now);
  }
  make(std::move(appends));
  return true;
}

std::size_t CommandAppender::command_count() const {
  const std::lock_guard lock(state_->mutex);
  return state_->lanes.command_count();
}

void CommandAppender::make(std::vector<AppendLanes::Append> appends) {
  for (auto& [lane, request] : appends) {
    log_.append(std::move(request), [state = state_, lane = lane](Result<std::uint64_t> outcome) {
      {
        const std::lock_guard lock(state->mutex);
        state->settled.push_back({lane, std::move(outcome)});
      }
      state->changed.notify_one();
    });
  }
}

void CommandAppender::serve(const std::stop_token& stop) {
  std::unique_lock lock(state_->mutex);
  while (!stop.stop_requested()) {
    const auto awaited = [this] { return !state_->settled.empty(); };
    // A submit while we sleep starts its append itself; what it leaves for us is due no earlier than the limit below.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    const auto due = std::min(state_->lanes.next_due().value_or(limit), limit);
    state_->changed.wait_until(lock, stop, due, awaited);
    const auto now = std::chrono::steady_clock::now();
    std::vector<AppendLanes::Settlement> settlements;
    for (const auto& [lane, outcome] : std::exchange(state_->settled, {})) {
      add(settlements, state_->lanes.settle(lane, outcome, now));
    }
    add(settlements, state_->lanes.expire(now));
    auto appends = state_->lanes.due(now);
    lock.unlock();
    make(std::move(appends));  // first: the log works while we answer
    tell(std::move(settlements));
    lock.lock();
  }
}

}  // namespace ordo::commands
