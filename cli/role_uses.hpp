#pragma once
// Purpose: what each role does with NATS, in one table, and the users of a NATS server that follow from it.
// Threads: plain values.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "events/log/jetstream/subject_rights.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::cli {

// The user of people and of the commands that they run: it may do everything, and what it changes stands in the stream AUDIT.
inline constexpr std::string_view kOperator = "operator";

// One row for each role; the operator is no role.
[[nodiscard]] std::span<const log::jetstream::LogUse> role_uses();

// The user that a process connects as: its role's, or the operator's for every other name.
[[nodiscard]] std::string_view user_of(std::string_view process);

using PasswordOf = std::function<Result<std::string>(std::string_view user)>;

// A block `authorization` for nats-server's configuration, with all users. Errors: those of `password_of`.
[[nodiscard]] Result<std::string> authorization_text(log::Partition partitions, const PasswordOf& password_of);

}  // namespace ordo::cli
