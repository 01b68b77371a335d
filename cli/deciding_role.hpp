#pragma once
// Purpose: runs one deciding context until the process is told to stop: those of its partitions that this instance holds a lease of.

#include <functional>
#include <memory>
#include <string>

#include "cli/connections.hpp"
#include "command-side/runtime/owner_thread.hpp"

namespace ordo::cli {

using MakeContext = std::function<std::unique_ptr<runtime::Context>(log::Partition, runtime::Mailbox&)>;

// What a context needs besides the log is made by `prepare`, which is given the open connection.
[[nodiscard]] int run_deciding_role(const std::string& role, const Settings& settings,
                                    const std::function<MakeContext(LogConnection&)>& prepare);

}  // namespace ordo::cli
