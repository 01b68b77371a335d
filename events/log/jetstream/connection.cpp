#include "events/log/jetstream/connection.hpp"

#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "events/log/jetstream/connection_parts.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

constexpr auto kPingInterval = 5s;
constexpr int kPingsOutMax = 2;
constexpr auto kConnectTimeout = 2s;
constexpr auto kWriteDeadline = 5s;
constexpr auto kReconnectWait = 100ms;
constexpr auto kOpenPause = 100ms;
constexpr const char* kRefused =
    "the NATS server refuses the user or the password: see ORDO_NATS_USER and ORDO_NATS_PASSWORD_FILE, or the user in ORDO_NATS_URL";

std::int64_t in_ms(std::chrono::milliseconds duration) { return duration.count(); }

void on_disconnected(natsConnection*, void* closure) noexcept {
  auto& parts = *static_cast<Connection::Parts*>(closure);
  parts.disconnects.fetch_add(1);
  if (!parts.closing) spdlog::warn("nats: the connection was lost");
  const std::lock_guard lock(parts.mutex);
  for (const auto& [observer, callback] : parts.observers) callback();
}

void on_reconnected(natsConnection*, void*) noexcept { spdlog::info("nats: connected again"); }

// Unless we close it, it closes when it was refused twice: the user is another by now, or may not connect any more.
void on_closed(natsConnection*, void* closure) noexcept {
  auto& parts = *static_cast<Connection::Parts*>(closure);
  if (!parts.closing) {
    spdlog::error("nats: the server refuses this user");
    if (parts.access.on_refused) parts.access.on_refused();
  }
  const std::lock_guard lock(parts.mutex);
  parts.closed = true;
  parts.closed_changed.notify_all();
}

// The subscription may be gone by now: nats.c 3.4.1 does not hold it for this (nats.c #659).
void on_error(natsConnection* connection, natsSubscription*, natsStatus status, void*) noexcept {
  const char* said = nullptr;
  // What the user may not do, the server names; who asked for it waits in vain.
  if (status == NATS_NOT_PERMITTED && natsConnection_GetLastError(connection, &said) == NATS_NOT_PERMITTED && said != nullptr) {
    return spdlog::error("nats: {}", said);
  }
  spdlog::warn("nats: {}", natsStatus_GetText(status));
}

natsStatus set_servers(natsOptions* options, const std::string& urls) {
  std::vector<std::string> list;
  std::istringstream rest(urls);
  for (std::string url; std::getline(rest, url, ',');) list.push_back(std::move(url));
  std::vector<const char*> servers;
  for (const auto& url : list) servers.push_back(url.c_str());
  return natsOptions_SetServers(options, servers.data(), static_cast<int>(servers.size()));
}

natsStatus set_access(natsOptions* options, const Access& access) {
  const auto status = natsOptions_SetCustomInboxPrefix(options, access.inbox_prefix.c_str());
  if (status != NATS_OK) return status;
  if (!access.credentials_file.empty()) return natsOptions_SetUserCredentialsFromFiles(options, access.credentials_file.c_str(), nullptr);
  return access.user.empty() ? NATS_OK : natsOptions_SetUserInfo(options, access.user.c_str(), access.password.c_str());
}

// Answers the first failure.
natsStatus configure(natsOptions* options, const std::string& urls, const std::string& name, Connection::Parts* parts) {
  natsStatus status = set_servers(options, urls);
  const auto also = [&status](natsStatus next) { status = status == NATS_OK ? next : status; };
  also(set_access(options, parts->access));
  also(natsOptions_SetName(options, name.c_str()));
  also(natsOptions_SetTimeout(options, in_ms(kConnectTimeout)));
  also(natsOptions_SetMaxReconnect(options, -1));
  also(natsOptions_SetReconnectWait(options, in_ms(kReconnectWait)));
  // What is published while there is no connection must fail now instead of being sent when nobody waits for it any more.
  also(natsOptions_SetReconnectBufSize(options, 1));
  also(natsOptions_SetFailRequestsOnDisconnect(options, true));
  // Otherwise every message waits a millisecond for company: an append alone would take 1 ms instead of 50 µs.
  also(natsOptions_SetSendAsap(options, true));
  also(natsOptions_SetPingInterval(options, in_ms(kPingInterval)));
  also(natsOptions_SetMaxPingsOut(options, kPingsOutMax));
  also(natsOptions_SetWriteDeadline(options, in_ms(kWriteDeadline)));
  also(natsOptions_SetDisconnectedCB(options, on_disconnected, parts));
  also(natsOptions_SetReconnectedCB(options, on_reconnected, parts));
  also(natsOptions_SetClosedCB(options, on_closed, parts));
  also(natsOptions_SetErrorHandler(options, on_error, parts));
  return status;
}

