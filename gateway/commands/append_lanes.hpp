#pragma once
// Purpose: groups commands into appends. There is a lane for each partition and topic, and one append under way on it: all
//          that arrives meanwhile becomes the next run; a lane that is busy rests a moment between two. An append that failed, or whose outcome is
//          not known, is made again with the same bytes: the owners know every id that they decided.
// Errors: `submit` answers false when too much waits already. Every other command is settled exactly once.
// Threads: none of its own and no lock: `CommandAppender` drives it with threads, a simulator by hand.

#include <chrono>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/log/event_log.hpp"
#include "events/vocabulary/pace.hpp"
#include "gateway/commands/command.hpp"

namespace ordo::commands {

struct AppendLimits {
  std::size_t commands_max = 20'000;  // waiting or under way, over all lanes
  std::size_t bytes_max = 64 * 1024 * 1024;
  std::chrono::milliseconds total_limit{10'000};  // from `submit` until a command is given up
  std::chrono::milliseconds retry_after_min{50};  // doubles with each attempt
  std::chrono::milliseconds retry_after_max{1'000};
  // Of a lane, between two appends, counted from the beginning of the first; what a full run has left does not wait.
  PaceLimits pace{std::chrono::microseconds(400), std::chrono::microseconds(30), std::chrono::milliseconds(8)};
};

class AppendLanes {
 public:
  struct Lane {
    log::Partition partition = 0;
    log::Topic topic = log::Topic::order_create;
    friend constexpr auto operator<=>(const Lane&, const Lane&) = default;
  };

  struct Append {
    Lane lane;
    log::AppendRequest request;
  };

  // Somebody to be told. Call it outside of every lock.
  struct Settlement {
    CommandSettled settled;
    Result<log::StreamPosition> outcome;
  };

  explicit AppendLanes(AppendLimits limits) : limits_(limits) {}

  // False when full: command and callback are then untouched.
  [[nodiscard]] bool submit(Command& command, CommandSettled& settled, Instant now);

  // The appends to be made now. Each is settled once, by `settle`; its lane rests until then.
  [[nodiscard]] std::vector<Append> due(Instant now);
  [[nodiscard]] std::vector<Settlement> settle(const Lane& lane, const Result<std::uint64_t>& outcome, Instant now);

  // Gives up what has been here for the total limit.
  [[nodiscard]] std::vector<Settlement> expire(Instant now);
  // Gives up everything, at the end.
  [[nodiscard]] std::vector<Settlement> abandon();

  // When `due` or `expire` will have something to do; nothing while only settlements are awaited.
  [[nodiscard]] std::optional<Instant> next_due() const;

  [[nodiscard]] std::size_t command_count() const { return command_count_; }
  [[nodiscard]] std::size_t byte_count() const { return byte_count_; }

 private:
  struct Waiting {
    log::Event event;
    CommandSettled settled;
    Instant given_up_at;
    std::size_t bytes = 0;
  };
  struct UnderWay {
    log::AppendRequest request;
    std::vector<CommandSettled> settled;  // by their index in the run; emptied when they are given up
    Instant given_up_at;                  // of the oldest command
    std::size_t bytes = 0;
    int attempts = 0;
    bool sent = false;    // the log has it now
    bool unknown = false;  // an attempt before may have stored it
    Instant send_at;
  };
  struct LaneState {
    explicit LaneState(Pace rests) : pace(rests) {}
    std::deque<Waiting> waiting;
    std::optional<UnderWay> under_way;
    Pace pace;
    Instant rests_until{};  // until `due` comes after it
  };

  void start_run(const Lane& lane, LaneState& state, Instant now) const;
  void forget(std::size_t commands, std::size_t bytes);
  void retire(LaneState& state, std::vector<Settlement>& out, const Failure& failure);
  void settle_stored(LaneState& state, std::uint64_t sequence, std::vector<Settlement>& out);
  void expire_waiting(LaneState& state, Instant now, std::vector<Settlement>& out);
  [[nodiscard]] std::chrono::milliseconds retry_delay(int attempts) const;

  AppendLimits limits_;
  std::map<Lane, LaneState> lanes_;
  std::size_t command_count_ = 0;
  std::size_t byte_count_ = 0;
};

}  // namespace ordo::commands
