#include "gateway/event_streams/watchers.hpp"

#include <algorithm>
#include <utility>

#include "gateway/event_streams/event_text.hpp"

namespace ordo::event_streams {
namespace {

using State = http::BodyStream::State;

}  // namespace

void Watchers::add(Watch watch, std::shared_ptr<http::BodyStream> body, Instant now) {
  Watcher watcher{std::move(watch), std::move(body), now};
  watcher.body->write(begin_text(id_of(watcher)));
  watchers_.emplace(++last_number_, std::move(watcher));
}

void Watchers::wake(log::Partition partition) {
  for (auto& [number, watcher] : watchers_) watcher.awake = watcher.awake || watcher.watch.partition == partition;
}

void Watchers::wake_all() {
  for (auto& [number, watcher] : watchers_) watcher.awake = true;
}

void Watchers::begin_round() {
  round_.clear();
  for (const auto& [number, watcher] : watchers_) {
    if (watcher.awake && watcher.body->state() == State::ready) round_.push_back(number);
  }
  std::ranges::reverse(round_);
}

std::vector<orders::FreshQuestion> Watchers::next_questions(std::size_t watchers_max) {
  std::vector<orders::FreshQuestion> questions;
  asked_.clear();
  while (!round_.empty() && asked_.size() < watchers_max) {
    const auto number = round_.back();
    round_.pop_back();
    const auto& watch = watchers_.at(number).watch;
    asked_.push_back(number);
    for (std::size_t kind = 0; kind < kWatchedKinds.size(); ++kind) {
      questions.push_back({number, watch.whose, first_beyond(watch.place, kind, watch.partition)});
    }
  }
  return questions;
}

void Watchers::answer(std::vector<orders::FreshEvent> found, Instant now) {
  std::map<std::uint64_t, std::vector<orders::FreshEvent>> found_of;
  for (auto& one : found) found_of[one.number].push_back(std::move(one));
  for (const auto number : std::exchange(asked_, {})) {
    auto& watcher = watchers_.at(number);
    // Who got something may have more to get; who did not sleeps until something moves.
    const auto fresh = found_of.find(number);
    watcher.awake = fresh != found_of.end() && write_page(watcher, std::move(fresh->second), now) > 0;
  }
}

std::size_t Watchers::write_page(Watcher& watcher, std::vector<orders::FreshEvent> fresh, Instant now) const {
  std::string page;
  std::size_t count = 0;
  for (const auto& told : next_told(watcher.watch.place, std::move(fresh))) {
    if (page.size() >= kPageBytes) break;
    watcher.watch.place = told.then;
    page += event_text(id_of(watcher), told.event);
    ++count;
  }
  if (page.empty()) return 0;
  watcher.body->write(page);
  watcher.written_at = now;
  return count;
}

bool Watchers::has_questions() const {
  return std::ranges::any_of(watchers_, [](const auto& one) { return one.second.awake && one.second.body->state() == State::ready; });
}

bool Watchers::has_ended(Watcher& watcher, Instant now) {
  const auto state = watcher.body->state();
  if (state == State::over) return true;
  if (now >= watcher.watch.ends_at) {
    watcher.body->write(comment_text("the access token has expired; come again with a new one"));
    watcher.body->end();
    return true;
  }
  if (state == State::ready && now - watcher.written_at >= kSilenceMax) {
    watcher.body->write(comment_text("nothing new"));
    watcher.written_at = now;
  }
  return false;
}

void Watchers::tend(Instant now) {
  for (auto at = watchers_.begin(); at != watchers_.end();) {
    at = has_ended(at->second, now) ? watchers_.erase(at) : std::next(at);
  }
}

void Watchers::end_all(std::string_view comment) {
  for (auto& [number, watcher] : watchers_) {
    watcher.body->write(comment_text(comment));
    watcher.body->end();
  }
  watchers_.clear();
  round_.clear();
  asked_.clear();
}

std::string Watchers::id_of(const Watcher& watcher) const { return seal_.seal(watcher.watch.sealed_for, text(watcher.watch.place)); }

}  // namespace ordo::event_streams
