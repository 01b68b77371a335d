#pragma once
// Purpose: writes the header lines of a letter.
// Errors: `header_lines` answers malformed for a value that would break out of its line, and for an address that is none.
// Threads: pure functions.
// Source: RFC 5322 (headers, dates), RFC 2047 (words beyond ASCII).

#include <string>
#include <string_view>
#include <vector>

#include "command-side/notifications/mail/mail.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::mail {

// All but those that MIME needs; folded, without the line break at the end.
[[nodiscard]] Result<std::vector<std::string>, MailFailure> header_lines(const Mail& mail);

// The value of a header called `name`; where it is more than short ASCII, folded into encoded words of at most 75 characters,
// none of which ends inside a character.
[[nodiscard]] std::string encoded_header_value(std::string_view name, std::string_view utf8);

// "Fri, 21 Nov 2025 03:28:00 +0000"
[[nodiscard]] std::string header_date(Timestamp time);

}  // namespace ordo::mail
