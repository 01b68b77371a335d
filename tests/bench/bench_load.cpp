// Loads the edge with orders and writes a line per order, then a summary as JSON:
//   bench_load --host H --port P --tokens FILE --samples FILE [--rate N] [--seconds N] [--connections N] [--wait N] [--keyed 0|1]
// The tokens stand in the file one per line. A sample is: order id, due (Unix µs), latency (µs), status.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "tests/bench/load.hpp"

namespace ordo::bench {
namespace {

using Flags = std::map<std::string, std::string>;

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

LoadPlan plan_of(const Flags& flags) {
  LoadPlan plan;
  plan.host = flags.at("host");
  plan.port = flags.at("port");
  std::ifstream tokens(flags.at("tokens"));
  for (std::string line; std::getline(tokens, line);) plan.tokens.push_back(line);
  plan.rate_per_second = number_in(flags, "rate", 0);
  plan.duration = std::chrono::seconds(static_cast<int>(number_in(flags, "seconds", 10)));
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

std::string summary_of(const LoadResult& result) {
  std::map<int, std::uint64_t> by_status;
  std::vector<std::int64_t> latencies;
  for (const auto& sample : result.samples) {
    ++by_status[sample.status];
    latencies.push_back(sample.latency_us);
  }
  std::ranges::sort(latencies);
  std::string statuses;
  for (const auto& [status, count] : by_status) statuses += fmt::format("{}\"{}\": {}", statuses.empty() ? "" : ", ", status, count);
  std::string shares;
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1.0}}) {
    shares += fmt::format(", \"{}_us\": {}", name, latencies.empty() ? 0 : percentile(latencies, share));
  }
  return fmt::format("{{\"answers\": {{{}}}, \"never_sent\": {}, \"failed_connections\": {}, \"elapsed_us\": {}{}}}", statuses,
                     result.never_sent, result.failed_connections, result.elapsed_us, shares);
}

int run(const Flags& flags) {
  const auto plan = plan_of(flags);
  if (plan.tokens.empty()) {
    fmt::print(stderr, "bench_load: no tokens in {}\n", flags.at("tokens"));
    return 1;
  }
  const auto result = run_load(plan);
  std::ofstream samples(flags.at("samples"));
  for (const auto& sample : result.samples) {
    fmt::print(samples, "{},{},{},{}\n", sample.order_id, sample.due_us, sample.latency_us, sample.status);
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
