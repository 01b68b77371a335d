#pragma once
// Purpose: a letter on its way, and why it could not be delivered.
// Threads: plain values.

#include <string>
#include <string_view>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::mail {

// Everything UTF-8; bodies with "\n" at the end of lines. Every field but `correlation_id` and `traceparent` is required.
struct Mail {
  std::string from;  // a bare address: "letters@ordo.example"
  std::string to;    // a bare address
  std::string subject;
  std::string text;
  std::string html;
  std::string message_id;  // as `message_id_of` writes it
  std::string correlation_id;
  std::string traceparent;  // W3C trace context
  Timestamp date;
};

// "<0190f0a2-…@ordo>": a letter that is sent twice carries the same id twice, so that the mailbox can drop one.
[[nodiscard]] std::string message_id_of(NotificationId notification);

enum class MailFailureKind {
  malformed,    // the mail itself: a line break in a header, an address that is none. Nothing was sent
  refused,      // the server refuses this recipient or this letter for good (SMTP 5xx)
  deferred,     // the server asks to come again later (SMTP 4xx), or refuses us, not the letter
  unavailable,  // the server cannot be reached, or the connection broke; the letter may have been delivered
  timeout,      // no answer in time; the letter may have been delivered
};

[[nodiscard]] std::string_view to_text(MailFailureKind kind);

struct MailFailure {
  MailFailureKind kind;
  std::string text;  // for operators and the log of events: never names an address

  // Otherwise trying again would end the same way.
  [[nodiscard]] bool worth_retrying() const {
    return kind != MailFailureKind::malformed && kind != MailFailureKind::refused;
  }
};

}  // namespace ordo::mail
