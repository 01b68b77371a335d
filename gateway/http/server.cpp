#include "gateway/http/server.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <pistache/peer.h>
#include <pistache/reactor.h>
#include <pistache/transport.h>
#include <spdlog/spdlog.h>

#include "gateway/http/acceptor.hpp"
#include "gateway/http/connection.hpp"
#include "gateway/http/connection_table.hpp"
#include "gateway/http/response_text.hpp"

namespace ordo::http {
namespace {

constexpr std::chrono::milliseconds kCutLimit{1000};
constexpr const char* kConnectionKey = "connection";

// What Pistache keeps beside each of its peers, on one reactor thread only.
struct Held {
  std::shared_ptr<Connection> connection;
};

// In one piece, which a fresh socket takes. Pistache closes it when it sees the end.
void turn_away(int descriptor) {
  const auto correlation_id = uuid_text(random_uuid());
  auto refusal = problem_response(try_again(ProblemCode::overloaded, "Too many connections are open.", 1), correlation_id);
  const auto text = response_text(refusal.with("X-Correlation-Id", correlation_id), false);
  (void)::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(descriptor, SHUT_RDWR);
}

// What Pistache calls on its reactor threads. Pistache polls and reads. Its HTTP parser and its queue of
// answers stay unused: the one takes lengths like "5abc", answers 500 to a cookie without a value and drops pipelined
// requests in silence; the other may hand an answer to a stranger (connection.hpp says how).
class ConnectionHandler final : public Pistache::Tcp::Handler {
 public:
  ConnectionHandler(std::shared_ptr<ConnectionTable> table, std::shared_ptr<const Dispatch> dispatch)
      : table_(std::move(table)), dispatch_(std::move(dispatch)) {}

  // One for each reactor thread.
  [[nodiscard]] std::shared_ptr<Pistache::Tcp::Handler> clone() const override {
    return std::make_shared<ConnectionHandler>(*this);
  }

  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    begin(peer);
    table_->note_arrived();
  }

  void onInput(const char* bytes, std::size_t count, const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const auto held = std::static_pointer_cast<Held>(peer->tryGetData(kConnectionKey));
    if (!held) return;
    try {
      held->connection->receive({bytes, count});
    } catch (const std::exception& error) {
      spdlog::error("http: a connection is cut: {}", error.what());
      held->connection->cut();
    }
  }

  void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const auto held = std::static_pointer_cast<Held>(peer->tryGetData(kConnectionKey));
    if (held) held->connection->note_left();
  }

 private:
  void begin(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    if (!table_->has_room()) return turn_away(peer->fd());
    const int descriptor = ::fcntl(peer->fd(), F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) {
      spdlog::error("http: no descriptor for a connection: out of them?");
      ::shutdown(peer->fd(), SHUT_RDWR);
      return;
    }
    auto connection = std::make_shared<Connection>(descriptor, table_, dispatch_);
    table_->add(connection);
    peer->putData(kConnectionKey, std::make_shared<Held>(std::move(connection)));
  }

  std::shared_ptr<ConnectionTable> table_;
  std::shared_ptr<const Dispatch> dispatch_;
};

// Pistache's reactor threads, each with a transport that polls the sockets it was given.
class Reactors {
 public:
  Reactors(int threads, const std::shared_ptr<ConnectionHandler>& handler) : reactor_(Pistache::Aio::Reactor::create()) {
    reactor_->init(Pistache::Aio::AsyncContext(static_cast<std::size_t>(threads), "http"));
    key_ = reactor_->addHandler(std::make_shared<Pistache::Tcp::Transport>(handler));
    reactor_->run();
  }
  ~Reactors() { reactor_->shutdown(); }
  Reactors(const Reactors&) = delete;
  Reactors& operator=(const Reactors&) = delete;

  // From every thread.
  void take(int descriptor, sockaddr_in from) const {
    const auto transports = reactor_->handlers(key_);
    const auto& chosen = transports[static_cast<std::size_t>(descriptor) % transports.size()];
    const auto peer = Pistache::Tcp::Peer::Create(descriptor, Pistache::Address::fromUnix(&from));
    std::static_pointer_cast<Pistache::Tcp::Transport>(chosen)->handleNewPeer(peer);
  }

