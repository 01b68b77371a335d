// Loads the edge with orders and writes a line per order, then a summary as JSON:
//   bench_load --host H --port P --tokens FILE --samples FILE [--rate N] [--seconds N] [--connections N] [--wait N] [--keyed 0|1]
//              [--path PATH --body JSON] [--count N]
// The tokens stand in the file one per line. A sample is: id of the order or operation, due (Unix µs), latency (µs), status.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <sys/resource.h>

#include "tests/bench/load.hpp"

namespace ordo::bench {
namespace {

using Flags = std::map<std::string, std::string>;

constexpr std::string_view kTwoLines =
    R"({"items":[{"sku":"TEA-1","name":"Green tea","quantity":2,"unit_price":125},{"sku":"CUP-7","quantity":1,"unit_price":350}],"currency":"EUR"})";

std::optional<Flags> flags_of(int count, char** words) {
  Flags flags;
  for (int at = 1; at < count; at += 2) {
    const std::string name = words[at];
    if (!name.starts_with("--") || at + 1 == count) return std::nullopt;
    flags[name.substr(2)] = words[at + 1];
  }
  const bool complete = flags.contains("host") && flags.contains("port") && flags.contains("tokens") && flags.contains("samples");
  return complete ? std::optional(flags) : std::nullopt;
}

double number_in(const Flags& flags, const std::string& name, double otherwise) {
  const auto found = flags.find(name);
  return found == flags.end() ? otherwise : std::stod(found->second);
}

std::string text_in(const Flags& flags, const std::string& name, std::string_view otherwise) {
  const auto found = flags.find(name);
  return found == flags.end() ? std::string(otherwise) : found->second;
}

std::string content_of(const std::string& file) {
  std::ostringstream content;
  content << std::ifstream(file).rdbuf();
  return std::move(content).str();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1)) lines.push_back(text.substr(0, end));
  return lines;
}

// `tokens` outlives the plan.
LoadPlan plan_of(const Flags& flags, std::string_view tokens) {
  LoadPlan plan;
  plan.host = flags.at("host");
  plan.port = flags.at("port");
  plan.path = text_in(flags, "path", plan.path);
  plan.body = text_in(flags, "body", kTwoLines);
  plan.tokens = lines_of(tokens);
  plan.rate_per_second = number_in(flags, "rate", 0);
  plan.duration = std::chrono::microseconds(static_cast<std::int64_t>(number_in(flags, "seconds", 10) * 1e6));
  if (flags.contains("count")) plan.count_max = std::stoull(flags.at("count"));
  plan.connections = static_cast<std::size_t>(number_in(flags, "connections", 64));
  plan.wait_seconds = static_cast<int>(number_in(flags, "wait", 0));
  plan.keyed = number_in(flags, "keyed", 1) != 0;
  plan.key_prefix = fmt::format("bench-{}-", std::chrono::system_clock::now().time_since_epoch().count());
  return plan;
}

// The smallest latency that at least this share of the orders kept to. Requires: sorted, not empty.
std::int64_t percentile(const std::vector<std::int64_t>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()) + 0.999999);
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

// Of those that were done as wished: a refusal that comes at once must not pass for speed.
std::string shares_of(std::vector<std::int64_t> latencies) {
  std::ranges::sort(latencies);
  std::string shares;
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1.0}}) {
    shares += fmt::format(", \"{}_us\": {}", name, latencies.empty() ? 0 : percentile(latencies, share));
  }
  return shares;
}

std::string summary_of(const LoadResult& result) {
  std::map<int, std::uint64_t> by_status;
  std::vector<std::int64_t> latencies;
  std::uint64_t retry_after = 0;
  for (const auto& sample : result.samples) {
    ++by_status[sample.status];
    retry_after += sample.retry_after ? 1 : 0;
    if (sample.status >= 200 && sample.status < 300) latencies.push_back(sample.latency_us);
  }
  std::string statuses;
  for (const auto& [status, count] : by_status) statuses += fmt::format("{}\"{}\": {}", statuses.empty() ? "" : ", ", status, count);
  return fmt::format("{{\"answers\": {{{}}}, \"with_retry_after\": {}, \"never_sent\": {}, \"failed_connections\": {}, \"began_us\": {}, "
                     "\"sent_last_us\": {}, \"elapsed_us\": {}{}}}",
                     statuses, retry_after, result.never_sent, result.failed_connections, result.began_us, result.sent_last_us,
                     result.elapsed_us, shares_of(std::move(latencies)));
}

void allow_many_connections() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

int run(const Flags& flags) {
  allow_many_connections();
  const auto tokens = content_of(flags.at("tokens"));
  const auto plan = plan_of(flags, tokens);
  if (plan.tokens.empty()) {
    fmt::print(stderr, "bench_load: no tokens in {}\n", flags.at("tokens"));
    return 1;
  }
  const auto result = run_load(plan);
  std::ofstream samples(flags.at("samples"));
  for (const auto& sample : result.samples) {
    fmt::print(samples, "{},{},{},{}\n", sample.id_text(), sample.due_us, sample.latency_us, sample.status);
  }
  fmt::print("{}\n", summary_of(result));
  return samples && !result.samples.empty() ? 0 : 1;
}

}  // namespace
}  // namespace ordo::bench

int main(int count, char** words) {
  const auto flags = ordo::bench::flags_of(count, words);
  if (flags) return ordo::bench::run(*flags);
  fmt::print(stderr, "bench_load: --host, --port, --tokens and --samples must be given, each flag with a value\n");
  return 2;
}
