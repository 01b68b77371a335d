#include "command-side/notifications/mail/mail.hpp"

#include <fmt/format.h>

namespace ordo::mail {

std::string message_id_of(NotificationId notification) { return fmt::format("<{}@ordo>", notification.text()); }

std::string_view to_text(MailFailureKind kind) {
  switch (kind) {
    case MailFailureKind::malformed: return "malformed";
    case MailFailureKind::refused: return "refused";
    case MailFailureKind::deferred: return "deferred";
    case MailFailureKind::unavailable: return "unavailable";
    case MailFailureKind::timeout: return "timeout";
  }
  return "unknown";
}

}  // namespace ordo::mail
