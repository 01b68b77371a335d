#pragma once
// Purpose: appends to streams: a message each, their answers on one wildcard inbox, each matched by its ticket.
// Threads: `append` may be called by all; no thread waits for an append. Settlements come one at a time, on a thread of nats.c
//          or on the appender's own, and may append.
// Owns:    the inbox and one thread, which tells the late ones and sends those again that found no stream.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "events/log/event_log.hpp"
#include "events/log/jetstream/async_subscription.hpp"
#include "events/log/jetstream/pending_appends.hpp"

namespace ordo::log::jetstream {

class Appender {
 public:
  // Errors: unavailable.
  [[nodiscard]] static Result<std::unique_ptr<Appender>> start(std::shared_ptr<Connection> connection,
                                                               std::chrono::milliseconds append_timeout,
                                                               Fenced fenced = Fenced::one_behind_another);
  ~Appender();

  void append(AppendRequest request, AppendSettled settled);

 private:
  Appender(std::shared_ptr<Connection> connection, std::chrono::milliseconds append_timeout, Fenced fenced);

  [[nodiscard]] std::string reply_subject(Ticket ticket) const;
  void take_answer(natsMsg* answer);
  void run(const std::stop_token& stop);
  void sleep(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void wake();  // requires `mutex_`

  // A message that cannot be sent settles its append, which may free others to be sent: until nothing is left to send.
  void send(Moves& moves);
  void tell(Moves& moves);
  void tell_later(Moves& moves);  // by the own thread: `append` calls nobody back

  const std::shared_ptr<Connection> connection_;
  const std::chrono::milliseconds append_timeout_;
  const std::string inbox_;
  std::atomic<Ticket> next_ticket_{1};

  std::mutex telling_mutex_;  // held while settlements are told; taken without any other
  std::mutex mutex_;          // for all below
  std::condition_variable_any changed_;
  PendingAppends pending_;
  std::vector<Moves::Settle> to_tell_;
  bool disconnected_ = false;
  bool woken_ = false;
  bool sleeps_for_ever_ = false;  // the own thread waits for no deadline

  std::unique_ptr<AsyncSubscription> answers_;
  std::unique_ptr<DisconnectObserver> observer_;
  std::jthread thread_;
};

}  // namespace ordo::log::jetstream
