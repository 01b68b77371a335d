#pragma once
// Purpose: the open event streams: who has to be asked for, what each is sent, and when each ends. It has no threads, no clock and no
//          database: whoever owns it says how late it is and what was found.
// A client's place moves with what was written to it, and by nothing else. What is new is asked for only while the client has taken all
// that was written before; so a slow one holds up nobody, and a page of it is all that is ever kept.
// Threads: one.

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gateway/event_streams/delivery.hpp"
#include "gateway/event_streams/seats.hpp"
#include "gateway/http/body_stream.hpp"
#include "gateway/reads/cursor.hpp"

namespace ordo::event_streams {

using Instant = std::chrono::steady_clock::time_point;

inline constexpr std::chrono::seconds kSilenceMax{15};  // then a comment
inline constexpr std::size_t kPageBytes = std::size_t{64} * 1024;  // at least one event, and less than this before its last one

struct Watch {
  std::variant<OrderId, UserId> whose;
  std::string sealed_for;  // what its ids are sealed for (CursorSeal)
  log::Partition partition = 0;
  Place place;
  Instant ends_at;
  Seats::Seat seat;
};

class Watchers {
 public:
  // The seal outlives this.
  explicit Watchers(const reads::CursorSeal& seal) : seal_(seal) {}

  void add(Watch watch, std::shared_ptr<http::BodyStream> body, Instant now);

  // Something may be new for those of the partition; for all.
  void wake(log::Partition partition);
  void wake_all();

  // A round: those whom something may be new for and who can take more, each once, a few at a time.
  void begin_round();
  [[nodiscard]] std::vector<orders::FreshQuestion> next_questions(std::size_t watchers_max);
  // What was found for those of the last questions.
  void answer(std::vector<orders::FreshEvent> found, Instant now);
  // Whether a round would ask for somebody.
  [[nodiscard]] bool has_questions() const;

  // Between rounds: ends those whose time is up, forgets those who have left, and keeps the others from being taken for dead.
  void tend(Instant now);
  void end_all(std::string_view comment);

  [[nodiscard]] std::size_t size() const { return watchers_.size(); }

 private:
  struct Watcher {
    Watch watch;
    std::shared_ptr<http::BodyStream> body;
    Instant written_at;
    bool awake = true;
  };
  using ById = std::map<std::uint64_t, Watcher>;

  [[nodiscard]] std::string id_of(const Watcher& watcher) const;
  // How many events were written.
  [[nodiscard]] std::size_t write_page(Watcher& watcher, std::vector<orders::FreshEvent> fresh, Instant now) const;

  // Ends him where his time is up, and keeps him from being taken for dead.
  [[nodiscard]] static bool has_ended(Watcher& watcher, Instant now);

  const reads::CursorSeal& seal_;
  std::uint64_t last_number_ = 0;
  ById watchers_;
  std::vector<std::uint64_t> round_;  // who is still to be asked for, the last one first
  std::vector<std::uint64_t> asked_;  // whom the last questions were for
};

}  // namespace ordo::event_streams
