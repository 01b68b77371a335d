#include "query-side/postgres/listener.hpp"

#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <pqxx/connection>
#include <pqxx/errorhandler>
#include <pqxx/nontransaction>
#include <pqxx/notification>
#include <spdlog/spdlog.h>

#include "query-side/postgres/failures.hpp"
#include "query-side/postgres/url.hpp"

namespace ordo::postgres {
namespace {

using namespace std::chrono_literals;

constexpr long kWaitSeconds = 10;
constexpr auto kOpenAgain = 500ms;

class Receiver final : public pqxx::notification_receiver {
 public:
  Receiver(pqxx::connection_base& connection, const std::string& channel, const std::function<void()>& heard)
      : pqxx::notification_receiver(connection, channel), heard_(heard) {}
  void operator()(const std::string& /*payload*/, int /*backend*/) override { heard_(); }

 private:
  const std::function<void()>& heard_;
};

void sleep(const std::stop_token& stop, std::chrono::milliseconds limit) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, limit, [] { return false; });
}

}  // namespace

Listener::Listener(ConnectionOptions options, std::string channel, std::function<void()> heard)
    : options_(std::move(options)),
      channel_(std::move(channel)),
      heard_(std::move(heard)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Listener::listen(const std::stop_token& stop, bool& told) const {
  pqxx::connection connection(with_limits(options_.url));
  const pqxx::quiet_errorhandler quiet(connection);
  // libpqxx would open a lost connection anew in silence, and what was told meanwhile would be missed.
  connection.inhibit_reactivation(true);
  // Whatever waits for a server that hangs then, as the receiver's own farewell does, ends at once.
  const std::stop_callback cut(stop, [socket = connection.sock()] { ::shutdown(socket, SHUT_RDWR); });
  pqxx::nontransaction(connection).exec(fmt::format("SET application_name = {}", connection.quote(options_.application_name)));
  const Receiver receiver(connection, channel_, heard_);
  heard_();
  told = false;
  while (!stop.stop_requested()) connection.await_notification(kWaitSeconds, 0);
}

void Listener::run(const std::stop_token& stop) const {
  bool told = false;  // an outage is one line, not one per try
  while (!stop.stop_requested()) {
    try {
      listen(stop, told);
    } catch (...) {
      const auto reason = current_failure();
      if (stop.stop_requested()) return;
      if (!std::exchange(told, true)) spdlog::warn("nothing is heard on the channel {} for now: {}", channel_, reason.text);
    }
    sleep(stop, kOpenAgain);
  }
}

}  // namespace ordo::postgres
