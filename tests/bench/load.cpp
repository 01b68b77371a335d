#include "tests/bench/load.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/bench/exchange.hpp"
#include "tests/bench/schedule.hpp"

namespace ordo::bench {
namespace {

using std::chrono::microseconds;

constexpr std::chrono::seconds kDrainMax{40};  // for the answers that are under way at the end; above the longest wait
constexpr std::size_t kSamplesAhead = 1 << 20;  // so that the vector does not grow, and stall, under load
constexpr std::size_t kEventsAtOnce = 256;

void read_id(std::string_view body, std::array<char, kIdLength>& id) {
  constexpr std::string_view kMember = "\"id\":\"";
  const auto at = body.find(kMember);
  if (at == std::string_view::npos || body.size() < at + kMember.size() + kIdLength) return;
  std::ranges::copy(body.substr(at + kMember.size(), kIdLength), id.begin());
}

std::chrono::seconds retry_after(const Answer& answer) {
  int seconds = 1;
  const auto told = field_in(answer.head, "Retry-After");
  std::from_chars(told.data(), told.data() + told.size(), seconds);
  return std::chrono::seconds(seconds);
}

class Load {
 public:
  explicit Load(const LoadPlan& plan) : plan_(plan), poll_(epoll_create1(EPOLL_CLOEXEC)) {
    head_ = fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", plan.path, plan.host,
                        plan.body.size());
    if (plan.wait_seconds > 0) head_ += fmt::format("Prefer: wait={}\r\n", plan.wait_seconds);
    head_ += "Authorization: Bearer ";
    // Otherwise the kernel may wake it 50 µs later than it asked for.
    prctl(PR_SET_TIMERSLACK, 1UL);
  }
  ~Load() { close(poll_); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  LoadResult run() {
    connect();
    if (idle_.empty()) return {};
    result_.samples.reserve(kSamplesAhead);
    result_.began_us = std::chrono::duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const Schedule schedule(plan_.rate_per_second, plan_.count_max, Clock::now(), plan_.duration);
    began_ = sending_ended_ = schedule.began();
    while (!finished(schedule)) {
      send_what_is_due(schedule);
      await(schedule);
    }
    account_for_the_rest(schedule);
    return std::move(result_);
  }

 private:
  struct Slot {
    Exchange exchange;
    Clock::time_point due;
  };

  void connect() {
    slots_.reserve(plan_.connections);
    for (std::size_t index = 0; index < plan_.connections; ++index) {
      slots_.push_back({Exchange(plan_.host, plan_.port), {}});
      if (watch(index)) idle_.push_back(index);
    }
  }

  bool watch(std::size_t index) {
    const auto& exchange = slots_[index].exchange;
    if (exchange.failed()) {
      ++result_.failed_connections;
      return false;
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = index;
    epoll_ctl(poll_, EPOLL_CTL_ADD, exchange.descriptor(), &event);
    return true;
  }

  void send_what_is_due(const Schedule& schedule) {
    const auto now = Clock::now();
    for (; !resting_.empty() && resting_.begin()->first <= now; resting_.erase(resting_.begin())) idle_.push_back(resting_.begin()->second);
    while (!idle_.empty() && schedule.may_send(sent_, now)) send(schedule.open_loop() ? schedule.due(sent_) : now, now);
  }

  void send(Clock::time_point due, Clock::time_point now) {
    const auto index = idle_.back();
    idle_.pop_back();
    ++busy_;
    auto& slot = slots_[index];
    slot.due = due;
    write_request(slot.exchange.request(), sent_++);
    slot.exchange.begin();
    result_.sent_last_us = result_.began_us + since_begin_us(now);
    if (slot.exchange.failed()) finish(index, false);
  }

  void write_request(std::string& request, std::uint64_t number) const {
    request.assign(head_).append(plan_.tokens[number % plan_.tokens.size()]);
    if (plan_.keyed) fmt::format_to(std::back_inserter(request), "\r\nIdempotency-Key: {}{}", plan_.key_prefix, number);
    request.append("\r\n\r\n").append(plan_.body);
  }

  [[nodiscard]] std::int64_t since_begin_us(Clock::time_point at) const {
    return std::chrono::duration_cast<microseconds>(at - began_).count();
  }

  void await(const Schedule& schedule) {
    std::array<epoll_event, kEventsAtOnce> events;
    const auto pause = std::chrono::duration_cast<std::chrono::nanoseconds>(next_wake(schedule) - Clock::now());
    const timespec limit{0, std::clamp<std::int64_t>(pause.count(), 0, 100'000'000)};
    const int count = epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()), &limit, nullptr);
    for (int at = 0; at < count; ++at) resume(events[static_cast<std::size_t>(at)].data.u64);
  }

