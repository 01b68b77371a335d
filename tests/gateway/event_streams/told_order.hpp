#pragma once
// Purpose: the story of an order as a read model tells it that is not equally far everywhere, and a client that writes down what it gets.
// Threads: one; `Recorder` any.

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/event_streams/delivery.hpp"
#include "gateway/event_streams/place.hpp"
#include "gateway/http/body_stream.hpp"

namespace ordo::event_streams {

inline orders::HistoryEntry entry(std::string type, EventPlace place, std::optional<EventPlace> cause, std::int64_t at_ms,
                                  std::string data = "{}") {
  orders::HistoryEntry made;
  made.place = std::move(place);
  made.type = std::move(type);
  made.cause = std::move(cause);
  made.correlation_id = "test";
  made.occurred_at = {at_ms};
  made.data_json = std::move(data);
  return made;
}

// From the command to the letter, in the streams of partition 1.
inline std::vector<orders::FreshEvent> story(std::uint64_t nth = 1) {
  const EventPlace command{"COMMANDS-1", 100 + nth, 3}, pending{"ORDERS-1", 2 * nth, 0}, payment{"BILLING-1", nth, 1},
      update{"ORDERS-1", 2 * nth + 1, 0}, letter{"NOTIFICATIONS-1", nth, 0};
  const auto at = static_cast<std::int64_t>(10 * nth);
  return {{0, entry("OrderPending.v1", pending, command, at + 1), entry("OrderCreateRequested.v1", command, std::nullopt, at), 1'000},
          {0, entry("PaymentProcessed.v1", payment, pending, at + 2), std::nullopt, 1'000},
          {0, entry("OrderUpdateMessage.v1", update, payment, at + 3), std::nullopt, 1'000},
          {0, entry("NotificationSent.v1", letter, update, at + 4), std::nullopt, 1'000}};
}

// A read model: what is written of a story, asked for as the question says.
class WrittenEvents {
 public:
  void write(std::vector<orders::FreshEvent> events) { std::ranges::move(events, std::back_inserter(events_)); }
  void clear() { events_.clear(); }

  [[nodiscard]] std::vector<orders::FreshEvent> answer(std::span<const orders::FreshQuestion> questions, std::size_t each_max = 20) const {
    std::vector<orders::FreshEvent> answers;
    for (const auto& question : questions) {
      std::vector<orders::FreshEvent> found;
      for (const auto& one : events_) {
        if (one.event.place.stream == question.from.stream && one.event.place >= question.from) found.push_back(one);
      }
      std::ranges::sort(found, {}, [](const auto& one) { return one.event.place; });
      if (found.size() > each_max) found.resize(each_max);
      for (auto& one : found) {
        one.number = question.number;
        answers.push_back(std::move(one));
      }
    }
    return answers;
  }

 private:
  std::vector<orders::FreshEvent> events_;
};

// What one client has received.
class Recorder final : public http::BodyStream {
 public:
  State state() override {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  void write(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    if (state_ != State::over) text_ += text;
  }
  void end() override { become(State::over); }

  void become(State state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
  }
  [[nodiscard]] std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  // What stands behind "event: ", or another field, line by line.
  [[nodiscard]] std::vector<std::string> fields(std::string_view name) {
    std::vector<std::string> found;
    const auto all = text();
    for (std::size_t at = 0; at < all.size();) {
      const auto end = std::min(all.find('\n', at), all.size());
      const auto line = all.substr(at, end - at);
      if (line.starts_with(name)) found.push_back(line.substr(name.size()));
      at = end + 1;
    }
    return found;
  }

 private:
  std::mutex mutex_;
  State state_ = State::ready;
  std::string text_;
};

}  // namespace ordo::event_streams
