#pragma once
// Purpose: one client of `mixed_answers`: asks one request at a time over one connection after the other, leaves some of
//          them, and counts what it is answered.
// Threads: one client, one thread.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <netinet/in.h>

namespace ordo::mixed_answers {

struct Target {
  sockaddr_in address{};
  std::string host;
};

struct Settings {
  std::vector<Target> targets;
  std::string path;
  std::string post_path;  // of those who post instead, and wait for what comes of it
  std::string post_head;  // field lines, each with its end
  std::string post_body;
  double post_ratio = 0;
  std::uint64_t requests = 0;
  std::uint64_t concurrency = 0;
  double abort_ratio = 0;
  std::uint64_t seed = 0;
};

struct Tally {
  std::uint64_t requests = 0;
  std::uint64_t aborted = 0;
  std::uint64_t answered = 0;
  std::uint64_t wrong = 0;       // the id of another request, or bytes that nobody asked for
  std::uint64_t unlabelled = 0;  // no id at all
  std::uint64_t failed = 0;      // no whole answer

  void add(const Tally& other);
};

// When a client leaves.
enum class Leaves { never, at_once, midway, when_answered };

struct Plan {
  Leaves leaves = Leaves::never;
  bool by_reset = false;
  bool keeps_connection = false;
  bool posts = false;
};

struct Answer {
  std::string correlation_id;
  std::size_t bytes = 0;  // head and body
  bool keeps_connection = true;
};

class Client {
 public:
  // Registers its sockets with `epoll`, itself as their data. The settings must outlive it.
  Client(const Settings& settings, int epoll, std::uint64_t number);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Required: not busy. It may be over again when this returns.
  void begin_request();
  // Its socket has something to say.
  void on_ready();
  // Counts a request that is still open as failed.
  void give_up();

  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] bool is_busy() const { return busy_; }

 private:
  [[nodiscard]] Plan make_plan();
  [[nodiscard]] bool connect();
  [[nodiscard]] std::string request_text() const;
  void send_request();
  void leave();
  void check(const Answer& answer);
  void on_ready_while_idle();
  void finish_failed();
  void disconnect(bool by_reset);

  const Settings& settings_;
  const int epoll_;
  std::minstd_rand random_;
  const std::string prefix_;  // of its correlation ids
  Tally tally_;
  int socket_ = -1;
  bool busy_ = false;
  Plan plan_;
  std::string host_;
  std::string correlation_id_;
  std::string received_;
};

}  // namespace ordo::mixed_answers
