#pragma once
// Purpose: the log's server and the network to it: the log in memory behind links that lose, delay and lie. What a client does about it
//          is the shipped code's (`PendingAppends`).
// Threads: one.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "events/log/event_log.hpp"
#include "events/log/in_memory_log.hpp"
#include "events/log/jetstream/pending_appends.hpp"
#include "tests/simulation/occurrences.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/timeline.hpp"

namespace ordo::simulation {

class Client;

class Cluster {
 public:
  // Called for every message that is stored, before anybody can read it.
  using Watch = std::function<void(const log::StoredMessage&)>;

  Cluster(Timeline& timeline, Random& random, Occurrences& occurrences, Watch watch)
      : timeline_(timeline), random_(random), occurrences_(occurrences), watch_(std::move(watch)) {}

  [[nodiscard]] Result<std::uint64_t> store(const log::AppendRequest& request);
  [[nodiscard]] log::StreamBounds bounds(log::StreamName stream) { return *log_.bounds(stream); }
  [[nodiscard]] log::StoredMessage get(log::StreamName stream, std::uint64_t sequence) { return *log_.get(stream, sequence); }
  void expire_before(log::StreamName stream, std::uint64_t sequence) { log_.expire_before(stream, sequence); }

  // No server answers.
  bool down = false;
  // Links misbehave.
  bool faulty = true;

  Timeline& timeline() { return timeline_; }
  Random& random() { return random_; }
  void count(Occurrence occurrence) { occurrences_.count(occurrence); }
  void join(Client& client) { clients_.insert(&client); }
  void leave(Client& client) { clients_.erase(&client); }

 private:
  struct ByBirth {
    bool operator()(const Client* left, const Client* right) const;
  };

  Timeline& timeline_;
  Random& random_;
  Occurrences& occurrences_;
  Watch watch_;
  log::InMemoryLog log_{log::Delivery::by_hand};
  std::set<Client*, ByBirth> clients_;
};

// One process's connection. What it has sent lives on when the process dies; what is answered then meets nobody.
class Client final : public log::EventLog {
 public:
  // `heard` is called when something came for the process.
  Client(Cluster& cluster, std::uint64_t number, std::function<void()> heard);
  ~Client() override;

  void append(log::AppendRequest request, log::AppendSettled settled) override;
  [[nodiscard]] std::unique_ptr<log::Reader> read(log::StreamName stream, std::uint64_t from_sequence, log::Deliver deliver) override;
  [[nodiscard]] std::unique_ptr<log::Reader> listen(log::Deliver deliver) override;
  [[nodiscard]] Result<log::StreamBounds> bounds(log::StreamName stream) override;
  [[nodiscard]] Result<log::StoredMessage> get(log::StreamName stream, std::uint64_t sequence) override;

  // Nothing comes through, neither way.
  bool cut_off = false;
  // The stream that an owner folds: read from behind its beginning, it was begun from a snapshot.
  std::optional<log::StreamName> own_stream;

  // Of the appends that were sent: which have not arrived, which are stored and not acknowledged, which acks nobody has looked at.
  struct UnderWay {
    int requests = 0;
    int answers = 0;
    int unread = 0;
  };
  [[nodiscard]] const UnderWay& under_way() const { return under_way_; }
  // The process has looked at what came.
  void looked() { under_way_.unread = 0; }

  void wake_readers(log::StreamName stream);
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  class StreamLink;
  using Moves = log::jetstream::Moves;
  using Ticket = log::jetstream::Ticket;

  void carry_out(Moves moves);
  void send(Ticket ticket, std::shared_ptr<void> message);
  void arrive(Ticket ticket, const std::shared_ptr<void>& message);
  void answer(Ticket ticket, Result<std::uint64_t> outcome, std::int64_t delay_ms);
  void set_timer();
  void look_at_time();
  [[nodiscard]] log::jetstream::Instant instant() const;
  [[nodiscard]] std::int64_t delay_ms();

  Cluster& cluster_;
  const std::uint64_t number_;
  std::function<void()> heard_;
  log::jetstream::PendingAppends pending_;
  Ticket next_ticket_ = 1;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::optional<std::int64_t> timer_at_ms_;
  UnderWay under_way_;
  std::vector<StreamLink*> links_;  // in the order of their making
};

}  // namespace ordo::simulation
