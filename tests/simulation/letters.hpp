#pragma once
// Purpose: the post: takes letters in its own time, loses its answers, is away.
// Threads: one.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "command-side/notifications/letter_desk.hpp"
#include "tests/simulation/occurrences.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/timeline.hpp"

namespace ordo::simulation {

// The mailbox of all users, and the server before it.
struct Post {
  std::map<NotificationId, int> letters;  // how often each arrived
  bool away = false;
  bool faulty = true;
};

class SimulatedDesk final : public notifications::Desk {
 public:
  SimulatedDesk(Timeline& timeline, Random& random, Occurrences& occurrences, Post& post, Clock& clock, std::function<void()> heard)
      : timeline_(timeline), random_(random), occurrences_(occurrences), post_(post), clock_(clock), heard_(std::move(heard)) {}

  void submit(std::vector<notifications::DeliveryJob> jobs) override;

 private:
  void send(notifications::DeliveryJob job);
  void deliver(const notifications::DeliveryJob& job);

  Timeline& timeline_;
  Random& random_;
  Occurrences& occurrences_;
  Post& post_;
  Clock& clock_;
  std::function<void()> heard_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace ordo::simulation
