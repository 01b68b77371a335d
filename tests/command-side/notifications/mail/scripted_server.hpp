#pragma once
// Purpose: an SMTP server that answers as it is told to, on a port of its own, to see what the mailer makes of it.
// Threads: one for accepting, one per connection; all end with the object.

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ordo::mail {

// Verb → reply, for verbs that are not to be answered as usual: {"RCPT", "550 no such user"}. "GREETING" is said first, "." after
// a letter; an empty reply means silence.
using Script = std::map<std::string, std::string>;

class ScriptedServer {
 public:
  explicit ScriptedServer(Script script = {}, bool hangs_up_after_letter = false);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] std::vector<std::string> letters() const;

 private:
  void accept_all();
  void serve(int socket);
  // False when the client is to be left.
  bool answer(int socket, const std::string& line, std::string& letter, bool& in_letter);
  void say(int socket, const std::string& verb, const std::string& usual) const;

  const Script script_;
  const bool hangs_up_after_letter_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> letters_;     // guarded by mutex_
  std::vector<int> sockets_;             // guarded by mutex_
  std::vector<std::jthread> clients_;    // guarded by mutex_
  std::jthread acceptor_;
};

}  // namespace ordo::mail
