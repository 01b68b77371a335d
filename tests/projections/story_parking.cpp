#include "tests/projections/story.hpp"

namespace ordo::tests {
namespace {

const Currency kEuro = *Currency::parse("EUR");

}  // namespace

void Story::park(log::StreamKind output, const log::Cause& input, const log::Key& key, const std::optional<parking::Fault>& fault) {
  const auto& runs = runs_.at({input.stream, log::partition_of(key.user, partitions_)});
  const auto event = runs.at(input.position.sequence - 1).events.at(input.position.index);
  put(output, key.user, encode(parking::Event(parking::InputParked{key, event, fault})), input, event.trace);
}

void Story::release(log::StreamKind output, const parking::ParkedReleased& released) {
  const auto& key = released.key;
  const auto trace = any_trace(key);
  const auto discard = released.discarded > 0 ? parking::Discard::all : parking::Discard::none;
  const auto asked = put(log::StreamKind::operations, key.user, encode(parking::ReleaseRequested{output, key, discard, "ada", "mended"}), {}, trace);
  put(output, key.user, encode(parking::Event(released)), asked, trace);
}

// Sometimes it is tried in vain before all goes well.
void Story::park_for_a_while(log::StreamKind output, const std::vector<log::Cause>& inputs, const log::Key& key) {
  for (const auto& input : inputs) park(output, input, key, &input == &inputs.front() ? std::optional(any_fault()) : std::nullopt);
  const auto count = static_cast<std::uint32_t>(inputs.size());
  if (any(1, 2) == 1) release(output, {.key = key, .left = count, .fault = any_fault()});
  if (count > 1 && any(1, 2) == 1) {
    release(output, {.key = key, .decided = 1, .left = count - 1, .fault = any(1, 2) == 1 ? std::optional(any_fault()) : std::nullopt});
    release(output, {.key = key, .decided = count - 1});
  } else {
    release(output, {.key = key, .decided = count});
  }
}

// A command, and another one behind it; sometimes they are thrown away in the end.
void Story::park_for_ever(const log::Key& key) {
  const auto output = key.order ? log::StreamKind::orders : log::StreamKind::billing;
  const auto command = [&] {
    const auto payload = key.order ? orders::encode(orders::OrderCancelRequested{*key.order, key.user, CancellationId(any_bytes())})
                                   : billing::encode(billing::Command(billing::TopUpRequested{OperationId(any_bytes()), key.user, {5, kEuro}, {}}));
    return put(log::StreamKind::commands, key.user, payload, {}, any_trace(key));
  };
  park(output, command(), key, any_fault());
  park(output, command(), key, std::nullopt);
  parked_.insert(key);
  if (!key.order || any(1, 3) != 1) return;
  release(output, {.key = key, .discarded = 2});
  parked_.erase(key);
}

parking::Fault Story::any_fault() {
  return {"the balance " + std::to_string(any(1, 99)) + " is none", static_cast<std::uint32_t>(any(3, 9)), now_, {now_.unix_ms + 300}};
}

}  // namespace ordo::tests
