#pragma once
// Purpose: bounds the waiting for a server that hangs. libpq waits for an answer for ever, and the server's own statement_timeout
//          does not help when it is the server that stands still; so the socket is shut down under libpq, which then reports a
//          lost connection.
// Units: `limit` counts from the beginning of each watch; 0 is no limit. Once `stop` is requested nothing lasts longer than
//          kStopGrace from then on, whatever its limit.
// Threads: watches are begun and ended by the connection's thread; a thread of the watchdog's own does the rest. It sleeps while
//          nothing is watched.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace ordo::postgres {

inline constexpr std::chrono::milliseconds kStopGrace{2'000};

enum class Limited { yes, no };

class Watchdog {
 public:
  // Takes a descriptor of its own for the socket, so that it never shuts down another one that got the number.
  Watchdog(int socket, std::chrono::milliseconds limit, std::stop_token stop);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // As long as it lives, the connection is waiting for the server.
  class Watch {
   public:
    explicit Watch(Watchdog& watchdog, Limited limited = Limited::yes) : watchdog_(watchdog) { watchdog_.begin(limited); }
    ~Watch() { watchdog_.end(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Watchdog& watchdog_;
  };

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void begin(Limited limited);
  void end();
  void stop_soon();
  void run(const std::stop_token& ended);
  // Requires: locked.
  [[nodiscard]] Instant next_due() const;

  const int socket_;
  const std::chrono::milliseconds limit_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Instant> due_;         // while something is watched
  Instant all_due_ = Instant::max();   // sooner once a stop was requested
  Instant wakes_at_ = Instant::max();  // the thread
  std::jthread thread_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace ordo::postgres
