#pragma once
// Purpose: puts commands into the log, many in one append (append_lanes.hpp), and says where each one stands.
// Errors: `submit` answers false, and calls nothing back, when too much waits already: 503 `overloaded`.
// Threads: `submit` from every thread; it never blocks on the log. Callbacks come on the appender's one thread, or on the one
//          that destroys it; they must not throw and should be short: every command waits behind them.
// Owns: the log outlives the appender.

#include <memory>
#include <thread>

#include "events/log/event_log.hpp"
#include "gateway/commands/append_lanes.hpp"

namespace ordo::commands {

class CommandAppender {
 public:
  explicit CommandAppender(log::EventLog& log, AppendLimits limits = {});
  // Whatever is not settled by then is settled as given up.
  ~CommandAppender();
  CommandAppender(const CommandAppender&) = delete;
  CommandAppender& operator=(const CommandAppender&) = delete;

  [[nodiscard]] bool submit(Command command, CommandSettled settled);
  // Those that are not settled yet.
  [[nodiscard]] std::size_t command_count() const;

 private:
  struct State;

  void make(std::vector<AppendLanes::Append> appends);
  void serve(const std::stop_token& stop);

  log::EventLog& log_;
  std::shared_ptr<State> state_;  // shared with the callbacks of appends under way, which may come after our end
  std::jthread thread_;
};

}  // namespace ordo::commands
