#include "cli/message_progress.hpp"

#include <iostream>
#include <utility>

#include <fmt/format.h>

namespace ordo::cli {
namespace {

constexpr std::uint64_t kLookEvery = 256;  // messages between two looks at the clock

}  // namespace

MessageProgress::MessageProgress(std::string what, std::uint64_t total) : what_(std::move(what)), total_(total) {}

void MessageProgress::add(std::uint64_t messages) {
  const auto before = done_.fetch_add(messages);
  if (before / kLookEvery == (before + messages) / kLookEvery) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  const auto now = std::chrono::steady_clock::now();
  if (!lock || now - told_ < std::chrono::seconds(1)) return;
  told_ = now;
  const auto done = before + messages;
  const auto elapsed_s = std::chrono::duration<double>(now - begun_).count();
  const auto rate = static_cast<double>(done) / elapsed_s;
  const auto left_s = total_ > done ? static_cast<double>(total_ - done) / rate : 0.0;
  std::cerr << fmt::format("{}: {:3} % of {} messages, {:.0f}/s, {:.0f} s to go\n", what_, total_ == 0 ? 100 : 100 * done / total_, total_,
                           rate, left_s);
}

}  // namespace ordo::cli
