#pragma once
// Purpose: runs one lane on a thread of its own: reads the log from the lane's checkpoint on, feeds it, and after a failure starts
//          over from what is written. While Postgres is away it tries again for ever; nothing is lost, the log has it. A live lane that an
//          operator has paused waits.
// Threads: `reached` and `events` may be called by all; `give_up` comes on the driver's thread.

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>

#include "projections/runtime/lane.hpp"

namespace ordo::projections {

struct ProjectorSettings {
  const ReadModelDefinition& model;  // outlives the projector, and so does the log
  log::EventLog& log;
  log::Partition partitions = log::kPartitionsDefault;
  std::optional<std::set<log::Partition>> share{};  // those of them that this projector serves; all unless set
  std::string_view schema;         // whose tables are there
  std::optional<IdBytes> claim{};  // what must stand in the schema; a live projector feeds whatever serves
  postgres::ConnectionOptions connection;
  std::size_t batch_bytes_max = 1 << 20;
  // Fills bare tables from these streams up to these messages, and ends. Unset: feeds whole ones, and goes on.
  std::optional<Reached> until{};
  // Called at most once for each lane, which has stopped: what was read cannot be understood, or belongs to another version.
  std::function<void(const Failure&)> give_up;
};

class TimeOrderedMailbox;

class LaneDriver {
 public:
  LaneDriver(const ProjectorSettings& settings, const LaneDefinition& definition);
  // Does not wait. What is under way is finished, unless Postgres hangs.
  void request_stop() { thread_.request_stop(); }
  void stop();
  // Until it has ended by itself: it has filled what it was to fill, or given up, or was told to stop.
  void join() { thread_.join(); }
  [[nodiscard]] bool has_filled() const { return filled_; }
  ~LaneDriver() { stop(); }

  // What is written, once the lane has been opened; empty before.
  [[nodiscard]] Reached reached() const;
  // How many events this driver has written.
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] Result<void> serve(const std::stop_token& stop);
  [[nodiscard]] Result<void> fill(const std::stop_token& stop, postgres::Connection& connection);
  [[nodiscard]] Result<void> apply(postgres::Connection& connection, const std::vector<log::StoredMessage>& messages);
  [[nodiscard]] Result<void> forget_what_is_gone(TimeOrderedMailbox& mailbox) const;
  [[nodiscard]] Result<postgres::Connection> open_lane(const std::stop_token& stop);
  [[nodiscard]] Result<void> wait_while_paused(postgres::Connection& connection, const std::stop_token& stop);
  [[nodiscard]] Result<void> check_log(const std::stop_token& stop) const;
  [[nodiscard]] bool is_hopeless(const Failure& reason) const;
  void wait(const std::stop_token& stop, const Failure& reason);
  void publish();

  const ProjectorSettings settings_;
  Lane lane_;
  // Both without one row written by anybody in between.
  int failures_in_row_ = 0;
  int conflicts_in_row_ = 0;
  mutable std::mutex mutex_;
  Reached published_;
  std::atomic<std::uint64_t> events_ = 0;
  std::atomic<bool> filled_ = false;
  std::jthread thread_;
};

}  // namespace ordo::projections
