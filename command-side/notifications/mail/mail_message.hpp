#pragma once
// Purpose: writes a letter as it travels: its headers, and both bodies as one multipart/alternative.
// Errors: malformed, as `header_lines`.
// Threads: pure function.
// Source: RFC 5322 (headers), RFC 2045–2047 (MIME).

#include <string>

#include "command-side/notifications/mail/mail.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::mail {

// Every line ends with "\r\n"; all of it is ASCII. The same mail gives the same message.
[[nodiscard]] Result<std::string, MailFailure> message_of(const Mail& mail);

}  // namespace ordo::mail
