#pragma once
// Purpose: commands that no owner can read, as a newer gateway would leave them, and the operator who throws them away.
// Threads: one.

#include "tests/simulation/auditor.hpp"
#include "tests/simulation/cluster.hpp"

namespace ordo::simulation {

// About an order that was asked for, or about a user and so about all their orders.
void append_broken_command(Cluster& cluster, const Auditor& auditor, log::Partition partition);

// Of everything that is parked: that it be decided again, which leaves what is broken where it is, or that the broken input which stands
// first be thrown away. Says whether there was any.
bool release_parked(Cluster& cluster, const Auditor& auditor, log::Partition partition, parking::Discard discard);

}  // namespace ordo::simulation
