#include "tests/command-side/notifications/mail/mailbox.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace ordo::mail {
namespace {

// Finds its mailbox in ORDO_MAIL_DIR. Stands between single quotes of the shell, so it holds none.
constexpr const char* kReadLetters = R"(
import email, email.policy, json, os, pathlib, sys

def content(message, kind):
    part = message.get_body(preferencelist=(kind,))
    # Inside base64 a line of text ends with CR LF (RFC 2045, 6.8).
    return "" if part is None else part.get_content().replace("\r\n", "\n")

def as_seen(message):
    return {"from": str(message["From"]), "to": str(message["To"]), "subject": str(message["Subject"]),
            "date": str(message["Date"]), "message_id": str(message["Message-ID"]),
            "auto_submitted": str(message["Auto-Submitted"]), "type": message.get_content_type(),
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
            "text": content(message, "plain"), "html": content(message, "html")}

folder = pathlib.Path(os.environ["ORDO_MAIL_DIR"])
files = [file for part in ("new", "cur") for file in (folder / part).glob("*")]
messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
print(json.dumps([as_seen(each) for each in messages if each["X-Correlation-Id"] == sys.argv[1]]))
)";

std::string required(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) {
    throw std::runtime_error(std::string(name) +
                             " is not set: this test talks to the mail sink, which ./test and `./run services` start");
  }
  return value;
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  if (!pipe) throw std::runtime_error("no process can be started");
  std::string output;
  char chunk[4096];
  for (std::size_t size; (size = fread(chunk, 1, sizeof chunk, pipe.get())) > 0;) output.append(chunk, size);
  return output;
}

}  // namespace

std::string sink_url() { return required("ORDO_SMTP_URL"); }

std::vector<ReceivedLetter> received(const std::string& correlation_id) {
  (void)required("ORDO_MAIL_DIR");
  const auto output = output_of("/usr/bin/python3 -c '" + std::string(kReadLetters) + "' " + correlation_id);
  std::vector<ReceivedLetter> letters;
  for (const auto& letter : nlohmann::json::parse(output)) {
    letters.push_back({letter.at("from"), letter.at("to"), letter.at("subject"), letter.at("date"), letter.at("message_id"),
                       letter.at("auto_submitted"), letter.at("type"), letter.at("defects").dump(), letter.at("text"),
                       letter.at("html")});
  }
  return letters;
}

}  // namespace ordo::mail
