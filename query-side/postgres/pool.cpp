#include "query-side/postgres/pool.hpp"

namespace ordo::postgres {

Pool::Pool(PoolOptions options) : options_(std::move(options)) {}

Result<Pool::Lease> Pool::acquire() {
  auto lease = take();
  if (!lease || !options_.admit) return lease;
  if (auto admitted = options_.admit(**lease); !admitted) return tl::unexpected(admitted.error());
  return lease;
}

Result<Pool::Lease> Pool::take() {
  {
    std::unique_lock lock(mutex_);
    const bool free = freed_.wait_for(lock, options_.acquire_limit, [&] { return borrowed_ < options_.connections_max; });
    if (!free) return failure(FailureKind::unavailable, "postgres: every connection is in use");
    ++borrowed_;
    if (!idle_.empty()) {
      Lease lease(*this, std::move(idle_.back()));
      idle_.pop_back();
      return lease;
    }
  }
  auto connection = Connection::open(options_.connection);
  if (connection) return Lease(*this, std::move(*connection));
  {
    const std::lock_guard lock(mutex_);
    --borrowed_;
  }
  freed_.notify_one();
  return tl::unexpected(std::move(connection.error()));
}

void Pool::give_back(Connection connection) {
  std::vector<Connection> closed;  // outside the lock
  {
    const std::lock_guard lock(mutex_);
    --borrowed_;
    if (connection.usable()) {
      idle_.push_back(std::move(connection));
    } else {
      closed.swap(idle_);
    }
  }
  freed_.notify_one();
}

}  // namespace ordo::postgres
