#include "projections/runtime/lane_driver.hpp"

#include <algorithm>
#include <condition_variable>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "events/log/patient_bounds.hpp"
#include "events/vocabulary/pace.hpp"
#include "projections/runtime/mailbox.hpp"
#include "projections/runtime/pauses.hpp"
#include "projections/runtime/schema.hpp"
#include "projections/runtime/time_ordered_mailbox.hpp"

namespace ordo::projections {
namespace {

constexpr int kConflictsMax = 10;
constexpr std::chrono::milliseconds kWaitMin{50};
constexpr std::chrono::milliseconds kWaitMax{2'000};
constexpr std::size_t kBatchesWaitingMax = 2;
constexpr std::chrono::milliseconds kPauseLookedAtEvery{200};
// A lane to which nothing comes looks so often whether its tables are still the ones that serve.
constexpr std::chrono::milliseconds kSilenceMax{500};
// So long a log may know of less than a lane has read; it takes a cluster to elect a leader, and him to catch up.
constexpr std::chrono::milliseconds kStaleMax{5'000};

// A lane that many events come to writes them together: a transaction costs as much as dozens of rows. Counted from a batch's beginning, so
// one that is busy anyway never rests, and one that has little to do rests little.
constexpr PaceLimits kPace{std::chrono::microseconds(100), std::chrono::microseconds(60), std::chrono::milliseconds(25)};

void nap(const std::stop_token& stop, std::chrono::microseconds time) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop, time, [] { return false; });
}

void rest_until(std::chrono::steady_clock::time_point end, const std::stop_token& stop) {
  const auto left = std::chrono::ceil<std::chrono::microseconds>(end - std::chrono::steady_clock::now());
  if (left > std::chrono::microseconds(0)) nap(stop, left);
}

// The readers of a lane, and where they put what they bring.
template <class AnyMailbox>
class Intake {
 public:
  Intake(log::EventLog& log, const Reached& reached, AnyMailbox& mailbox) : mailbox_(mailbox) {
    for (const auto& [stream, sequence] : reached) {
      readers_.push_back(log.read(stream, sequence + 1, [this](log::StoredMessage message) { mailbox_.push(std::move(message)); }));
    }
  }

  // A reader that waits for room would keep its destructor waiting as well.
  ~Intake() {
    mailbox_.close();
    readers_.clear();
  }

  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

 private:
  AnyMailbox& mailbox_;
  std::vector<std::unique_ptr<log::Reader>> readers_;
};

}  // namespace

LaneDriver::LaneDriver(const ProjectorSettings& settings, const LaneDefinition& definition)
    : settings_(settings),
      lane_(settings.share ? Lane(definition, settings.schema, *settings.share, settings.until ? Stage::bare : Stage::whole)
                           : Lane(definition, settings.schema, settings.partitions)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void LaneDriver::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Reached LaneDriver::reached() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

void LaneDriver::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto served = serve(stop);
    if (served || stop.stop_requested()) return;
    const auto& reason = served.error();
    ++failures_in_row_;
    if (reason.kind == FailureKind::conflict) ++conflicts_in_row_;
    if (is_hopeless(reason)) {
      settings_.give_up({reason.kind, fmt::format("projection lane {}: {}", lane_.name(), reason.text)});
      return;
    }
    spdlog::warn("projection lane {} starts over: {}: {}", lane_.name(), to_text(reason.kind), reason.text);
    wait(stop, reason);
  }
}

// Until told to stop, or something fails.
Result<void> LaneDriver::serve(const std::stop_token& stop) {
  auto connection = open_lane(stop);
  if (!connection) return tl::unexpected(connection.error());
  if (auto waited = wait_while_paused(*connection, stop); !waited) return waited;
  if (auto sound = check_log(stop); !sound) return sound;
  if (settings_.until) return fill(stop, *connection);
  Mailbox mailbox(kBatchesWaitingMax * settings_.batch_bytes_max);
  const Intake intake(settings_.log, lane_.reached(), mailbox);
  Pace pace(kPace);
  while (!stop.stop_requested()) {
    const auto messages = mailbox.take(stop, settings_.batch_bytes_max, kSilenceMax);
    if (messages.empty() && !settings_.claim) {
      if (auto same = lane_.look_again(*connection); !same) return same;
    }
    const auto began = std::chrono::steady_clock::now();
    const auto before = events_.load();
    if (auto done = apply(*connection, messages); !done) return done;
    rest_until(began + pace.rest_after(events_ - before, began), stop);
  }
  return {};
}

