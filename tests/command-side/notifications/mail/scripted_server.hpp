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

// How a command begins → reply, for those that are not to be answered as usual: {"RCPT", "550 no such user"}; the longest that fits
// counts. "GREETING" is said first, "." after a letter; an empty reply means silence, from there on.
using Script = std::map<std::string, std::string>;
inline const std::string kHangUp = "hang up";  // in the place of a reply

class ScriptedServer {
 public:
  explicit ScriptedServer(Script script = {}, int letters_per_connection = 1'000'000);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] std::vector<std::string> letters() const;

 private:
  void accept_all();
  struct Client {
    int socket;
    std::string received;
    std::string letter;
    bool in_text = false;
    std::size_t chunk_left = 0;
    int letters = 0;
    bool is_silent = false;
  };
  void serve(int socket);
  // These are false when the client is to be left.
  bool take_next(Client& client, bool& moved);
  bool answer(Client& client, const std::string& line);
  bool keep_letter(Client& client);
  bool say(Client& client, const std::string& line, const std::string& usual) const;

  const Script script_;
  const int letters_per_connection_;
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
