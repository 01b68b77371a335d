#include "gateway/event_streams/event_streams.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "gateway/event_streams/event_text.hpp"

namespace ordo::event_streams {
namespace {

constexpr std::string_view kStopping = "this server is stopping; come again";
// How often to see who has left, whose time is up, and who can take more.
constexpr std::chrono::milliseconds kTick{100};

Instant clock_now() { return std::chrono::steady_clock::now(); }

}  // namespace

EventStreams::EventStreams(const reads::CursorSeal& seal, reads::FindReached find_reached, FindFresh find_fresh, LookLimits limits)
    : find_reached_(std::move(find_reached)),
      find_fresh_(std::move(find_fresh)),
      limits_(limits),
      watchers_(seal),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

EventStreams::~EventStreams() { close(); }

void EventStreams::open(Watch watch, std::shared_ptr<http::BodyStream> body) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      opened_.emplace_back(std::move(watch), std::move(body));
      changed_.notify_one();
      return;
    }
  }
  body->write(comment_text(kStopping));
  body->end();
}

void EventStreams::advanced() {
  const std::lock_guard lock(mutex_);
  advanced_ = true;
  if (watching_) changed_.notify_one();
}

void EventStreams::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  static_cast<void>(let_in());
  watchers_.end_all(kStopping);
}

void EventStreams::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    wait(stop);
    const auto begun = clock_now();
    const auto looked = look(let_in(), begun);
    if (!looked) spdlog::warn("what is new for event streams cannot be asked: {}", looked.error().text);
    watchers_.tend(clock_now());
    rest(stop, looked ? std::max<Instant::duration>(limits_.apart_min, 3 * (clock_now() - begun)) : limits_.after_failure);
  }
}

void EventStreams::wait(const std::stop_token& stop) {
  if (watchers_.has_questions()) return;
  std::unique_lock lock(mutex_);
  watching_ = watchers_.size() > 0;
  if (watching_) {
    changed_.wait_for(lock, stop, kTick, [this] { return !opened_.empty() || advanced_; });
  } else {
    changed_.wait(lock, stop, [this] { return !opened_.empty(); });
  }
}

void EventStreams::rest(const std::stop_token& stop, Instant::duration duration) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, duration, [] { return false; });
}

bool EventStreams::let_in() {
  Opened opened;
  bool told = false;
  {
    const std::lock_guard lock(mutex_);
    opened.swap(opened_);
    told = std::exchange(advanced_, false);
  }
  for (auto& [watch, body] : opened) watchers_.add(std::move(watch), std::move(body), clock_now());
  return told;
}

Result<void> EventStreams::look(bool told, Instant now) {
  if (watchers_.size() == 0) return {};
  if (told || now - looked_at_ >= limits_.looked_every) {
    if (auto woken = wake_where_moved(); !woken) return woken;
    looked_at_ = now;
  }
  if (now - asked_all_at_ >= limits_.asked_all_every) {
    watchers_.wake_all();
    asked_all_at_ = now;
  }
  return ask_round();
}

// Another position, not a later one: after a swap or its roll-back, the tables may be ones that have not come as far.
Result<void> EventStreams::wake_where_moved() {
  auto reached = find_reached_();
  if (!reached) return tl::unexpected(reached.error());
  for (const auto& [stream, sequence] : *reached) {
    const auto before = reached_.find(stream);
    if (before == reached_.end() || before->second != sequence) watchers_.wake(stream.partition);
  }
  reached_ = std::move(*reached);
  return {};
}

Result<void> EventStreams::ask_round() {
  watchers_.begin_round();
  while (true) {
    const auto questions = watchers_.next_questions(limits_.watchers_at_once);
    if (questions.empty()) return {};
    auto found = find_fresh_(questions);
    if (!found) return tl::unexpected(found.error());
    watchers_.answer(std::move(*found), clock_now());
  }
}

}  // namespace ordo::event_streams
