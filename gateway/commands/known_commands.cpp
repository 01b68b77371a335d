#include "gateway/commands/known_commands.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ordo::commands {
namespace {

// One question names no more ids than this.
constexpr std::size_t kGroupMax = 1'000;
constexpr std::chrono::milliseconds kTimeStep{50};

}  // namespace

KnownCommands::KnownCommands(Find find, KnownLimits limits)
    : find_(std::move(find)),
      limits_(limits),
      finder_([this](const std::stop_token& stop) { find_groups(stop); }),
      timekeeper_([this](const std::stop_token& stop) { keep_time(stop); }) {}

KnownCommands::~KnownCommands() {
  finder_.request_stop();
  timekeeper_.request_stop();
  finder_.join();
  timekeeper_.join();
  answer_all(std::move(waiting_), {FailureKind::unavailable, "the gateway stops"});
}

bool KnownCommands::ask(const IdBytes& id, Answer answer) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= limits_.asked_max) return false;
    waiting_.push_back({id, std::move(answer), std::chrono::steady_clock::now() + limits_.patience});
  }
  asked_.notify_one();
  wanted_.notify_one();
  return true;
}

void KnownCommands::find_groups(const std::stop_token& stop) {
  Pace pace(limits_.pace);
  std::unique_lock lock(mutex_);
  while (asked_.wait(lock, stop, [this] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    const auto began = std::chrono::steady_clock::now();
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kGroupMax));
    under_way_.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    std::vector<IdBytes> ids;
    ids.reserve(under_way_.size());
    for (const auto& asked : under_way_) ids.push_back(asked.id);
    lock.unlock();
    answer_group(find_(ids));
    lock.lock();
    if (const auto rest = pace.rest_after(ids.size(), began); rest > std::chrono::microseconds(0)) {
      steps_.wait_until(lock, stop, began + rest, [] { return false; });
    }
  }
}

void KnownCommands::answer_group(const Result<std::vector<KnownCommand>>& found) {
  std::vector<Asked> group;
  {
    const std::lock_guard lock(mutex_);
    group = std::exchange(under_way_, {});
  }
  if (!found) return answer_all(std::move(group), found.error());
  for (const auto& asked : group) {
    const auto known = std::ranges::find(*found, asked.id, &KnownCommand::id);
    asked.answer(known == found->end() ? std::nullopt : std::optional(*known));
  }
}

void KnownCommands::keep_time(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    // Asleep while nobody asks.
    if (waiting_.empty() && under_way_.empty()) {
      wanted_.wait(lock, stop, [this] { return !waiting_.empty() || !under_way_.empty(); });
    }
    steps_.wait_for(lock, stop, kTimeStep, [] { return false; });
    const auto now = std::chrono::steady_clock::now();
    std::vector<Asked> late;
    for (auto* list : {&under_way_, &waiting_}) {
      const auto end = std::ranges::find_if(*list, [now](const Asked& asked) { return asked.late_at > now; });
      std::move(list->begin(), end, std::back_inserter(late));
      list->erase(list->begin(), end);
    }
    lock.unlock();
    answer_all(std::move(late), {FailureKind::timeout, "the read model does not answer in time"});
    lock.lock();
  }
}

void KnownCommands::answer_all(std::vector<Asked> asked, const Failure& failure) {
  for (const auto& one : asked) one.answer(tl::unexpected(failure));
}

}  // namespace ordo::commands
