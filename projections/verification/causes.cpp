#include "projections/verification/causes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

using log::StreamKind;

// What may lead to what. An event that is no effect in this table comes from outside, and names no cause.
struct Rule {
  std::string_view effect;
  StreamKind stream;
  std::string_view cause;
};

constexpr Rule kRules[] = {
    {"OrderPending.v1", StreamKind::commands, "OrderCreateRequested.v1"},
    {"PaymentProcessed.v1", StreamKind::orders, "OrderPending.v1"},
    {"OrderUpdateMessage.v1", StreamKind::billing, "PaymentProcessed.v1"},
    {"OrderUpdateMessage.v1", StreamKind::commands, "OrderCancelRequested.v1"},
    {"PaymentRefunded.v1", StreamKind::orders, "OrderUpdateMessage.v1"},
    {"OrderUpdateMessage.v1", StreamKind::billing, "PaymentRefunded.v1"},
    {"AccountOpened.v1", StreamKind::users, "UserRegistered.v1"},
    {"AccountOpened.v1", StreamKind::commands, "AccountRequested.v1"},
    {"AccountConfirmed.v1", StreamKind::commands, "AccountRequested.v1"},
    {"AccountToppedUp.v1", StreamKind::commands, "TopUpRequested.v1"},
    {"TopUpRefused.v1", StreamKind::commands, "TopUpRequested.v1"},
    {"NotificationSent.v1", StreamKind::orders, "OrderUpdateMessage.v1"},
    {"NotificationFailed.v1", StreamKind::orders, "OrderUpdateMessage.v1"},
    {"ParkedReleased.v1", StreamKind::operations, "ReleaseRequested.v1"},
};

bool is_effect(std::string_view type) { return std::ranges::find(kRules, type, &Rule::effect) != std::end(kRules); }

bool may_lead_to(StreamKind stream, std::string_view cause, std::string_view effect) {
  return std::ranges::any_of(kRules, [&](const Rule& rule) {
    return rule.effect == effect && rule.stream == stream && rule.cause == cause;
  });
}

std::string text(const log::Cause& cause) {
  return fmt::format("{} {}.{}, event {}", log::text(cause.stream), cause.position.sequence, cause.position.index, cause.event_id.text());
}

}  // namespace

void Causes::forget(StreamKind stream, log::Position decided) {
  auto& events = recent_[stream];
  while (!events.empty() && events.front().position <= decided) events.pop_front();
}

Result<std::optional<PossibleCause>> Causes::find(StreamKind stream, log::Position position) const {
  if (const auto events = recent_.find(stream); events != recent_.end()) {
    const auto place = std::ranges::lower_bound(events->second, position, {}, &PossibleCause::position);
    if (place != events->second.end() && place->position == position) return *place;
  }
  return lookup_(stream, position);
}

Result<MaybeContradiction> Causes::check(const log::Event& effect, const IdBytes& about) const {
  if (!is_effect(effect.payload.type)) return std::nullopt;
  if (!effect.cause) return Contradiction{"what Ordo decides names its cause", "a cause", "none"};
  const auto found = find(effect.cause->stream, effect.cause->position);
  if (!found) return tl::unexpected(found.error());
  // The inbox forgets; that the position lies within the stream was seen to before.
  if (!*found && effect.cause->stream == StreamKind::commands) return std::nullopt;
  if (!*found) return Contradiction{"a cause stands where its effect says", text(*effect.cause), "no such event"};
  const auto& cause = **found;
  if (cause.event_id != effect.cause->event_id) {
    return Contradiction{"a cause stands where its effect says", text(*effect.cause), "event " + cause.event_id.text()};
  }
  if (!may_lead_to(effect.cause->stream, cause.type, effect.payload.type)) {
    return Contradiction{"a cause is of a type that leads to its effect", "what leads to " + effect.payload.type, cause.type};
  }
  if (cause.about == about) return std::nullopt;
  return Contradiction{"cause and effect speak of the same", uuid_text(about), uuid_text(cause.about)};
}

Result<MaybeContradiction> Causes::check_parked(const std::optional<log::Cause>& cause, const log::Event& input) const {
  if (!cause) return Contradiction{"what Ordo decides names its cause", "a cause", "none"};
  const auto found = find(cause->stream, cause->position);
  if (!found) return tl::unexpected(found.error());
  if (!*found && cause->stream == StreamKind::commands) return std::nullopt;  // as above
  if (*found && (*found)->event_id == cause->event_id && input.id == cause->event_id && (*found)->type == input.payload.type) return std::nullopt;
  return Contradiction{"a parked input is the event that stands where it says", text(*cause),
                       fmt::format("{} {}", input.payload.type, input.id.text())};
}

}  // namespace ordo::projections
