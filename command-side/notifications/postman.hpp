#pragma once
// Purpose: carries one letter: asks for the user's address, composes, hands it to the mail server.
// Threads: what `make_postman` answers belongs to one thread.

#include <functional>
#include <optional>
#include <string>

#include "command-side/notifications/letter_desk.hpp"

namespace ordo::notifications {

struct Contact {
  std::string email;
  Locale locale = Locale::english;
  bool wants_letters = true;
};

// Asks identity. Nothing: there is no such user any more. Errors: unavailable, timeout.
using FindContact = std::function<Result<std::optional<Contact>>(UserId)>;

struct PostmanSettings {
  std::string smtp_url;
  std::string mail_from;
};

[[nodiscard]] DeliverLetter make_postman(PostmanSettings settings, FindContact find_contact, Clock& clock);

}  // namespace ordo::notifications
