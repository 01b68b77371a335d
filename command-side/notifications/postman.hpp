#pragma once
// Purpose: carries letters: asks for the users' addresses, composes, hands all of them to the mail server at once.
// Threads: what `make_postman` answers belongs to one thread.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "command-side/notifications/letter_desk.hpp"

namespace ordo::notifications {

struct Contact {
  std::string email;
  Locale locale = Locale::english;
  bool wants_letters = true;
};

// Asks identity, an answer for each user. Nothing: there is no such user any more. Errors: unavailable, timeout.
using FoundContact = Result<std::optional<Contact>>;
using FindContacts = std::function<std::vector<FoundContact>(std::span<const UserId>)>;

struct PostmanSettings {
  std::string smtp_url;
  std::string mail_from;
};

[[nodiscard]] std::unique_ptr<Carrier> make_postman(PostmanSettings settings, FindContacts find_contacts, Clock& clock);

}  // namespace ordo::notifications
