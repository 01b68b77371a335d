// Purpose: looks for answers that reach the wrong client. Sends requests that each carry an X-Correlation-Id of their own,
//          leaves a part of them in every way a client can (closing or resetting, at once, in the middle of the request, or
//          when the answer is there, unread), and checks that every other answer echoes the id of its own request.
//   mixed_answers --url http://127.0.0.1:8080[,http://…] --path /livez --requests 50000 --concurrency 64 --abort-ratio 0.5
// Output:  requests=… aborted=… answered=… wrong=… unlabelled=… failed=… seconds=…
//          wrong: the id of another request, or bytes that nobody asked for. unlabelled: no id at all (a proxy's own
//          error). failed: no whole answer.
// Exit:    1 when something was wrong or nothing was answered, 2 for arguments that cannot be used.
// Threads: each has its own sockets and its own event loop; they share one counter.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <netdb.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "tests/end-to-end/probing_client.hpp"

namespace {

using ordo::mixed_answers::Client;
using ordo::mixed_answers::Settings;
using ordo::mixed_answers::Tally;
using ordo::mixed_answers::Target;

constexpr std::chrono::seconds kSilenceMax{30};  // nothing at all happens for so long: what is open has failed

// Drives its share of the clients until the requests, counted over all threads, are used up.
class Loop {
 public:
  Loop(const Settings& settings, std::uint64_t first, std::uint64_t count, std::atomic<std::uint64_t>& begun)
      : settings_(settings), epoll_(::epoll_create1(EPOLL_CLOEXEC)), begun_(begun) {
    for (std::uint64_t number = first; number < first + count; ++number) {
      clients_.push_back(std::make_unique<Client>(settings, epoll_, number));
    }
  }
  ~Loop() {
    clients_.clear();
    ::close(epoll_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run() {
    for (const auto& client : clients_) next(*client);
    auto last_event = std::chrono::steady_clock::now();
    while (is_busy() && std::chrono::steady_clock::now() - last_event < kSilenceMax) {
      std::array<epoll_event, 256> events{};
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1000);
      if (count > 0) last_event = std::chrono::steady_clock::now();
      for (int index = 0; index < count; ++index) {
        auto& client = *static_cast<Client*>(events[static_cast<std::size_t>(index)].data.ptr);
        client.on_ready();
        next(client);
      }
    }
    for (const auto& client : clients_) client->give_up();
  }

  [[nodiscard]] Tally tally() const {
    Tally sum;
    for (const auto& client : clients_) sum.add(client->tally());
    return sum;
  }

 private:
  void next(Client& client) {
    while (!client.is_busy() && begun_.fetch_add(1) < settings_.requests) client.begin_request();
  }

  [[nodiscard]] bool is_busy() const {
    return std::any_of(clients_.begin(), clients_.end(), [](const auto& client) { return client->is_busy(); });
  }

  const Settings& settings_;
  const int epoll_;
  std::atomic<std::uint64_t>& begun_;
  std::vector<std::unique_ptr<Client>> clients_;
};

// "http://127.0.0.1:8080"
std::optional<Target> parse_target(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  Target target;
  target.host = url.substr(kScheme.size(), url.find('/', kScheme.size()) - kScheme.size());
  const std::size_t colon = target.host.find(':');
  const std::string port = colon == std::string::npos ? "80" : target.host.substr(colon + 1);
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(target.host.substr(0, colon).c_str(), port.c_str(), &hints, &found) != 0) return std::nullopt;
  target.address = *reinterpret_cast<const sockaddr_in*>(found->ai_addr);
  ::freeaddrinfo(found);
  return target;
}

Tally run(const Settings& settings) {
  const std::uint64_t threads =
      std::min<std::uint64_t>(std::max(1U, std::thread::hardware_concurrency()), settings.concurrency);
  std::atomic<std::uint64_t> begun{0};
  std::vector<std::unique_ptr<Loop>> loops;
  for (std::uint64_t thread = 0; thread < threads; ++thread) {
    const std::uint64_t first = settings.concurrency * thread / threads;
    const std::uint64_t last = settings.concurrency * (thread + 1) / threads;
    loops.push_back(std::make_unique<Loop>(settings, first, last - first, begun));
  }
  {
    std::vector<std::jthread> running;
    for (const auto& loop : loops) running.emplace_back([&loop] { loop->run(); });
  }
  Tally sum;
  for (const auto& loop : loops) sum.add(loop->tally());
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  std::vector<std::string> urls;
  settings.path = "/livez";
  settings.requests = 50'000;
  settings.concurrency = 64;
  settings.abort_ratio = 0.5;
  settings.seed = std::random_device{}();

  CLI::App app{"Looks for answers that reach the wrong client."};
  app.add_option("--url", urls, "where to ask; several, separated by commas, are taken in turn")
      ->required()
      ->delimiter(',');
  app.add_option("--path", settings.path, "what to ask for");
  app.add_option("--requests", settings.requests)->check(CLI::PositiveNumber);
  app.add_option("--concurrency", settings.concurrency)->check(CLI::PositiveNumber);
  app.add_option("--abort-ratio", settings.abort_ratio)->check(CLI::Range(0.0, 1.0));
  app.add_option("--seed", settings.seed, "the same seed plans the same requests");
  std::vector<std::string> post_fields;
  app.add_option("--post-ratio", settings.post_ratio, "how many post instead")->check(CLI::Range(0.0, 1.0));
  app.add_option("--post-path", settings.post_path);
  app.add_option("--post-field", post_fields, "\"Prefer: wait=5\"; may stand several times");
  app.add_option("--post-body", settings.post_body);
  CLI11_PARSE(app, argc, argv);
  for (const std::string& line : post_fields) settings.post_head += line + "\r\n";
  for (const std::string& url : urls) {
    const auto target = parse_target(url);
    if (!target) {
      std::cerr << "not a URL that can be asked: " << url << '\n';
      return 2;
    }
    settings.targets.push_back(*target);
  }

  const auto begun = std::chrono::steady_clock::now();
  const Tally tally = run(settings);
  const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::cout << "requests=" << tally.requests << " aborted=" << tally.aborted << " answered=" << tally.answered
            << " wrong=" << tally.wrong << " unlabelled=" << tally.unlabelled << " failed=" << tally.failed
            << " seconds=" << seconds << " seed=" << settings.seed << '\n';
  return tally.wrong > 0 || tally.answered == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
