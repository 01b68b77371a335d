#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>

#include "command-side/notifications/mail/courier.hpp"
#include "tests/command-side/notifications/mail/mails.hpp"
#include "tests/command-side/notifications/mail/scripted_server.hpp"

namespace ordo::mail {
namespace {

using namespace std::chrono_literals;

SmtpSettings impatient(const std::string& url) { return {url, 300ms, 600ms}; }

}  // namespace

TEST_CASE("a courier sends every letter once, over as many connections as it has threads") {
  const ScriptedServer server;
  std::atomic<int> sent = 0;
  std::promise<void> all_sent;
  Courier courier({impatient(server.url()), 3, 5});
  for (int count = 0; count < 60; ++count) {
    courier.submit(russian_mail(), [&](const auto& result) {
      if (result && ++sent == 60) all_sent.set_value();
    });
  }
  REQUIRE(all_sent.get_future().wait_for(20s) == std::future_status::ready);
  courier.stop();
  CHECK(server.letters().size() == 60);
  CHECK(server.connections() <= 3);
}

TEST_CASE("a courier that is stopped finishes what is under way and gives the rest back") {
  const ScriptedServer server(Script{{"RCPT", ""}});  // the first letter hangs until its time-out
  std::vector<MailFailureKind> outcomes;
  std::mutex mutex;
  {
    Courier courier({impatient(server.url()), 1, 10});
    for (int count = 0; count < 5; ++count) {
      courier.submit(russian_mail(), [&](const auto& result) {
        const std::scoped_lock lock(mutex);
        outcomes.push_back(result.error().kind);
      });
    }
  }
  REQUIRE(outcomes.size() == 5);
  CHECK(std::ranges::count(outcomes, MailFailureKind::stopped) >= 4);
}

TEST_CASE("a courier with a full queue makes the sender wait, and lets him go when it stops") {
  const ScriptedServer server(Script{{"RCPT", ""}});
  std::atomic<int> done = 0;
  Courier courier({impatient(server.url()), 1, 1});
  std::jthread sender([&] {
    for (int count = 0; count < 10; ++count) courier.submit(russian_mail(), [&](const auto&) { ++done; });
  });
  courier.stop();
  sender.join();
  CHECK(done == 10);
}

TEST_CASE("a letter that comes after the end is given back") {
  Courier courier({impatient("smtp://127.0.0.1:1"), 1, 1});
  courier.stop();
  courier.stop();
  std::optional<MailFailureKind> outcome;
  courier.submit(russian_mail(), [&](const auto& result) { outcome = result.error().kind; });
  CHECK(outcome == MailFailureKind::stopped);
}

}  // namespace ordo::mail
