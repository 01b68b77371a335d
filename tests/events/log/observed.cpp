#include "tests/events/log/observed.hpp"

#include <numeric>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace ordo::log {

Appended append(EventLog& log, AppendRequest request) {
  auto promise = std::make_shared<std::promise<Result<std::uint64_t>>>();
  auto future = promise->get_future();
  // A second settlement would throw out of the promise and end the test program.
  log.append(std::move(request), [promise](Result<std::uint64_t> outcome) { promise->set_value(std::move(outcome)); });
  return future;
}

Result<std::uint64_t> settled(Appended appended) {
  if (appended.wait_for(kWaitMax) != std::future_status::ready) throw std::runtime_error("an append is not settled");
  return appended.get();
}

Deliver Delivered::deliver() {
  return [this](StoredMessage message) {
    const std::lock_guard lock(mutex_);
    messages_.push_back(std::move(message));
    changed_.notify_all();
  };
}

std::vector<StoredMessage> Delivered::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kWaitMax, [&] { return messages_.size() >= count; })) {
    throw std::runtime_error(fmt::format("{} messages instead of {}", messages_.size(), count));
  }
  return messages_;
}

std::vector<StoredMessage> Delivered::now() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::vector<std::uint64_t> sequences_of(const std::vector<StoredMessage>& messages) {
  std::vector<std::uint64_t> sequences;
  for (const auto& message : messages) sequences.push_back(message.sequence);
  return sequences;
}

std::vector<std::string> payloads_of(const std::vector<StoredMessage>& messages) {
  std::vector<std::string> payloads;
  for (const auto& message : messages) payloads.push_back(message.payload);
  return payloads;
}

std::vector<std::uint64_t> from_to(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> numbers(last + 1 - first);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

}  // namespace ordo::log
