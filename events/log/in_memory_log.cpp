#include "events/log/in_memory_log.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "events/log/in_memory_lanes.hpp"

namespace ordo::log {

struct InMemoryLog::State {
  explicit State(Delivery how) : delivery(how) {}

  // One lane at work: known to the log until destroyed, and drained by a thread where there are threads.
  class Receiver final : public Reader {
   public:
    Receiver(State& state, std::unique_ptr<Lane> lane, LiveLane* live)
        : state_(state), lane_(std::move(lane)), live_(live) {
      {
        const std::lock_guard lock(state_.mutex);
        state_.lanes.push_back(lane_.get());
        if (live_ != nullptr) state_.live.push_back(live_);
      }
      if (state_.delivery == Delivery::by_thread) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
      }
    }

    ~Receiver() override {
      thread_.request_stop();
      if (thread_.joinable()) thread_.join();
      const std::lock_guard lock(state_.mutex);
      std::erase(state_.lanes, lane_.get());
      std::erase(state_.live, live_);
    }

   private:
    void run(const std::stop_token& stop) {
      Call call;
      std::unique_lock lock(state_.mutex);
      while (state_.changed.wait(lock, stop, [&] { return static_cast<bool>(call = lane_->take()); })) {
        if (stop.stop_requested()) return;
        lock.unlock();
        call();
        lock.lock();
      }
    }

    State& state_;
    std::unique_ptr<Lane> lane_;
    LiveLane* live_;
    std::jthread thread_;
  };

  std::uint64_t store(AppendRequest request) {
    auto& stored = streams[request.stream];
    StoredMessage message{request.stream, stored.last_sequence() + 1, std::move(request.subject),
                          std::move(request.payload)};
    for (auto* lane : live) lane->add(message);
    stored.messages.push_back(std::move(message));
    return stored.last_sequence();
  }

  Result<std::uint64_t> arrive(AppendRequest request, std::optional<Fault> fault) {
    if (!request.expected_last_sequence) return arrive_unfenced(std::move(request), fault);
    const auto expected = *request.expected_last_sequence;
    auto& stored = streams[request.stream];
    const auto failed = std::exchange(stored.failed_expectation, expected);
    if (failed && expected == *failed + 1) {
      return failure(FailureKind::conflict, "predicted upon an append that was not stored");
    }
    const auto last = stored.last_sequence();
    if (!fault && expected != last) {
      return failure(FailureKind::conflict, fmt::format("the last sequence of {} is {}", text(request.stream), last));
    }
    if (fault == Fault::lose_ack && expected != last) return failure(FailureKind::timeout, "told to lose the refusal");
    auto outcome = arrive_unfenced(std::move(request), fault);
    if (outcome) stored.failed_expectation.reset();
    return outcome;
  }

  Result<std::uint64_t> arrive_unfenced(AppendRequest request, std::optional<Fault> fault) {
    if (request.payload.size() > kMessageBytesMax) return failure(FailureKind::corrupt, "the message is too large");
    if (fault == Fault::refuse) return failure(FailureKind::unavailable, "told to refuse");
    if (fault && fault != Fault::lose_ack) return failure(FailureKind::timeout, "told to lose the message");
    const auto sequence = store(std::move(request));
    if (fault) return failure(FailureKind::timeout, "told to lose the acknowledgement");
    return sequence;
  }

  const Delivery delivery;
  std::mutex mutex;
  std::condition_variable_any changed;
  std::map<StreamName, Stored> streams;
  std::vector<Lane*> lanes;
  std::vector<LiveLane*> live;
  std::size_t next_lane = 0;
  SettlementLane* settlements = nullptr;
  std::unique_ptr<Receiver> settler;
};

InMemoryLog::InMemoryLog(Delivery delivery) : state_(std::make_unique<State>(delivery)) {
  auto lane = std::make_unique<SettlementLane>();
  state_->settlements = lane.get();
  state_->settler = std::make_unique<State::Receiver>(*state_, std::move(lane), nullptr);
}

InMemoryLog::~InMemoryLog() {
  std::deque<Call> left;
  {
    const std::lock_guard lock(state_->mutex);
    while (auto call = state_->settlements->take()) left.push_back(std::move(call));
  }
  state_->settler.reset();
  for (const auto& call : left) call();
}

void InMemoryLog::append(AppendRequest request, AppendSettled settled) {
  {
    const std::lock_guard lock(state_->mutex);
    auto& faults = state_->streams[request.stream].faults;
    std::optional<Fault> fault;
    if (!faults.empty()) {
      fault = faults.front();
      faults.pop_front();
    }
    state_->settlements->add(std::move(settled), state_->arrive(std::move(request), fault));
  }
  state_->changed.notify_all();
}

std::unique_ptr<Reader> InMemoryLog::read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) {
  std::unique_ptr<StreamLane> lane;
  {
    const std::lock_guard lock(state_->mutex);
    lane = std::make_unique<StreamLane>(state_->streams[stream], from_sequence, std::move(deliver));
  }
  return std::make_unique<State::Receiver>(*state_, std::move(lane), nullptr);
}

std::unique_ptr<Reader> InMemoryLog::listen(Deliver deliver) {
  auto lane = std::make_unique<LiveLane>(std::move(deliver));
  auto* live = lane.get();
  return std::make_unique<State::Receiver>(*state_, std::move(lane), live);
}

Result<StreamBounds> InMemoryLog::bounds(StreamName stream) {
  const std::lock_guard lock(state_->mutex);
  const auto& stored = state_->streams[stream];
  return StreamBounds{stored.first_sequence, stored.last_sequence()};
}

Result<StoredMessage> InMemoryLog::get(StreamName stream, std::uint64_t sequence) {
  const std::lock_guard lock(state_->mutex);
  const auto& stored = state_->streams[stream];
  if (sequence < stored.first_sequence || sequence > stored.last_sequence()) {
    return failure(FailureKind::corrupt, fmt::format("there is no message {} in {}", sequence, text(stream)));
  }
  return stored.messages[sequence - stored.first_sequence];
}

bool InMemoryLog::deliver_one() {
  Call call;
  {
    const std::lock_guard lock(state_->mutex);
    const auto count = state_->lanes.size();
    for (std::size_t tried = 0; tried < count && !call; ++tried) {
      call = state_->lanes[state_->next_lane++ % count]->take();
    }
  }
  if (call) call();
  return static_cast<bool>(call);
}

void InMemoryLog::inject(StreamName stream, Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->streams[stream].faults.push_back(fault);
}

void InMemoryLog::expire_before(StreamName stream, std::uint64_t sequence) {
  const std::lock_guard lock(state_->mutex);
  auto& stored = state_->streams[stream];
  while (!stored.messages.empty() && stored.first_sequence < sequence) {
    stored.messages.pop_front();
    ++stored.first_sequence;
  }
}

}  // namespace ordo::log
