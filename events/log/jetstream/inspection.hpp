#pragma once
// Purpose: what the JetStream servers tell of themselves and of our streams, for whoever looks for trouble. It changes nothing.
// Errors: unavailable, timeout, corrupt.
// Threads: none of its own; it blocks.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/jetstream/connection.hpp"
#include "events/log/stream.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::log::jetstream {

struct StreamCondition {
  std::string name;
  bool is_there = false;
  std::string differences;              // from what `set_up` makes: "max_age is 5 instead of 0"; empty: none
  std::vector<std::string> lame_copies;  // "nats-2 is away", "nats-3 lags behind"
};

struct LogInspection {
  std::optional<Partition> partitions;  // nothing: it was never set up
  int replicas = 1;                     // as its first stream has them
  std::optional<Timestamp> server_time;
  std::uint64_t stored_bytes = 0;
  std::uint64_t reserved_bytes = 0;
  std::optional<std::uint64_t> bytes_max;  // of the account; nothing: no limit but the server's
  std::vector<StreamCondition> streams;
};

// `partitions`: which to look for where the system does not say how many it has.
[[nodiscard]] Result<LogInspection> inspect(Connection& connection, Partition partitions);

// What a server's monitoring page /varz says beside; only this tells how it syncs.
struct ServerInspection {
  std::string name;
  std::string version;
  bool syncs_always = false;
  std::optional<std::int64_t> sync_interval_ms;
  std::string store_folder;
  std::optional<Timestamp> now;
};

// Nothing for what is no such page.
[[nodiscard]] std::optional<ServerInspection> parse_server_page(std::string_view varz);

// The greeting of a server, "INFO {…}": its version. Nothing for what is none.
[[nodiscard]] std::optional<std::string> version_in_greeting(std::string_view line);
// Whether it lets in nobody but its users.
[[nodiscard]] bool asks_for_a_user(std::string_view line);

}  // namespace ordo::log::jetstream
