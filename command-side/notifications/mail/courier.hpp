#pragma once
// Purpose: sends many letters at once: a few threads, each with its own SmtpMailer, fed from one bounded queue.
// Threads: `submit` and `stop` may be called from every thread, but not from a `Done`.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "command-side/notifications/mail/smtp_mailer.hpp"

namespace ordo::mail {

struct CourierSettings {
  SmtpSettings smtp;
  std::size_t threads = 4;
  std::size_t queue_size_max = 256;  // letters that wait; those under way are not counted
};

class Courier {
 public:
  // Called exactly once for each letter; letters are done in any order. It must not throw, and should do little more than
  // enqueue: it holds up the thread that sends the next letter.
  using Done = std::function<void(Result<void, MailFailure>)>;

  explicit Courier(CourierSettings settings);
  // Stops.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  // Waits while the queue is full. `done` comes on a thread of the courier; once the courier is stopped, with
  // MailFailureKind::stopped and on the thread that called `submit` or `stop`.
  void submit(Mail mail, Done done);

  // Finishes the letters under way, which takes as long as `SmtpMailer::send` may, and gives the waiting ones back as stopped.
  // When it has returned, no `Done` runs and none will come. A second call changes nothing.
  void stop();

 private:
  struct Errand {
    Mail mail;
    Done done;
  };

  void run();
  [[nodiscard]] bool take(Errand& errand);

  const CourierSettings settings_;
  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  std::deque<Errand> queue_;    // guarded by mutex_
  bool stopping_ = false;       // guarded by mutex_
  std::mutex joining_;
  std::vector<std::jthread> threads_;  // guarded by joining_ once constructed
};

}  // namespace ordo::mail