Result<void> LaneDriver::fill(const std::stop_token& stop, postgres::Connection& connection) {
  TimeOrderedMailbox mailbox(lane_.reached(), *settings_.until, kBatchesWaitingMax * settings_.batch_bytes_max);
  const Intake intake(settings_.log, lane_.reached(), mailbox);
  while (!stop.stop_requested() && !mailbox.has_ended()) {
    const auto messages = mailbox.take(stop, settings_.batch_bytes_max);
    if (auto done = messages.empty() ? forget_what_is_gone(mailbox) : apply(connection, messages); !done) return done;
  }
  filled_ = mailbox.has_ended();
  return {};
}

Result<void> LaneDriver::apply(postgres::Connection& connection, const std::vector<log::StoredMessage>& messages) {
  const auto events = lane_.apply(connection, messages);
  if (!events) return tl::unexpected(events.error());
  events_ += *events;
  publish();
  return {};
}

// The inbox may lose its last message while it is waited for.
Result<void> LaneDriver::forget_what_is_gone(TimeOrderedMailbox& mailbox) const {
  for (const auto& stream : mailbox.waits_for()) {
    const auto bounds = settings_.log.bounds(stream);
    if (!bounds) return tl::unexpected(bounds.error());
    mailbox.expect_only(stream, *bounds);
  }
  return {};
}

Result<postgres::Connection> LaneDriver::open_lane(const std::stop_token& stop) {
  auto options = settings_.connection;
  options.stop = stop;
  options.by_index = !settings_.until;  // bare tables have none
  auto connection = postgres::Connection::open(options);
  if (!connection) return connection;
  if (auto opened = lane_.open(*connection, settings_.model, settings_.claim); !opened) return tl::unexpected(opened.error());
  publish();
  return connection;
}

// A live lane that is held keeps its place and writes nothing; afterwards it looks anew where it stands.
Result<void> LaneDriver::wait_while_paused(postgres::Connection& connection, const std::stop_token& stop) {
  if (settings_.claim) return {};
  for (bool waited = false;; waited = true) {
    const auto paused = is_paused(connection, lane_.name());
    if (!paused) return tl::unexpected(paused.error());
    if (stop.stop_requested() || (!*paused && !waited)) return {};
    if (!*paused) break;
    if (!waited) spdlog::warn("projection lane {} is paused by an operator: `ordo projections resume` lets it go on", lane_.name());
    nap(stop, kPauseLookedAtEvery);
  }
  spdlog::info("projection lane {} goes on", lane_.name());
  return lane_.open(connection, settings_.model).map([this] { publish(); });
}

Result<void> LaneDriver::check_log(const std::stop_token& stop) const {
  for (const auto& [stream, sequence] : lane_.reached()) {
    const auto bounds = log::patient_bounds(settings_.log, stream, sequence, kStaleMax, stop);
    if (!bounds) return tl::unexpected(bounds.error());
    if (sequence <= bounds->last_sequence) continue;
    if (stop.stop_requested()) return failure(FailureKind::unavailable, "told to stop");
    return failure(FailureKind::corrupt,
                   fmt::format("the read model has rows up to {}@{}, but the log ends at {}: the log was replaced or restored; run "
                               "`ordo projections rebuild`",
                               text(stream), sequence, bounds->last_sequence));
  }
  return {};
}

// A conflict that comes back though nobody moves is no lost race but a row that cannot be written.
bool LaneDriver::is_hopeless(const Failure& reason) const {
  return !reason.retryable() || (reason.kind == FailureKind::conflict && conflicts_in_row_ > kConflictsMax);
}

void LaneDriver::wait(const std::stop_token& stop, const Failure& reason) {
  // The first lost race is most often a swap of schemas: the lane goes on at once.
  if (reason.kind == FailureKind::conflict && failures_in_row_ == 1) return;
  nap(stop, std::min(kWaitMin * (1 << std::min(failures_in_row_, 10)), kWaitMax));
}

void LaneDriver::publish() {
  const std::lock_guard lock(mutex_);
  if (published_ == lane_.reached()) return;
  published_ = lane_.reached();
  failures_in_row_ = 0;
  conflicts_in_row_ = 0;
}

}  // namespace ordo::projections
