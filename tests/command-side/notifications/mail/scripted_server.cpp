#include "tests/command-side/notifications/mail/scripted_server.hpp"

#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ordo::mail {

ScriptedServer::ScriptedServer(Script script, int letters_per_connection)
    : script_(std::move(script)), letters_per_connection_(letters_per_connection) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, plain, size) != 0 || listen(listener_, 64) != 0 || getsockname(listener_, plain, &size) != 0) {
    throw std::runtime_error("the scripted mail server has no port");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
  }
  clients_.clear();
  for (const int socket : sockets_) close(socket);
  close(listener_);
}

std::string ScriptedServer::url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

std::vector<std::string> ScriptedServer::letters() const {
  const std::scoped_lock lock(mutex_);
  return letters_;
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    const std::scoped_lock lock(mutex_);
    sockets_.push_back(socket);
    clients_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(int socket) {
  Client client{socket, {}, {}};
  bool stays = say(client, "GREETING", "220 ready");
  char chunk[4096];
  for (ssize_t size; stays && (size = recv(socket, chunk, sizeof chunk, 0)) > 0;) {
    client.received.append(chunk, static_cast<std::size_t>(size));
    for (bool moved = true; stays && moved;) stays = take_next(client, moved);
  }
  shutdown(socket, SHUT_RDWR);
}

bool ScriptedServer::take_next(Client& client, bool& moved) {
  auto& received = client.received;
  if (client.chunk_left > 0) {
    moved = received.size() >= client.chunk_left;
    if (!moved) return true;
    client.letter = received.substr(0, client.chunk_left);
    received.erase(0, std::exchange(client.chunk_left, 0));
    return keep_letter(client);
  }
  const auto end = received.find("\r\n");
  moved = end != std::string::npos;
  if (!moved) return true;
  const auto line = received.substr(0, end);
  received.erase(0, end + 2);
  return answer(client, line);
}

bool ScriptedServer::answer(Client& client, const std::string& line) {
  if (client.in_text && line != ".") {
    client.letter += line + "\n";
    return true;
  }
  if (std::exchange(client.in_text, false)) return keep_letter(client);
  if (line.starts_with("BDAT ") && !script_.contains("BDAT")) {
    client.chunk_left = std::stoul(line.substr(5));
    return true;
  }
  client.in_text = line == "DATA" && !script_.contains("DATA");
  return say(client, line, client.in_text ? "354 go on" : "250 fine") && line != "QUIT";
}

bool ScriptedServer::keep_letter(Client& client) {
  {
    const std::scoped_lock lock(mutex_);
    letters_.push_back(std::exchange(client.letter, {}));
  }
  return say(client, ".", "250 kept") && ++client.letters < letters_per_connection_;
}

bool ScriptedServer::say(Client& client, const std::string& line, const std::string& usual) const {
  std::pair<std::string, std::string> fitting{"", usual};
  for (const auto& scripted : script_) {
    if (line.starts_with(scripted.first) && scripted.first.size() > fitting.first.size()) fitting = scripted;
  }
  if (fitting.second == kHangUp) return false;
  client.is_silent = client.is_silent || fitting.second.empty();
  if (client.is_silent) return true;
  const auto reply = fitting.second + "\r\n";
  (void)send(client.socket, reply.data(), reply.size(), MSG_NOSIGNAL);
  return true;
}

}  // namespace ordo::mail
