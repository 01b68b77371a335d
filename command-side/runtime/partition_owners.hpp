#pragma once
// Purpose: the owners of all partitions that this instance of a role holds, each on a thread of its own. They come and go with the
//          leases. One that was fenced off stands by until the leases have been read again; if they still say that it is ours, it
//          folds again.
// Limits:  an end takes as long as `OwnerThread` says; all that end do so at the same time.
// Threads: `serve` from one thread (the lease keeper's), `running` and `consumed` from all; `failed` comes on an owner's thread.

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "command-side/runtime/owner_thread.hpp"
#include "command-side/runtime/partition_share.hpp"

namespace ordo::runtime {

class PartitionOwners {
 public:
  using MakeOwner = std::function<std::unique_ptr<PartitionOwner>(log::Partition)>;

  PartitionOwners(MakeOwner make_owner, std::function<void(const Failure&)> failed)
      : make_owner_(std::move(make_owner)), failed_(std::move(failed)) {}

  // Owns exactly these: when it returns, no other one decides or appends any more.
  void serve(const Partitions& held);

  // True when all that are owned are folded and deciding.
  [[nodiscard]] bool running() const;

  // How far each owner has come in its inputs; one that folds has not begun.
  [[nodiscard]] std::map<log::Partition, Consumed> consumed() const;

 private:
  const MakeOwner make_owner_;
  const std::function<void(const Failure&)> failed_;
  mutable std::mutex mutex_;
  std::map<log::Partition, std::unique_ptr<OwnerThread>> owners_;
};

}  // namespace ordo::runtime
