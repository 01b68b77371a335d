#include "cli/lifetime.hpp"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <stdexcept>

#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace ordo::cli {
namespace {

constexpr int kFailed = SIGUSR1;
constexpr std::chrono::seconds kEndLimit{9};

sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, kFailed}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

void start_process(const std::string& role, const std::string& log_level) {
  std::signal(SIGPIPE, SIG_IGN);
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start: no source of randomness");
  auto logger = spdlog::stderr_logger_mt(role);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %n %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(log_level));
  spdlog::set_default_logger(std::move(logger));
}

Lifetime::Lifetime(std::string role, std::string ready_file)
    : role_(std::move(role)), ready_file_(std::move(ready_file)) {
  const auto signals = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Lifetime::~Lifetime() {
  if (!ready_file_.empty()) std::remove(ready_file_.c_str());
}

void Lifetime::begin() {
  beginning_ = std::jthread([this](const std::stop_token& begun) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT}) sigaddset(&signals, signal);
    constexpr timespec kLookAgain{0, 50'000'000};
    while (!begun.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &kLookAgain) < 0) continue;
      spdlog::info("{} is told to stop before it has begun", role_);
      if (!ready_file_.empty()) std::remove(ready_file_.c_str());
      std::_Exit(0);
    }
  });
}

void Lifetime::ready() {
  if (!ready_file_.empty()) std::ofstream(ready_file_) << ::getpid() << '\n';
  spdlog::info("{} is ready", role_);
}

int Lifetime::wait() {
  beginning_ = {};
  const auto signals = awaited_signals();
  int signal = 0;
  sigwait(&signals, &signal);
  if (!ready_file_.empty()) std::remove(ready_file_.c_str());
  const int exit_code = signal == kFailed ? 1 : 0;
  limit_the_end(exit_code);
  if (exit_code == 0) spdlog::info("{} stops", role_);
  return exit_code;
}

// Whoever stops it kills it after ten seconds, and servers that hang may hold up every part of it in turn.
void Lifetime::limit_the_end(int exit_code) {
  ending_ = std::jthread([this, exit_code](const std::stop_token& ended) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    if (std::condition_variable_any().wait_for(lock, ended, kEndLimit, [&ended] { return ended.stop_requested(); })) return;
    spdlog::warn("{} does not come to its end in order; leaving things as they are", role_);
    std::_Exit(exit_code);
  });
}

bool Lifetime::told_to_stop() {
  const auto signals = awaited_signals();
  const timespec at_once{};
  if (!told_to_stop_ && ::sigtimedwait(&signals, nullptr, &at_once) > 0) told_to_stop_ = true;
  return told_to_stop_;
}

void Lifetime::fail(const std::string& reason) { end_process(role_ + " cannot go on: " + reason); }

void end_process(const std::string& reason) {
  spdlog::critical("{}", reason);
  ::kill(::getpid(), kFailed);
}

}  // namespace ordo::cli
