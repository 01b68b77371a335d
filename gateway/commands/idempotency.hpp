#pragma once
// Purpose: remembers the keyed commands of the last minutes in this process, so that a repeat is answered as the first one was:
//          at once where the answer is known, together with the first one where it is still under way. It only saves work and
//          time: what must hold for ever is held by the command's id, which is derived from user, route and key, and by its owner.
// Limits: entries_max and bytes_max are kept by forgetting the oldest answers; commands under way are never forgotten.
// Threads: every function may be called from every thread. `Told` is called on the thread that calls `settle`.

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "gateway/commands/command.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"

namespace ordo::commands {

struct IdempotencyLimits {
  std::size_t entries_max = 100'000;
  std::size_t bytes_max = 64 * 1024 * 1024;
  std::chrono::milliseconds age_max{600'000};
};

// The id of whatever a command makes: the same for ever where the request has a key, a new one where it has none.
// `purpose` is "order", "operation", …; `route` tells apart the routes on which one user may use the same key.
[[nodiscard]] IdBytes command_id(std::string_view purpose, std::string_view route, UserId user,
                                 const std::optional<std::string>& key);

// A hash of what was asked for, spelled so that equal requests have equal texts.
[[nodiscard]] IdBytes fingerprint_of(std::string_view canonical_request);

// The 202 that a command was answered with, or why it was not taken.
using FirstAnswer = Result<http::Response, http::Problem>;
using Told = std::function<void(const FirstAnswer&)>;

class IdempotencyTable {
 public:
  struct First {};   // nobody came before: the caller owes a `settle`
  struct Joined {};  // `told` will be called when the first one is settled
  struct Reused {};  // another request stands under this id
  using Admission = std::variant<First, Joined, Reused, http::Response>;

  explicit IdempotencyTable(IdempotencyLimits limits = {}) : limits_(limits) {}

  [[nodiscard]] Admission admit(const IdBytes& id, const IdBytes& fingerprint, Told told, Instant now);

  // By the first one, once. A refusal is told to all that joined and then forgotten: the next one tries again.
  void settle(const IdBytes& id, const FirstAnswer& answer, Instant now);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Hash {
    std::size_t operator()(const IdBytes& id) const noexcept { return hash_of(id); }
  };
  struct Entry {
    IdBytes fingerprint{};
    std::optional<http::Response> accepted;  // nothing while it is under way
    std::vector<Told> joined;
  };
  struct Settled {
    IdBytes id{};
    std::size_t bytes = 0;
    Instant forgotten_at;
  };

  void forget(Instant now);

  IdempotencyLimits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<IdBytes, Entry, Hash> entries_;
  std::deque<Settled> settled_;  // the oldest at the front
  std::size_t bytes_ = 0;
};

}  // namespace ordo::commands
