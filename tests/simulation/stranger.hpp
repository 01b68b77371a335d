#pragma once
// Purpose: somebody who appends to an owner's stream, with no fence and for no cause: an operator's tool, or an owner of another kind.
//          What he appends could stand there; that its sequence was another's is what counts.
// Threads: one.

#include "tests/simulation/auditor.hpp"
#include "tests/simulation/cluster.hpp"

namespace ordo::simulation {

// To ORDERS: a cancellation once more, where one stands near the end; to BILLING: a wallet; to NOTIFICATIONS: a letter;
// or a message without events.
void append_as_stranger(Cluster& cluster, const Auditor& auditor, log::StreamName stream);

}  // namespace ordo::simulation
