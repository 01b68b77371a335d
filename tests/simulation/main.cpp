// Runs stories: simulation [--seeds N] [--first-seed S] [--orders N] [--jobs N] [--rush]
// Each seed is one story, told on one thread; a seed whose story breaks a promise is printed with its end.
// Exit: 0 when every promise was kept, 1 when one was broken, 2 for arguments that are none.

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "tests/simulation/world.hpp"

namespace ordo::simulation {
namespace {

struct Totals {
  std::mutex mutex;
  std::uint64_t events = 0;
  std::uint64_t events_min = ~std::uint64_t{0};
  std::uint64_t broken = 0;
  Occurrences occurrences;
};

void tell_story(std::uint64_t seed, Custom custom, int orders, Totals& totals) {
  World world(seed, custom, orders);
  std::string broken;
  try {
    world.run();
  } catch (const std::exception& violation) {
    broken = violation.what();
  }
  const std::scoped_lock lock(totals.mutex);
  totals.events += world.events();
  totals.events_min = std::min<std::uint64_t>(totals.events_min, world.events());
  totals.occurrences.add(world.occurrences());
  if (broken.empty()) return;
  ++totals.broken;
  fmt::print("seed {} breaks a promise: {}\n{}", seed, broken, world.last_notes());
  fmt::print("again: simulation --first-seed {} --seeds 1 {}\n", seed,
             custom == Custom::rush ? "--rush" : fmt::format("--orders {}", orders));
}

void print_occurrences(const Occurrences& occurrences) {
  for (std::size_t kind = 0; kind < kOccurrences; ++kind) {
    const auto occurrence = static_cast<Occurrence>(kind);
    fmt::print("{:>12}  {}\n", occurrences.of(occurrence), text(occurrence));
  }
}

}  // namespace
}  // namespace ordo::simulation

int main(int argc, char** argv) {
  using namespace ordo::simulation;
  CLI::App app("Tells stories of a whole Ordo in virtual time, with everything failing that can; each seed is one story.");
  std::uint64_t seeds = 1'000;
  std::uint64_t first_seed = 1;
  int orders = 240;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::uint64_t broken_max = 1;
  bool rush = false;
  app.add_option("--seeds", seeds, "how many stories");
  app.add_option("--first-seed", first_seed, "the first one's seed; the others follow");
  app.add_option("--orders", orders, "orders in each story");
  app.add_option("--jobs", jobs, "stories told at once");
  app.add_option("--broken-max", broken_max, "stop after so many broken promises");
  app.add_flag("--rush", rush, "each story is a hundred orders at once on a wallet that can pay for thirty");
  CLI11_PARSE(app, argc, argv);
  spdlog::set_level(spdlog::level::off);

  const auto began = std::chrono::steady_clock::now();
  Totals totals;
  std::atomic<std::uint64_t> next = first_seed;
  const auto tell = [&] {
    for (auto seed = next++; seed < first_seed + seeds; seed = next++) {
      {
        const std::scoped_lock lock(totals.mutex);
        if (totals.broken >= broken_max) return;
      }
      tell_story(seed, rush ? Custom::rush : Custom::usual, orders, totals);
    }
  };
  {
    std::vector<std::jthread> tellers;
    for (unsigned count = 0; count < jobs; ++count) tellers.emplace_back(tell);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const auto told = std::min(next.load(), first_seed + seeds) - first_seed;
  fmt::print("{} stories from seed {}, {} events ({} at least in each), {:.1f} s\n", told, first_seed, totals.events, totals.events_min,
             took.count());
  print_occurrences(totals.occurrences);
  fmt::print("broken promises: {}\n", totals.broken);
  return totals.broken == 0 ? 0 : 1;
}
