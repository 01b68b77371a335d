#include "cli/lease_keeping.hpp"

#include <array>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookAgain = 10ms;
constexpr std::size_t kHostLettersMax = 48;

}  // namespace

std::string instance_name(const Settings& settings) {
  if (!settings.instance.empty()) return settings.instance;
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  auto name = std::string(host.data()).substr(0, kHostLettersMax);
  for (auto& letter : name) {
    if (!log::is_instance_name({&letter, 1})) letter = '-';
  }
  return fmt::format("{}-{}", name, ::getpid());
}

LeaseKeeping::LeaseKeeping(const std::string& role, const Settings& settings, LogConnection& connection, Lifetime& lifetime,
                           runtime::Serve serve, std::function<bool()> serving)
    : store_(connection.nats),
      keeper_(runtime::LeaseKeeper(store_, role, instance_name(settings), settings.partitions, std::move(serve)),
              [&lifetime, name = instance_name(settings)] {
                lifetime.fail(fmt::format("another process has started as instance {} and takes its place", name));
              }),
      watcher_([this, &lifetime, serving = std::move(serving)](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          if (keeper_.settled() && serving()) return lifetime.ready();
          std::this_thread::sleep_for(kLookAgain);
        }
      }) {}

}  // namespace ordo::cli
