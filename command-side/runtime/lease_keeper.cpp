#include "command-side/runtime/lease_keeper.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

namespace ordo::runtime {
namespace {

// After a pause of this process, or while the store was away, the others may have renewed without being seen: such a gap
// counts as no more than this.
constexpr std::chrono::milliseconds kWatchedAtMost{1'000};

}  // namespace

LeaseKeeper::LeaseKeeper(log::LeaseStore& store, std::string role, std::string instance_name, log::Partition partitions, Serve serve,
                         log::InstanceId life)
    : store_(store),
      role_(std::move(role)),
      self_{std::move(instance_name), life},
      serve_(std::move(serve)),
      share_(self_, partitions) {}

bool LeaseKeeper::turn(SteadyTime now) {
  if (share_.is_replaced()) return false;
  if (!renewed_ || now - *renewed_ >= kRenewedEvery) renew(now);
  if (!look(now)) return false;  // nothing new is known: what is served goes on
  const auto moves = share_.moves();
  settled_ = share_.own_revision() && moves.take.empty() && moves.give_back.empty();
  const bool took = write(moves.take);
  for (const auto& back : moves.give_back) share_.giving_back(back.lease.partition);
  // The end of an owner may take seconds: the presence must not run out meanwhile.
  if (!moves.give_back.empty()) renew(now);
  serve_(share_.is_replaced() ? Partitions{} : share_.held());
  const bool gave = write(moves.give_back);
  // Should it fail, the next turn tries again.
  for (const auto& gone : moves.forget) (void)store_.forget(role_, gone.name, gone.revision);
  return took || gave;
}

void LeaseKeeper::leave() {
  serve_({});
  if (!share_.own_revision() || share_.is_replaced()) return;
  const auto left = store_.write(role_, presence(true), share_.own_revision());
  if (!left) spdlog::warn("{}: the others could not be told that {} leaves: {}", role_, self_.name, left.error().text);
}

// The first time whatever stands there: an earlier life of this instance is over. Later only upon the own last write, so that a
// later life of this instance is noticed.
void LeaseKeeper::renew(SteadyTime now) {
  const auto own = share_.own_revision();
  auto next = presence(false);
  auto written = store_.write(role_, next, own);
  // Written by another life, or removed because this one was silent for long: to be told apart by reading.
  if (own && !written && written.error().kind == FailureKind::conflict && look(now) && share_.own_revision() == own &&
      !share_.is_replaced()) {
    written = store_.write(role_, next, 0);
  }
  if (!written) return note("the presence could not be renewed", written.error());
  renewed_ = now;
  stored(*written, std::move(next));
}

bool LeaseKeeper::look(SteadyTime now) {
  const auto entries = store_.written_after(role_, seen_revision_);
  if (!entries) {
    note("the leases cannot be read", entries.error());
    return false;
  }
  if (std::exchange(failing_, false)) spdlog::info("{}: the leases can be read again", role_);
  if (looked_) share_.watched(std::min(std::chrono::duration_cast<std::chrono::milliseconds>(now - *looked_), kWatchedAtMost));
  looked_ = now;
  const auto before = share_.held();
  share_.see(*entries);
  for (const auto& entry : *entries) seen_revision_ = std::max(seen_revision_, entry.revision);
  const auto held = share_.held();
  Partitions lost;
  std::ranges::set_difference(before, held, std::inserter(lost, lost.end()));
  if (!lost.empty()) spdlog::warn("{}: another instance has taken {}", role_, fmt::join(lost, ", "));
  return true;
}

bool LeaseKeeper::write(const std::vector<PartitionShare::Write>& writes) {
  bool any = false;
  for (const auto& [lease, expected] : writes) {
    const auto written = store_.write(role_, lease, expected);
    if (written) {
      stored(*written, lease);
      any = true;
      spdlog::info("{}: {} {} partition {}, term {}", role_, self_.name, lease.holder.is_nil() ? "gives back" : "takes",
                   lease.partition, lease.term);
    } else if (written.error().kind != FailureKind::conflict) {
      note("a lease may not be written", written.error());
    }
  }
  return any;
}

log::Presence LeaseKeeper::presence(bool leaving) { return {self_.name, self_.id, ++renewals_, leaving}; }

// A revision that is not above all that were seen: the store was made anew, and everything is read from its beginning.
void LeaseKeeper::stored(std::uint64_t revision, std::variant<log::Lease, log::Presence> content) {
  if (revision <= seen_revision_) {
    share_.forget_everything();
    seen_revision_ = 0;
  }
  share_.see({{revision, {}, std::move(content)}});
}

void LeaseKeeper::note(const char* what, const Failure& reason) {
  if (!std::exchange(failing_, true)) spdlog::warn("{}: {}: {}", role_, what, reason.text);
}

LeaseKeeperThread::LeaseKeeperThread(LeaseKeeper keeper, std::function<void()> replaced)
    : keeper_(std::move(keeper)),
      thread_([this, replaced = std::move(replaced)](const std::stop_token& stop) { run(stop, replaced); }) {}

void LeaseKeeperThread::run(const std::stop_token& stop, const std::function<void()>& replaced) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  while (!stop.stop_requested() && !keeper_.is_replaced()) {
    const bool moved = keeper_.turn(std::chrono::steady_clock::now());
    settled_ = keeper_.settled();
    if (moved) continue;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, kTurnEvery, [] { return false; });
  }
  keeper_.leave();
  if (keeper_.is_replaced()) replaced();
}

}  // namespace ordo::runtime
