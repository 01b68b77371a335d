#pragma once
// Purpose: feeds the open event streams from the read model: looks what is new whenever it is told that the projector has committed, and
//          now and then untold, one grouped question for a hundred streams.
// Errors: a question that fails is logged and asked again; meanwhile clients get comments.
// Threads: one of its own, however many streams; it blocks on Postgres, never on a client. `open` and `advanced` from every thread,
//          `close` and the destructor from one.
// Owns: what the functions ask, and the seal, outlive it.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/event_streams/watchers.hpp"
#include "gateway/reads/read_gate.hpp"

namespace ordo::event_streams {

using FindFresh = std::function<Result<std::vector<orders::FreshEvent>>(std::span<const orders::FreshQuestion>)>;

struct LookLimits {
  std::size_t watchers_at_once = 100;
  std::chrono::milliseconds looked_every{500};       // at how far the read model is, told or not
  std::chrono::milliseconds asked_all_every{5'000};  // even where nothing moved: rows of parked events come late
  std::chrono::milliseconds apart_min{10};           // and three times as long as a look takes: a quarter of a thread at most
  std::chrono::milliseconds after_failure{1'000};
};

class EventStreams {
 public:
  EventStreams(const reads::CursorSeal& seal, reads::FindReached find_reached, FindFresh find_fresh, LookLimits limits = {});
  ~EventStreams();
  EventStreams(const EventStreams&) = delete;
  EventStreams& operator=(const EventStreams&) = delete;

  void open(Watch watch, std::shared_ptr<http::BodyStream> body);
  // The read model may have come further. Does not wait.
  void advanced();
  // Ends every stream, and from now on each that is opened: for a gateway that stops.
  void close();

 private:
  using Opened = std::vector<std::pair<Watch, std::shared_ptr<http::BodyStream>>>;

  void serve(const std::stop_token& stop);
  // Until there is something to do, or to look after.
  void wait(const std::stop_token& stop);
  void rest(const std::stop_token& stop, Instant::duration duration);
  // Lets in who was opened. True: it was told that the read model moved.
  [[nodiscard]] bool let_in();
  [[nodiscard]] Result<void> look(bool told, Instant now);
  [[nodiscard]] Result<void> wake_where_moved();
  [[nodiscard]] Result<void> ask_round();

  const reads::FindReached find_reached_;
  const FindFresh find_fresh_;
  const LookLimits limits_;
  Watchers watchers_;       // the thread's own, as those below;
  reads::Reached reached_;  // how far the read model was at the last look
  Instant looked_at_;
  Instant asked_all_at_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  Opened opened_;
  bool advanced_ = false;
  bool watching_ = false;  // whether it matters
  bool closed_ = false;
  std::jthread thread_;
};

}  // namespace ordo::event_streams
