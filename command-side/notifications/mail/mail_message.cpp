#include "command-side/notifications/mail/mail_message.hpp"

#include <algorithm>
#include <string_view>

#include "command-side/notifications/mail/mail_headers.hpp"
#include "command-side/notifications/mail/transfer_encoding.hpp"

namespace ordo::mail {
namespace {

constexpr std::size_t kBoundarySizeMax = 70;  // RFC 2046
constexpr std::string_view kLineEnd = "\r\n";

// Neither encoding of a body ever writes "=_", so no body can hold it.
std::string boundary_of(const Mail& mail) {
  std::string boundary = "=_";
  const auto may_stand = [](char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '-';
  };
  std::ranges::copy_if(mail.message_id, std::back_inserter(boundary), may_stand);
  boundary.resize(std::min(boundary.size(), kBoundarySizeMax));
  return boundary;
}

void append_part(std::string& out, std::string_view boundary, std::string_view type, std::string_view content) {
  const bool readable = is_mostly_ascii(content);
  for (const auto piece : {std::string_view("--"), boundary, kLineEnd, std::string_view("Content-Type: "), type,
                           std::string_view("; charset=utf-8\r\nContent-Transfer-Encoding: "),
                           std::string_view(readable ? "quoted-printable" : "base64"), kLineEnd, kLineEnd}) {
    out += piece;
  }
  readable ? append_quoted_printable(out, content) : append_base64(out, content);
  // The line break before a boundary belongs to the boundary.
  out += kLineEnd;
}

}  // namespace

Result<std::string, MailFailure> message_of(const Mail& mail) {
  const auto headers = header_lines(mail);
  if (!headers) return tl::unexpected(headers.error());
  const auto boundary = boundary_of(mail);
  std::string message;
  message.reserve(1'024 + (mail.text.size() + mail.html.size()) * 3 / 2);
  for (const auto& line : *headers) message.append(line).append(kLineEnd);
  message.append("MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"").append(boundary).append("\"\r\n\r\n");
  append_part(message, boundary, "text/plain", mail.text);
  append_part(message, boundary, "text/html", mail.html);
  message.append("--").append(boundary).append("--").append(kLineEnd);
  return message;
}

}  // namespace ordo::mail