natsStatus connect(const std::string& urls, const std::string& name, Connection::Parts& parts) {
  natsOptions* made = nullptr;
  natsStatus status = natsOptions_Create(&made);
  const OptionsHandle options(made);
  if (status == NATS_OK) status = configure(options.get(), urls, name, &parts);
  natsConnection* connection = nullptr;
  if (status == NATS_OK) status = natsConnection_Connect(&connection, options.get());
  parts.handle.reset(connection);
  jsCtx* context = nullptr;
  if (status == NATS_OK) status = natsConnection_JetStream(&context, connection, nullptr);
  parts.context.reset(context);
  return status;
}

}  // namespace

// nats.c calls back from a thread of its own, also after its connection is destroyed: the last call is waited for.
Connection::Parts::~Parts() {
  context.reset();
  if (!handle) return;
  closing = true;
  natsConnection_Close(handle.get());
  std::unique_lock lock(mutex);
  closed_changed.wait(lock, [this] { return closed; });
}

tl::unexpected<Failure> failure_of(natsStatus status, const std::string& what) {
  const bool unknown = status == NATS_TIMEOUT || status == NATS_CONNECTION_DISCONNECTED || status == NATS_IO_ERROR;
  return failure(unknown ? FailureKind::timeout : FailureKind::unavailable,
                 fmt::format("{}: {}", what, natsStatus_GetText(status)));
}

std::string Connection::Parts::new_inbox() const {
  natsInbox* made = nullptr;
  if (natsInbox_Create(&made) != NATS_OK) return {};
  const InboxHandle inbox(made);
  const std::string_view unique = made;  // "_INBOX.<unique>"
  return access.inbox_prefix + std::string(unique.substr(unique.rfind('.')));
}

Connection::Connection(Access access) : parts_(std::make_unique<Parts>(std::move(access))) {}
Connection::~Connection() = default;

Result<std::shared_ptr<Connection>> Connection::open(const std::string& urls, const std::string& name,
                                                     std::chrono::milliseconds limit, Access access) {
  const auto give_up_at = std::chrono::steady_clock::now() + limit;
  const std::shared_ptr<Connection> connection(new Connection(std::move(access)));
  std::string reason;
  do {
    if (!connection->parts().handle) {
      const auto status = connect(urls, name, connection->parts());
      if (status == NATS_CONNECTION_AUTH_FAILED) return failure(FailureKind::unavailable, kRefused);
      reason = status == NATS_OK ? "JetStream does not answer" : natsStatus_GetText(status);
    }
    if (connection->parts().handle) {
      const auto answer = connection->request("$JS.API.INFO", "", 2s);
      if (answer) return connection;
      reason = "JetStream does not answer (" + answer.error().text + ")";
    }
    std::this_thread::sleep_for(kOpenPause);
  } while (std::chrono::steady_clock::now() < give_up_at);
  return failure(FailureKind::unavailable, fmt::format("no NATS server with JetStream: {}", reason));
}

bool Connection::is_connected() const { return natsConnection_Status(parts_->handle.get()) == NATS_CONN_STATUS_CONNECTED; }

std::uint64_t Connection::disconnects() const { return parts_->disconnects.load(); }

Result<std::string> Connection::request(const std::string& subject, std::string_view payload,
                                        std::chrono::milliseconds timeout) {
  if (!is_connected()) return failure(FailureKind::unavailable, "not connected to NATS");
  natsMsg* reply = nullptr;
  const auto status = natsConnection_Request(&reply, parts_->handle.get(), subject.c_str(), payload.data(),
                                             static_cast<int>(payload.size()), in_ms(timeout));
  const MessageHandle message(reply);
  if (status != NATS_OK) return failure_of(status, subject);
  return std::string(data_of(message.get()));
}

}  // namespace ordo::log::jetstream
