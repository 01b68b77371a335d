#include "cli/operator_record.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <future>
#include <iostream>
#include <memory>
#include <thread>

#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/exit_codes.hpp"
#include "events/audit/events.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr log::StreamName kAudit{log::StreamKind::audit, 0};
constexpr auto kPatience = 10s;  // with a stream that elects its leader
constexpr auto kPause = 100ms;

std::string login_name() {
  if (const char* name = std::getenv("SUDO_USER"); name != nullptr && *name != '\0') return name;
  const auto* entry = getpwuid(geteuid());
  return entry == nullptr ? std::to_string(geteuid()) : entry->pw_name;
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

Result<void> append(log::EventLog& log, const audit::OperatorActed& acted) {
  log::Event event{EventId::random(), audit::encode(acted), std::nullopt, {}, SystemClock().now(), {}};
  event.trace.correlation_id = acted.act.text();
  const log::AppendRequest request{kAudit, log::subject(log::Topic::operator_acted, 0), log::encode_run({{}, {std::move(event)}, {}}), {}};
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    const auto settled = std::make_shared<std::promise<Result<std::uint64_t>>>();
    log.append(request, [settled](Result<std::uint64_t> answer) { settled->set_value(std::move(answer)); });
    auto stored = settled->get_future().get().map([](std::uint64_t) {});
    if (stored || stored.error().kind != FailureKind::unavailable || std::chrono::steady_clock::now() > end) return stored;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

std::string actor_of(const std::string& named) { return named.empty() ? fmt::format("{}@{}", login_name(), host_name()) : named; }

int record_act(log::EventLog& log, const Act& act, const std::function<ActOutcome()>& change) {
  audit::OperatorActed acted{audit::ActId::random(), audit::Stage::begun, act.actor, act.action, act.arguments, act.reason, {}};
  if (const auto begun = append(log, acted); !begun) {
    std::cerr << fmt::format("ordo: nothing was changed, for it cannot be recorded in {}: {}\n"
                             "ordo: a system that an older version has set up learns that stream by `ordo setup`\n",
                             log::text(kAudit), begun.error().text);
    return exit_code::kFailed;
  }
  auto outcome = change();
  acted.stage = outcome.exit_code == exit_code::kGood ? audit::Stage::done : audit::Stage::failed;
  acted.outcome = std::move(outcome.text);
  if (const auto ended = append(log, acted); !ended) {
    std::cerr << fmt::format("ordo: what came of it could not be recorded: {}\n", ended.error().text);
  }
  return outcome.exit_code;
}

}  // namespace ordo::cli
