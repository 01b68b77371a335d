// Fills a fresh JetStream with orders, as the roles would have written them: for tests/bench/letters, owners and rebuild.
//   fill_log <nats url> orders <n> [<each>]   so many orders that have gone the whole way, so many of them to a message (100)
//   fill_log <nats url> letters <n> [<each>]  the same, but their letters have still to be written
//   fill_log <nats url> events <n>            about so many events that projections read, of every type; says how many

#include <cstdlib>
#include <iostream>

#include "events/log/jetstream/jetstream_log.hpp"
#include "events/log/jetstream/setup.hpp"
#include "tests/bench/log_story.hpp"

namespace ordo::bench {
namespace {

constexpr log::Partition kPartitions = log::kPartitionsDefault;
constexpr std::uint32_t kOrdersPerRun = 100;
constexpr std::uint64_t kUsers = 1'000;
constexpr std::uint64_t kEventsPerUser = 100;

class Filling {
 public:
  Filling(log::EventLog& log, std::uint64_t users, Fates fates) : appender_(log) {
    for (log::Partition partition = 0; partition < kPartitions; ++partition) {
      stories_.emplace_back(appender_, partition, kPartitions, users, fates);
    }
  }

  void order(std::uint32_t count) { stories_[next_++ % kPartitions].order(count); }

  std::uint64_t events() const {
    std::uint64_t events = 0;
    for (const auto& story : stories_) events += story.events();
    return events;
  }

  void end() {
    for (auto& story : stories_) story.end();
    appender_.await_all();
  }

 private:
  Appender appender_;
  std::vector<LogStory> stories_;
  std::size_t next_ = 0;
};

void fill(const std::string& url, const std::string& unit, std::uint64_t count, std::uint32_t orders_per_run) {
  const auto connection = log::jetstream::Connection::open(url, "fill-log");
  if (!connection) give_up(connection.error().text);
  if (const auto made = log::jetstream::set_up(**connection, kPartitions, 1); !made) give_up(made.error().text);
  const auto log = log::jetstream::JetStreamLog::open(*connection, {.append_timeout = std::chrono::seconds(60), .fenced_sent_ahead = true});
  if (!log) give_up(log.error().text);
  if (unit == "orders" || unit == "letters") {
    Filling filling(**log, kUsers, unit == "orders" ? kAllPaid : kAllPaidUnwritten);
    for (std::uint64_t left = count; left > 0;) {
      const auto now = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, orders_per_run));
      filling.order(now);
      left -= now;
    }
    filling.end();
  } else {
    Filling filling(**log, count / kEventsPerUser + kPartitions, kMixed);
    while (filling.events() < count) filling.order(kOrdersPerRun);
    filling.end();
    std::cout << filling.events() << '\n';
  }
}

}  // namespace
}  // namespace ordo::bench

int main(int argc, char** argv) {
  const std::string unit = argc == 4 || argc == 5 ? argv[2] : "";
  if (unit != "orders" && unit != "letters" && unit != "events") {
    ordo::bench::give_up("say the server's URL, `orders`, `letters` or `events`, and how many");
  }
  const auto orders_per_run = argc == 5 ? static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10)) : ordo::bench::kOrdersPerRun;
  if (orders_per_run < 1 || orders_per_run > ordo::bench::kOrdersPerRun) ordo::bench::give_up("a message holds 1 to 100 orders");
  ordo::bench::fill(argv[1], unit, std::strtoull(argv[3], nullptr, 10), orders_per_run);
  return 0;
}