  [[nodiscard]] Clock::time_point next_wake(const Schedule& schedule) const {
    const auto now = Clock::now();
    if (schedule.open_loop() && !idle_.empty() && !schedule.is_over(sent_, now)) return schedule.due(sent_);
    return now < schedule.end() ? schedule.end() : now + std::chrono::milliseconds(100);
  }

  void resume(std::uint64_t index) {
    auto& exchange = slots_[index].exchange;
    if (exchange.idle()) return exchange.closed_by_server() ? open_anew(index) : void();
    if (exchange.resume()) finish(index, true);
    else if (exchange.failed()) finish(index, false);
  }

  // What was not used for longer than the server likes: the next order would be lost on it.
  void open_anew(std::uint64_t index) {
    slots_[index].exchange.open_anew(plan_.host, plan_.port);
    if (!watch(index)) std::erase(idle_, index);
  }

  void finish(std::uint64_t index, bool answered) {
    auto& slot = slots_[index];
    const auto now = Clock::now();
    auto& sample = result_.samples.emplace_back();
    sample.due_us = result_.began_us + since_begin_us(slot.due);
    sample.latency_us = std::chrono::duration_cast<microseconds>(now - slot.due).count();
    if (answered) {
      const auto& answer = slot.exchange.answer();
      sample.status = answer.status;
      sample.retry_after = answer.status >= 400 && !field_in(answer.head, "Retry-After").empty();
      read_id(answer.body, sample.id);
    }
    result_.elapsed_us = since_begin_us(now);
    --busy_;
    // A connection that failed is not used again: the loss stands in the result, not in silence.
    if (!answered) ++result_.failed_connections;
    // In a closed loop whoever is told when to come again does so: asking at once, as fast as refusals come, is no load but an attack.
    else if (plan_.rate_per_second <= 0 && sample.retry_after) resting_.emplace(now + retry_after(slot.exchange.answer()), index);
    else idle_.push_back(index);
  }

  [[nodiscard]] bool finished(const Schedule& schedule) {
    const auto now = Clock::now();
    if (idle_.empty() && resting_.empty() && busy_ == 0) return true;  // no connection is left
    const bool over = schedule.is_over(sent_, now);
    if (!over) sending_ended_ = now;
    return over && (busy_ == 0 || now > sending_ended_ + kDrainMax);
  }

  void account_for_the_rest(const Schedule& schedule) {
    result_.never_sent = schedule.missing_after(sent_);
    for (std::size_t index = 0; index < slots_.size(); ++index) {
      if (!slots_[index].exchange.idle() && !slots_[index].exchange.failed()) finish(index, false);
    }
  }

  const LoadPlan& plan_;
  const int poll_;
  std::string head_;  // of every request, up to its token
  std::vector<Slot> slots_;
  std::vector<std::size_t> idle_;
  std::multimap<Clock::time_point, std::size_t> resting_;  // until then
  std::uint64_t busy_ = 0;
  std::uint64_t sent_ = 0;
  Clock::time_point began_;
  Clock::time_point sending_ended_;
  LoadResult result_;
};

}  // namespace

LoadResult run_load(const LoadPlan& plan) { return Load(plan).run(); }

}  // namespace ordo::bench
