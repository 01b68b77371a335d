#include "cli/role_report.hpp"

#include <charconv>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace ordo::cli {
namespace {

// "consumer ORDERS-0 COMMANDS-0 17"
std::optional<Consumer> parse_consumer(std::istream& words) {
  std::string output, input;
  Consumer consumer;
  if (!(words >> output >> input >> consumer.consumed)) return std::nullopt;
  const auto from = log::parse_stream_name(input), to = log::parse_stream_name(output);
  if (!from || !to) return std::nullopt;
  consumer.output = *to;
  consumer.input = *from;
  return consumer;
}

// False: no line of a report. What a newer version says beside is passed over.
bool read_line(const std::string& line, RoleReport& report) {
  std::istringstream words(line);
  std::string name, value;
  words >> name;
  if (name == "consumer") {
    const auto consumer = parse_consumer(words);
    if (consumer) report.consumers.push_back(*consumer);
    return consumer.has_value();
  }
  if (name == "open_files") {
    words >> report.open_files >> report.open_files_max;
    return !words.fail();
  }
  words >> value;
  if (name == "role") report.role = value;
  if (name == "instance") report.instance = value;
  if (name == "version") report.version = value;
  if (name != "started" && name != "now") return true;
  const auto time = parse_timestamp(value);
  if (time) (name == "started" ? report.started : report.now) = *time;
  return time.has_value();
}

}  // namespace

std::optional<log::StreamKind> output_of(std::string_view role) {
  if (role == "orders") return log::StreamKind::orders;
  if (role == "billing") return log::StreamKind::billing;
  if (role == "notifications") return log::StreamKind::notifications;
  return std::nullopt;
}

std::string text(const RoleReport& report) {
  auto lines = fmt::format("role {}\ninstance {}\nversion {}\nstarted {}\nnow {}\n", report.role, report.instance, report.version,
                           text(report.started), text(report.now));
  for (const auto& [output, input, consumed] : report.consumers) {
    lines += fmt::format("consumer {} {} {}\n", log::text(output), log::text(input), consumed);
  }
  if (report.open_files_max > 0) lines += fmt::format("open_files {} {}\n", report.open_files, report.open_files_max);
  return lines;
}

std::optional<RoleReport> parse_report(std::string_view text) {
  RoleReport report;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (!read_line(line, report)) return std::nullopt;
  }
  return report.role.empty() || report.instance.empty() ? std::nullopt : std::optional(std::move(report));
}

Result<std::unique_ptr<log::Service>> serve_reports(log::RequestReply& port, std::function<RoleReport()> report) {
  return port.serve({.subject = kRolesSubject, .queue_group = "", .queue_size_max = 16},
                    [report = std::move(report)](const std::string&) { return text(report()); });
}

}  // namespace ordo::cli
