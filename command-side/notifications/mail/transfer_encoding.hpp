#pragma once
// Purpose: text beyond ASCII, or with long lines, as mail servers take it everywhere: in 7 bits, in lines of at most 76 characters.
// Threads: pure functions.
// Source: RFC 2045, 6.7 (quoted-printable) and 6.8 (base64).

#include <string>
#include <string_view>

namespace ordo::mail {

// One line, however long.
[[nodiscard]] std::string base64(std::string_view raw);

// Both take UTF-8 whose lines end with "\n" or "\r\n", and append lines that end with "\r\n".
void append_base64(std::string& out, std::string_view text);
void append_quoted_printable(std::string& out, std::string_view text);

// Quoted-printable stays readable, but makes three bytes of one beyond ASCII: no choice for a text in Cyrillic letters.
[[nodiscard]] bool is_mostly_ascii(std::string_view text);

}  // namespace ordo::mail
