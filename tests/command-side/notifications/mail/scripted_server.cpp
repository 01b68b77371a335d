#include "tests/command-side/notifications/mail/scripted_server.hpp"

#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ordo::mail {

ScriptedServer::ScriptedServer(Script script, bool hangs_up_after_letter)
    : script_(std::move(script)), hangs_up_after_letter_(hangs_up_after_letter) {
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
  say(socket, "GREETING", "220 ready");
  std::string buffer;
  std::string letter;
  bool in_letter = false;
  char chunk[4096];
  for (ssize_t size; (size = recv(socket, chunk, sizeof chunk, 0)) > 0;) {
    buffer.append(chunk, static_cast<std::size_t>(size));
    for (std::size_t end; (end = buffer.find("\r\n")) != std::string::npos; buffer.erase(0, end + 2)) {
      if (answer(socket, buffer.substr(0, end), letter, in_letter)) continue;
      shutdown(socket, SHUT_RDWR);
      return;
    }
  }
}

bool ScriptedServer::answer(int socket, const std::string& line, std::string& letter, bool& in_letter) {
  if (in_letter && line != ".") {
    letter += line + "\n";
    return true;
  }
  if (in_letter) {
    in_letter = false;
    {
      const std::scoped_lock lock(mutex_);
      letters_.push_back(std::exchange(letter, {}));
    }
    say(socket, ".", "250 kept");
    return !hangs_up_after_letter_;
  }
  const auto verb = line.substr(0, 4);
  in_letter = verb == "DATA" && !script_.contains("DATA");
  say(socket, verb, in_letter ? "354 go on" : "250 fine");
  return verb != "QUIT";
}

void ScriptedServer::say(int socket, const std::string& verb, const std::string& usual) const {
  const auto scripted = script_.find(verb);
  const auto reply = scripted == script_.end() ? usual : scripted->second;
  if (reply.empty()) return;
  const auto line = reply + "\r\n";
  (void)send(socket, line.data(), line.size(), MSG_NOSIGNAL);
}

}  // namespace ordo::mail
