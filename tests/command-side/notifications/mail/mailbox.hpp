#pragma once
// Purpose: the Maildir that the mail sink of ./run fills, read with Python's own mail parser: another program than ours has to
//          understand what we send.
// Errors: the functions throw, so that a test fails with the reason, when ORDO_SMTP_URL or ORDO_MAIL_DIR is not set.

#include <string>
#include <vector>

namespace ordo::mail {

[[nodiscard]] std::string sink_url();

struct ReceivedLetter {
  std::string from;
  std::string to;
  std::string subject;
  std::string date;
  std::string message_id;
  std::string auto_submitted;
  std::string type;     // multipart/alternative
  std::string defects;  // what the parser found wrong, as JSON: []
  std::string text;
  std::string html;
};

// All letters with this correlation id that are in the mailbox now, in no order.
[[nodiscard]] std::vector<ReceivedLetter> received(const std::string& correlation_id);

}  // namespace ordo::mail
