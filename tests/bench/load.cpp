#include "tests/bench/load.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/bench/exchange.hpp"

namespace ordo::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr std::chrono::seconds kDrainMax{40};  // for the answers that are under way at the end; above the longest wait
constexpr std::size_t kSamplesAhead = 1 << 20;  // so that the vector does not grow, and stall, under load
constexpr std::string_view kBody =
    R"({"items":[{"sku":"TEA-1","name":"Green tea","quantity":2,"unit_price":125},{"sku":"CUP-7","quantity":1,"unit_price":350}],"currency":"EUR"})";

std::string order_id_in(std::string_view body) {
  constexpr std::string_view kMember = "\"id\":\"";
  constexpr std::size_t kIdLength = 36;
  const auto at = body.find(kMember);
  return at == std::string_view::npos ? std::string{} : std::string(body.substr(at + kMember.size(), kIdLength));
}

class Load {
 public:
  explicit Load(const LoadPlan& plan) : plan_(plan), poll_(epoll_create1(EPOLL_CLOEXEC)) {}
  ~Load() { close(poll_); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  LoadResult run() {
    connect();
    if (idle_.empty()) return {};
    result_.samples.reserve(kSamplesAhead);
    began_ = Clock::now();
    began_unix_us_ = std::chrono::duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const auto end = began_ + plan_.duration;
    while (!finished(end)) {
      send_what_is_due(end);
      await(end);
    }
    account_for_the_rest(end);
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
      auto& exchange = slots_.back().exchange;
      if (exchange.failed()) {
        ++result_.failed_connections;
        continue;
      }
      epoll_event event{};
      event.events = EPOLLIN | EPOLLOUT | EPOLLET;
      event.data.u64 = index;
      epoll_ctl(poll_, EPOLL_CTL_ADD, exchange.descriptor(), &event);
      idle_.push_back(index);
    }
  }

  [[nodiscard]] bool open_loop() const { return plan_.rate_per_second > 0; }

  [[nodiscard]] Clock::time_point due(std::uint64_t number) const {
    return began_ + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double>(static_cast<double>(number) / plan_.rate_per_second));
  }

  // How many orders must have been sent by now.
  [[nodiscard]] std::uint64_t wanted(Clock::time_point now) const {
    const std::chrono::duration<double> passed = now - began_;
    return static_cast<std::uint64_t>(passed.count() * plan_.rate_per_second) + 1;
  }

  void send_what_is_due(Clock::time_point end) {
    const auto now = std::min(Clock::now(), end);
    if (!open_loop()) {
      while (now < end && !idle_.empty()) send(now);
      return;
    }
    while (!idle_.empty() && sent_ < wanted(now) && due(sent_) < end) send(due(sent_));
  }

  void send(Clock::time_point due) {
    const auto index = idle_.back();
    idle_.pop_back();
    ++busy_;
    auto& slot = slots_[index];
    slot.due = due;
    slot.exchange.begin(request(sent_++));
    if (slot.exchange.failed()) finish(index, false);
  }

  [[nodiscard]] std::string request(std::uint64_t number) const {
    const auto key = plan_.keyed ? fmt::format("Idempotency-Key: {}{}\r\n", plan_.key_prefix, number) : std::string{};
    const auto wait = plan_.wait_seconds > 0 ? fmt::format("Prefer: wait={}\r\n", plan_.wait_seconds) : std::string{};
    return fmt::format(
        "POST /api/orders HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n{}{}\r\n{}",
        plan_.host, plan_.tokens[number % plan_.tokens.size()], kBody.size(), key, wait, kBody);
  }

  void await(Clock::time_point end) {
    std::array<epoll_event, 256> events;
    const auto pause = std::chrono::duration_cast<std::chrono::nanoseconds>(next_wake(end) - Clock::now());
    const timespec limit{0, std::clamp<std::int64_t>(pause.count(), 0, 100'000'000)};
    const int count = epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()), &limit, nullptr);
    for (int at = 0; at < count; ++at) resume(events[static_cast<std::size_t>(at)].data.u64);
  }

  [[nodiscard]] Clock::time_point next_wake(Clock::time_point end) const {
    const auto now = Clock::now();
    if (open_loop() && !idle_.empty() && due(sent_) < end) return due(sent_);
    return now < end ? end : now + std::chrono::milliseconds(100);
  }

  void resume(std::uint64_t index) {
    auto& exchange = slots_[index].exchange;
    if (exchange.idle()) return;
    if (exchange.resume()) finish(index, true);
    else if (exchange.failed()) finish(index, false);
  }

  void finish(std::uint64_t index, bool answered) {
    auto& slot = slots_[index];
    const auto now = Clock::now();
    Sample sample;
    sample.due_us = began_unix_us_ + std::chrono::duration_cast<microseconds>(slot.due - began_).count();
    sample.latency_us = std::chrono::duration_cast<microseconds>(now - slot.due).count();
    if (answered) {
      sample.status = slot.exchange.answer().status;
      sample.order_id = order_id_in(slot.exchange.answer().body);
    }
    result_.samples.push_back(std::move(sample));
    result_.elapsed_us = std::chrono::duration_cast<microseconds>(now - began_).count();
    --busy_;
    // A connection that failed is not used again: the loss stands in the result, not in silence.
    if (answered) idle_.push_back(index);
    else ++result_.failed_connections;
  }

  [[nodiscard]] bool finished(Clock::time_point end) const {
    const auto now = Clock::now();
    if (now < end) return idle_.empty() && busy_ == 0;
    const bool all_sent = !open_loop() || due(sent_) >= end || (idle_.empty() && busy_ == 0);
    return (all_sent && busy_ == 0) || now > end + kDrainMax;
  }

  void account_for_the_rest(Clock::time_point end) {
    if (open_loop()) {
      for (auto number = sent_; due(number) < end; ++number) ++result_.never_sent;
    }
    for (std::size_t index = 0; index < slots_.size(); ++index) {
      if (!slots_[index].exchange.idle() && !slots_[index].exchange.failed()) finish(index, false);
    }
  }

  const LoadPlan& plan_;
  const int poll_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> idle_;
  std::uint64_t busy_ = 0;
  std::uint64_t sent_ = 0;
  Clock::time_point began_;
  std::int64_t began_unix_us_ = 0;
  LoadResult result_;
};

}  // namespace

LoadResult run_load(const LoadPlan& plan) { return Load(plan).run(); }

}  // namespace ordo::bench
