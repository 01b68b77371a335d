#include "command-side/runtime/deciding.hpp"

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ordo::runtime {

bool Deciding::is_for_context(const Input& input) const {
  return input.stream != log::StreamKind::operations && !parking::is_parking(input.event.payload) && !blocked_by(input);
}

std::optional<log::Key> Deciding::blocked_by(const Input& input) const {
  const auto& key = input.event.trace.key;
  return key ? parking_.blocks(*key) : std::nullopt;
}

Result<std::optional<log::StreamKind>> Deciding::wants_first(const Input& input) {
  if (!is_for_context(input)) return std::nullopt;
  return context_.wants_first(input);
}

Result<void> Deciding::take(const Input& input) {
  auto taken = act_on(input);
  if (taken) attempted_.erase(input.stream);
  return taken;
}

Result<void> Deciding::act_on(const Input& input) {
  if (input.stream == log::StreamKind::operations) return operate(input);
  const auto key = blocked_by(input);
  if (parking::is_parking(input.event.payload) || (key && !context_.is_concerned_with(input))) {
    context_.conclude(input, std::nullopt, journal_);
    return {};
  }
  if (!key) return context_.take(input, journal_);
  park(*key, input, std::nullopt);
  return {};
}

parking::Fault Deciding::fault_of(std::optional<parking::Fault> before, const Failure& failure) const {
  const auto now = clock_.now();
  auto fault = before ? std::move(*before) : parking::Fault{.first_failed = now};
  ++fault.attempts;
  fault.reason = failure.text;
  fault.last_failed = now;
  return fault;
}

Result<std::optional<std::chrono::milliseconds>> Deciding::failed(const Input& input, const Failure& failure) {
  const auto before = attempted_.find(input.stream);
  auto fault = fault_of(before == attempted_.end() ? std::nullopt : std::optional(before->second), failure);
  const auto& key = input.event.trace.key;
  if (!key) return ordo::failure(failure.kind, failure.text + " (the event does not say whose it is, so nothing can be parked)");
  if (parking_.bytes() > kParkedBytesMax) {
    return ordo::failure(failure.kind, fmt::format("{}; more than {} MB of inputs are parked already: this is no single event's fault, "
                                                   "run the version that wrote them", failure.text, kParkedBytesMax >> 20));
  }
  if (fault.attempts < kAttemptsMax) {
    attempted_[input.stream] = std::move(fault);
    const bool recently = parked_last_ && clock_.now().unix_ms - parked_last_->unix_ms < std::chrono::milliseconds(kParkedRecently).count();
    return recently ? std::chrono::milliseconds(0) : kAttemptPause;
  }
  spdlog::error("{} is parked after {} attempts: {} at {} {}.{}: {}", log::text(*key), fault.attempts, input.event.payload.type,
                log::text(input.stream), input.position.sequence, input.position.index, failure.text);
  attempted_.erase(input.stream);
  parked_last_ = clock_.now();
  park(*key, input, std::move(fault));
  return std::nullopt;
}

void Deciding::park(const log::Key& key, const Input& input, std::optional<parking::Fault> fault) {
  const auto topic = *log::parking_topic_of(context_.output());
  context_.conclude(input, Decision{topic, encode(parking::Event(parking::InputParked{key, input.event, fault}))}, journal_);
  parking_.park(key, {input.cause(), input.event, std::move(fault)});
}

Result<void> Deciding::operate(const Input& input) {
  const auto request = parking::decode_request(input.event.payload);
  if (!request) spdlog::error("an operator's request is passed over: {}", request.error().text);
  if (!request || request->context != context_.output()) {
    context_.conclude(input, std::nullopt, journal_);
    return {};
  }
  const auto released = release(*request);
  if (!released) return tl::unexpected(released.error());
  context_.conclude(input, Decision{*log::parking_topic_of(context_.output()), encode(parking::Event(*released))}, journal_);
  parking_.release(*released);
  spdlog::warn("{}: {} inputs decided and {} discarded for {} ({}), {} still parked", log::text(request->key), released->decided,
               released->discarded, request->requested_by, request->reason, released->left);
  return {};
}

// What is decided here is decided once more if the owner falls before the release is recorded: deciders know what they have decided.
Result<parking::ParkedReleased> Deciding::release(const parking::ReleaseRequested& request) {
  const auto& queue = parking_.queue(request.key);
  const auto parked = static_cast<std::uint32_t>(queue.size());
  parking::ParkedReleased released{.key = request.key, .left = parked};
  if (parked > 0 && request.first && *request.first != queue.front().event.id) return released;
  if (request.discard != parking::Discard::none) {
    released.discarded = request.discard == parking::Discard::all ? parked : std::min(parked, 1U);
    released.left -= released.discarded;
  }
  while (released.left > 0 && context_.wants_input()) {
    const auto& [place, event, fault] = queue[parked - released.left];
    const auto taken = context_.take({place.stream, place.position, event}, journal_);
    if (!taken && taken.error().retryable()) return tl::unexpected(taken.error());
    if (!taken) {
      released.fault = fault_of(fault, taken.error());
      break;
    }
    ++released.decided;
    --released.left;
  }
  return released;
}

}  // namespace ordo::runtime
