#include "events/notifications/describe.hpp"

#include <fmt/format.h>

#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::notifications {
namespace {

// What both kinds of event begin with.
template <class Letter>
JsonText& open_letter(JsonText& json, const Letter& letter) {
  return json.open_object()
      .member("notification_id", letter.notification_id.text())
      .member("channel", text(letter.channel))
      .member("kind", text(letter.kind));
}

std::string describe_failed(const NotificationFailed& failed) {
  JsonText json;
  open_letter(json, failed).member("attempts", failed.attempts).member("reason", failed.reason);
  if (failed.next_attempt) json.member("next_attempt_at", text(*failed.next_attempt));
  return json.close_object().take();
}

std::string describe_sent(const NotificationSent& sent) {
  JsonText json;
  return open_letter(json, sent)
      .member("locale", text(sent.locale))
      .member("template_version", sent.template_version)
      .member("attempts", sent.attempts)
      .close_object()
      .take();
}

}  // namespace

std::string describe(const Event& event) {
  return visit(event, [](const NotificationSent& sent) { return describe_sent(sent); },
               [](const NotificationFailed& failed) { return describe_failed(failed); });
}

std::string summary(const Event& event) {
  return visit(
      event,
      [](const NotificationSent& sent) {
        return fmt::format("{} in {}, attempt {}", text(sent.kind), text(sent.locale), sent.attempts);
      },
      [](const NotificationFailed& failed) {
        const auto then = failed.next_attempt ? "tried again from " + text(*failed.next_attempt) : std::string("given up");
        return fmt::format("{}, attempt {} failed: {}; {}", text(failed.kind), failed.attempts, failed.reason, then);
      });
}

}  // namespace ordo::notifications
