#pragma once
// Purpose: asks the read model which commands came before: one question for all that arrived while the question before was
//          under way, or while this rested a moment after many.
// Errors: `ask` answers false, and calls nothing back, when too many wait. A failed question answers its failure to each; a
//         question that takes longer than `patience` answers timeout, so that commands go on while the read model hangs.
// Threads: `ask` from every thread, without blocking. `Find` is called on one thread of this object, answers come on that one or
//          on the one that keeps the time; what is still asked when it is destroyed is answered unavailable.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/pace.hpp"
#include "events/vocabulary/result.hpp"
#include "gateway/http/response.hpp"
#include "gateway/live/outcome.hpp"

namespace ordo::commands {

// What the read model says of a command: what it asked for, the 202 that it was answered with, and what became of it.
struct KnownCommand {
  IdBytes id{};
  IdBytes fingerprint{};
  http::Response accepted;
  std::optional<live::Outcome> outcome;
};

struct KnownLimits {
  std::size_t asked_max = 10'000;
  std::chrono::milliseconds patience{1'000};
  // Between two questions, counted from the beginning of the first.
  PaceLimits pace{std::chrono::microseconds(200), std::chrono::microseconds(20), std::chrono::milliseconds(4)};
};

class KnownCommands {
 public:
  using Find = std::function<Result<std::vector<KnownCommand>>(std::span<const IdBytes>)>;
  using Answer = std::function<void(Result<std::optional<KnownCommand>>)>;

  explicit KnownCommands(Find find, KnownLimits limits = {});
  ~KnownCommands();
  KnownCommands(const KnownCommands&) = delete;
  KnownCommands& operator=(const KnownCommands&) = delete;

  [[nodiscard]] bool ask(const IdBytes& id, Answer answer);

 private:
  struct Asked {
    IdBytes id{};
    Answer answer;
    std::chrono::steady_clock::time_point late_at;
  };

  void find_groups(const std::stop_token& stop);
  void keep_time(const std::stop_token& stop);
  void answer_group(const Result<std::vector<KnownCommand>>& found);
  static void answer_all(std::vector<Asked> asked, const Failure& failure);

  Find find_;
  const KnownLimits limits_;
  std::mutex mutex_;
  std::condition_variable_any asked_;   // for the finder
  std::condition_variable_any wanted_;  // for the timekeeper, who sleeps while nobody asks
  std::condition_variable_any steps_;   // nobody is ever told: waits end by themselves, or by the stop
  std::vector<Asked> waiting_;
  std::vector<Asked> under_way_;  // empty when all of the group were told that it is late
  std::jthread finder_;
  std::jthread timekeeper_;
};

}  // namespace ordo::commands