 private:
  std::shared_ptr<Pistache::Aio::Reactor> reactor_;
  Pistache::Aio::Reactor::Key key_;
};

// The usual soft limit of 1024 would be reached with 500 clients that wait. Answers how many connections fit: each takes two descriptors,
// and a part is left for those that are turned away and for everything else.
std::size_t raise_descriptor_limit() {
  constexpr rlim_t kOthers = 256;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kOthers;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) spdlog::warn("http: the limit of open descriptors cannot be raised");
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return std::max(limit.rlim_cur, 2 * kOthers) / 5 * 2 - kOthers / 2;
}

Dispatch make_dispatch(Router router, std::shared_ptr<const ConnectionTable> table, const ServerSettings& settings) {
  return [router = std::move(router), table = std::move(table), trusted = settings.trusted_proxies, cors = settings.cors](
             Request request, Responder responder) {
    for (auto& header : cors.headers(request)) responder.attach(std::move(header));
    if (table->refusing())
      return responder.refuse(try_again(ProblemCode::shutting_down, "This server is stopping.", 1));
    if (auto answer = cors.preflight(request)) return responder.answer(std::move(*answer));
    request.client_address = client_address(request.client_address, request.headers, trusted);
    router.dispatch(std::move(request), std::move(responder));
  };
}

}  // namespace

struct Server::Parts {
  ServerSettings settings;
  std::shared_ptr<ConnectionTable> table;
  std::shared_ptr<const Dispatch> dispatch;
  std::unique_ptr<Reactors> reactors;  // while it serves
  std::unique_ptr<Acceptor> acceptor;  // likewise; it gives to the reactors
  std::uint16_t port = 0;
};

Server::Server(ServerSettings settings, Router router) : parts_(std::make_unique<Parts>()) {
  const auto connections_max = std::min(settings.connections_max, raise_descriptor_limit());
  parts_->table = std::make_shared<ConnectionTable>(ConnectionLimits{settings.request_limit, settings.idle_limit}, settings.farewell,
                                                    connections_max);
  parts_->dispatch = std::make_shared<const Dispatch>(make_dispatch(std::move(router), parts_->table, settings));
  parts_->settings = std::move(settings);
}

Server::~Server() {
  stop();
  parts_->table->stop();
}

Result<void> Server::start() try {
  const auto& settings = parts_->settings;
  parts_->reactors = std::make_unique<Reactors>(settings.reactor_threads, std::make_shared<ConnectionHandler>(parts_->table, parts_->dispatch));
  const auto accepted = [table = parts_->table, reactors = parts_->reactors.get()](int descriptor, const sockaddr_in& from) {
    table->note_accepted();
    reactors->take(descriptor, from);
  };
  auto acceptor = Acceptor::listen(settings.address, settings.port, accepted);
  if (!acceptor) return tl::unexpected(acceptor.error());
  parts_->port = (*acceptor)->port();
  parts_->acceptor = std::move(*acceptor);
  return {};
} catch (const std::exception& error) {
  return failure(FailureKind::unavailable, std::string("http cannot start: ") + error.what());
}

void Server::leave() {
  if (!parts_->acceptor) return;
  parts_->table->begin_draining();
  parts_->acceptor->stop();
}

bool Server::await_all_gone(std::chrono::milliseconds limit) const { return parts_->table->wait_until_empty(limit); }

void Server::stop() {
  if (!parts_->acceptor) return;
  leave();
  parts_->table->begin_refusing();
  if (!parts_->table->wait_until_nothing_is_owed(parts_->settings.drain_limit)) {
    spdlog::warn("http: stopping although answers are still owed");
  }
  // Pistache forgets its sockets without closing them, so they are ended while it still polls.
  parts_->table->cut_all();
  (void)parts_->table->wait_until_empty(kCutLimit);
  parts_->acceptor.reset();
  parts_->reactors.reset();
}

std::uint16_t Server::port() const { return parts_->port; }

}  // namespace ordo::http
