#include "gateway/admission/undone.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace ordo::admission {
namespace {

using log::StreamKind;
using log::Topic;

struct Stage {
  StreamKind input;
  std::array<Topic, 2> topics;
  std::optional<StreamKind> decided_in;  // nothing: it waits for the read model
};

constexpr std::array kStages{
    Stage{StreamKind::commands, {Topic::order_create, Topic::order_cancel}, StreamKind::orders},
    Stage{StreamKind::commands, {Topic::payment_top_up, Topic::payment_account}, StreamKind::billing},
    Stage{StreamKind::orders, {Topic::order_pending, Topic::order_pending}, StreamKind::billing},
    Stage{StreamKind::billing, {Topic::billing_payment, Topic::billing_refund}, StreamKind::orders},
    Stage{StreamKind::orders, {Topic::order_update, Topic::order_update}, std::nullopt},
    Stage{StreamKind::billing, {Topic::billing_top_up, Topic::billing_account}, std::nullopt},
};

static_assert(kStages.size() == Undone::kQueues);

constexpr auto kWholeMessage = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Undone::Undone(log::Partition partition) {
  for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
    auto& queue = queues_.emplace_back();
    queue.stage = stage;
    for (const auto topic : kStages[stage].topics) queue.subjects.push_back(log::subject(topic, partition));
  }
}

void Undone::stored(const log::StoredMessage& message, const log::RunOutline& run) {
  const auto kind = message.stream.kind;
  for (auto& queue : queues_) {
    const auto& stage = kStages[queue.stage];
    if (stage.input == kind) store(queue, message, run.events);
    if (stage.decided_in != kind) continue;
    const auto decided = run.checkpoints.find(stage.input);
    if (decided != run.checkpoints.end()) pass(queue, decided->second);
  }
}

void Undone::shown(StreamKind stream, std::uint64_t sequence) {
  for (auto& queue : queues_) {
    const auto& stage = kStages[queue.stage];
    if (stage.input == stream && !stage.decided_in) pass(queue, {sequence, kWholeMessage});
  }
}

void Undone::store(Queue& queue, const log::StoredMessage& message, std::uint32_t events) {
  const auto& stage = kStages[queue.stage];
  const bool is_for_reader = std::ranges::find(queue.subjects, message.subject) != queue.subjects.end();
  const auto before = queue.unpassed.count();
  queue.unpassed.stored(message.sequence, is_for_reader ? events : 0);
  const auto more = queue.unpassed.count() - before;
  (stage.decided_in ? undecided_ : unshown_) += more;
  if (stage.input == StreamKind::commands) taken_ += more;
}

void Undone::pass(Queue& queue, log::Position up_to) {
  const auto& stage = kStages[queue.stage];
  auto& undone = stage.decided_in ? undecided_ : unshown_;
  const auto before = queue.unpassed.count();
  const auto passed = queue.unpassed.passed(up_to);
  const auto after = queue.unpassed.count();
  undone = undone - before + after;
  queue.passed += passed;
  // What was not heard of came to light by being passed.
  if (stage.input == StreamKind::commands) taken_ += after + passed - before;
}

std::array<Undone::Standing, Undone::kQueues> Undone::queues() const {
  std::array<Standing, kQueues> standings;
  for (std::size_t number = 0; number < kQueues; ++number) {
    const auto& queue = queues_[number];
    standings[number] = {queue.unpassed.count(), queue.passed, !kStages[queue.stage].decided_in};
  }
  return standings;
}

}  // namespace ordo::admission
