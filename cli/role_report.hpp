#pragma once
// Purpose: what a role's process says of itself to whoever asks, on the subject "ordo.roles": who it is, since when, which version, and how
//          far its owners have come. Nothing of it is stored; a process that does not answer is not there.
// Errors:  `parse_report` answers nothing for text that is no report.
// Threads: plain values; a report is made on a thread of the service.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/request_reply.hpp"
#include "events/log/stream.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::cli {

inline constexpr const char* kRolesSubject = "ordo.roles";

// One owner in one of its inputs.
struct Consumer {
  log::StreamName output;
  log::StreamName input;
  std::uint64_t consumed = 0;  // the sequence up to which every event was taken

  friend bool operator==(const Consumer&, const Consumer&) = default;
};

struct RoleReport {
  std::string role;
  std::string instance;
  std::string version;
  Timestamp started;
  Timestamp now;  // by its clock
  std::vector<Consumer> consumers;
  std::uint64_t open_files = 0;      // sockets among them
  std::uint64_t open_files_max = 0;  // as the system allows the process; 0: not told

  friend bool operator==(const RoleReport&, const RoleReport&) = default;
};

// The stream that a deciding role appends to; nothing for the others.
[[nodiscard]] std::optional<log::StreamKind> output_of(std::string_view role);

[[nodiscard]] std::string text(const RoleReport& report);
[[nodiscard]] std::optional<RoleReport> parse_report(std::string_view text);

// Reports as long as it lives. Errors: unavailable.
[[nodiscard]] Result<std::unique_ptr<log::Service>> serve_reports(log::RequestReply& port, std::function<RoleReport()> report);

}  // namespace ordo::cli
