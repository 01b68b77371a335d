#include "gateway/event_streams/delivery.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace ordo::event_streams {
namespace {

// What is new of one stream: the first one untold, and the end of what was answered.
struct Queue {
  std::vector<orders::FreshEvent> events;
  std::size_t next = 0;

  [[nodiscard]] const orders::FreshEvent* head() const { return next < events.size() ? &events[next] : nullptr; }
};

class Merge {
 public:
  Merge(const Place& place, std::vector<orders::FreshEvent> fresh) : place_(place) {
    for (auto& one : fresh) {
      const auto kind = watched_kind(one.event.place.stream);
      if (kind && behind(one.event.place) > place.marks[*kind]) queues_[*kind].events.push_back(std::move(one));
    }
    for (auto& queue : queues_) {
      std::ranges::sort(queue.events, {}, [](const orders::FreshEvent& one) { return one.event.place; });
    }
  }

  std::vector<Told> take() {
    while (auto* queue = next()) tell(*queue);
    return std::move(told_);
  }

 private:
  // The oldest of those that may be told.
  Queue* next() {
    Queue* oldest = nullptr;
    const auto age = [](const Queue& queue) { return std::tie(queue.head()->event.occurred_at, queue.head()->event.place); };
    for (auto& queue : queues_) {
      if (queue.head() == nullptr || !may_be_told(*queue.head())) continue;
      if (oldest == nullptr || age(queue) < age(*oldest)) oldest = &queue;
    }
    return oldest;
  }

  [[nodiscard]] bool may_be_told(const orders::FreshEvent& one) const {
    const auto& cause = one.event.cause;
    const auto kind = cause ? watched_kind(cause->stream) : std::nullopt;
    if (!kind || place_.marks[*kind] >= behind(*cause)) return true;
    if (one.cause_stream_read < cause->sequence) return false;
    // It is written, and comes first; or it is none of the client's, or parked: then it is in no answer that goes as far.
    const auto& queue = queues_[*kind];
    if (queue.events.empty()) return true;
    const bool goes_as_far = queue.events.back().event.place > *cause;
    return goes_as_far && (queue.head() == nullptr || queue.head()->event.place > *cause);
  }

  void tell(Queue& queue) {
    auto& one = queue.events[queue.next++];
    auto& mark = place_.marks[*watched_kind(one.event.place.stream)];
    if (one.command && mark < behind_command(one.event.place)) {
      mark = behind_command(one.event.place);
      told_.push_back({std::move(*one.command), place_});
    }
    mark = behind(one.event.place);
    told_.push_back({one.event, place_});
  }

  Place place_;
  std::array<Queue, kWatchedKinds.size()> queues_;
  std::vector<Told> told_;
};

}  // namespace

std::vector<Told> next_told(const Place& place, std::vector<orders::FreshEvent> fresh) { return Merge(place, std::move(fresh)).take(); }

}  // namespace ordo::event_streams
