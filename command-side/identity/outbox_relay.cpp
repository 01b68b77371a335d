#include "command-side/identity/outbox_relay.hpp"

#include <chrono>
#include <future>
#include <map>
#include <memory>

#include <spdlog/spdlog.h>

#include "events/log/event.hpp"

namespace ordo::identity {
namespace {

// What goes to one partition, as one message.
struct Bundle {
  log::Run run;
  postgres::Column<std::int64_t> places;
};

log::Event read_event(const postgres::Row& row) {
  return {.id = row.get<EventId>(1),
          .payload = {row.get<std::string>(3), row.bytes(4)},
          .trace = {row.get<std::string>(5), row.get<std::string>(6), row.get<UserId>(2), log::Key{row.get<UserId>(2), std::nullopt}},
          .time = row.get<Timestamp>(7)};
}

Result<std::map<log::Partition, Bundle>> take_bundles(postgres::Transaction& transaction, log::Partition partitions) {
  const auto rows = transaction.execute(
      "SELECT place, event_id, user_id, type, payload, correlation_id, traceparent, recorded_at FROM identity.outbox "
      "ORDER BY place LIMIT $1::bigint FOR UPDATE SKIP LOCKED",
      kRelayBatchMax);
  if (!rows) return tl::unexpected(rows.error());
  std::map<log::Partition, Bundle> bundles;
  for (const auto row : *rows) {
    auto& bundle = bundles[log::partition_of(row.get<UserId>(2), partitions)];
    bundle.run.events.push_back(read_event(row));
    bundle.places.push(row.get<std::int64_t>(0));
  }
  return bundles;
}

std::future<Result<std::uint64_t>> append(log::EventLog& log, log::Partition partition, const log::Run& run) {
  auto settled = std::make_shared<std::promise<Result<std::uint64_t>>>();
  auto outcome = settled->get_future();
  log.append({.stream = {log::StreamKind::users, partition},
              .subject = log::subject(log::Topic::user_registered, partition),
              .payload = log::encode_run(run)},
             [settled](Result<std::uint64_t> answer) { settled->set_value(std::move(answer)); });
  return outcome;
}

// Forgets what the log has; answers how many that is, and why the rest failed, if it did.
struct Carried {
  std::size_t events = 0;
  std::optional<Failure> failed;
};

Result<Carried> carry(postgres::Transaction& transaction, log::EventLog& log, const std::map<log::Partition, Bundle>& bundles) {
  std::map<log::Partition, std::future<Result<std::uint64_t>>> appends;
  for (const auto& [partition, bundle] : bundles) appends.emplace(partition, append(log, partition, bundle.run));
  Carried carried;
  for (auto& [partition, outcome] : appends) {
    const auto stored = outcome.get();
    if (!stored) {
      carried.failed = stored.error();
      continue;
    }
    const auto& places = bundles.at(partition).places;
    const auto gone = transaction.execute("DELETE FROM identity.outbox WHERE place = ANY($1::bigint[])", places);
    if (!gone) return tl::unexpected(gone.error());
    carried.events += places.size();
  }
  return carried;
}

}  // namespace

Result<std::size_t> OutboxRelay::relay_batch() {
  const auto carried = pool_.transact([&](postgres::Transaction& transaction) {
    return take_bundles(transaction, partitions_).and_then([&](const std::map<log::Partition, Bundle>& bundles) {
      return carry(transaction, log_, bundles);
    });
  });
  if (!carried) return tl::unexpected(carried.error());
  if (carried->failed) return tl::unexpected(*carried->failed);
  return carried->events;
}

OutboxRelayThread::OutboxRelayThread(OutboxRelay relay)
    : relay_(relay), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void OutboxRelayThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  woken_.notify_one();
}

void OutboxRelayThread::await_pass(Hurry hurry, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  if (hurry == Hurry::yes) {
    wanted_ = true;
    woken_.notify_one();
  }
  passed_.wait_for(lock, limit, [this, awaited = passes_begun_ + 1] { return passes_ended_ >= awaited; });
}

void OutboxRelayThread::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    ++passes_begun_;
    lock.unlock();
    relay_all(stop);
    lock.lock();
    ++passes_ended_;
    passed_.notify_all();
    // After a failure nobody's hurry helps: the second is waited for.
    woken_.wait_for(lock, stop, std::chrono::seconds(1), [&] { return wanted_ && !failing_; });
    wanted_ = false;
  }
}

void OutboxRelayThread::relay_all(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto carried = relay_.relay_batch();
    if (carried.has_value() == failing_) {
      failing_ = !failing_;
      failing_ ? spdlog::warn("outbox: events wait: {}", carried.error().text) : spdlog::info("outbox: events go on");
    }
    if (!carried || *carried < static_cast<std::size_t>(kRelayBatchMax)) return;
  }
}

}  // namespace ordo::identity
