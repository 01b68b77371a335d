#include "command-side/notifications/mail/smtp_mailer.hpp"

#include <algorithm>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "command-side/notifications/mail/mail_headers.hpp"

namespace ordo::mail {
namespace {

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct FreeMime {
  void operator()(curl_mime* mime) const noexcept { curl_mime_free(mime); }
};
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;
using List = std::unique_ptr<curl_slist, FreeList>;
using Mime = std::unique_ptr<curl_mime, FreeMime>;

// libcurl has to be set up once per process, before the first handle.
EasyHandle open_easy() {
  static const CURLcode set_up = curl_global_init(CURL_GLOBAL_DEFAULT);
  return EasyHandle(set_up == CURLE_OK ? curl_easy_init() : nullptr);
}

void append(List& list, const std::string& line) {
  // The list copies the line; its head changes with the first one only.
  auto* head = curl_slist_append(list.get(), line.c_str());
  list.release();
  list.reset(head);
}

std::string with_smtp_line_ends(std::string_view text) {
  std::string lines;
  lines.reserve(text.size() + text.size() / 32);
  char before = '\0';
  for (const char character : text) {
    if (character == '\n' && before != '\r') lines += '\r';
    lines += character;
    before = character;
  }
  return lines;
}

void add_part(curl_mime* mime, std::string_view type, std::string_view content) {
  const auto body = with_smtp_line_ends(content);
  const auto beyond_ascii = std::ranges::count_if(body, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
  // Quoted-printable stays readable, but makes three bytes of one: no choice for a text in Cyrillic letters.
  const bool mostly_ascii = static_cast<std::size_t>(beyond_ascii) * 6 < body.size();
  auto* part = curl_mime_addpart(mime);
  curl_mime_data(part, body.data(), body.size());
  curl_mime_type(part, fmt::format("{}; charset=utf-8", type).c_str());
  curl_mime_encoder(part, mostly_ascii ? "quoted-printable" : "base64");
}

// A url that carries a password insists on TLS; without one, TLS is taken where the server offers it.
long tls_for(std::string_view url) {
  return url.find('@') != std::string_view::npos ? CURLUSESSL_ALL : CURLUSESSL_TRY;
}

// What is known of a transfer that has ended.
struct Outcome {
  CURLcode code = CURLE_OK;
  long reply = 0;                // the server's last reply code; 0 when there was none
  bool recipient_named = false;  // the server had come so far as to hear for whom the letter is
  bool connected_anew = false;   // not over a connection kept from an earlier letter

  // The server hung up while nobody spoke; 421 is how it says so.
  [[nodiscard]] bool kept_connection_was_stale() const {
    const bool hung_up = code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING ||
                         code == CURLE_WEIRD_SERVER_REPLY;
    return !connected_anew && hung_up && (reply < 400 || reply == 421);
  }
};

// Sees every command that goes out.
int watch_commands(CURL* /*easy*/, curl_infotype kind, char* text, std::size_t size, void* recipient_named) noexcept {
  if (kind == CURLINFO_HEADER_OUT && std::string_view(text, size).starts_with("RCPT ")) {
    *static_cast<bool*>(recipient_named) = true;
  }
  return 0;
}

MailFailure refused_or_deferred(const Outcome& outcome) {
  // Before it has heard the recipient, a server can only mean us: our configuration, which will be put right.
  const bool for_good = outcome.reply >= 500 && outcome.recipient_named;
  return {for_good ? MailFailureKind::refused : MailFailureKind::deferred,
          fmt::format("the mail server answered {} to {}", outcome.reply,
                      outcome.recipient_named ? "the recipient or the letter" : "us")};
}

MailFailure failure_of(const Outcome& outcome) {
  switch (outcome.code) {
    case CURLE_OPERATION_TIMEDOUT: return {MailFailureKind::timeout, "the mail server did not answer in time"};
    case CURLE_COULDNT_RESOLVE_HOST: return {MailFailureKind::unavailable, "the mail server's name cannot be resolved"};
    case CURLE_COULDNT_CONNECT: return {MailFailureKind::unavailable, "the mail server cannot be reached"};
    case CURLE_LOGIN_DENIED: return {MailFailureKind::deferred, "the mail server does not accept our password"};
    case CURLE_SEND_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
      if (outcome.reply >= 400) return refused_or_deferred(outcome);
      break;
    default: break;
  }
  return {MailFailureKind::unavailable, fmt::format("the mail could not be handed over: {}", curl_easy_strerror(outcome.code))};
}

}  // namespace

struct SmtpMailer::Session {
  EasyHandle easy = open_easy();
  bool recipient_named = false;

  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy.get(), option, value);
  }

  void set_server(const SmtpSettings& settings) {
    set(CURLOPT_URL, settings.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_USE_SSL, tls_for(settings.url));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.total_timeout.count()));
    set(CURLOPT_DEBUGFUNCTION, &watch_commands);
    set(CURLOPT_DEBUGDATA, static_cast<void*>(&recipient_named));
    set(CURLOPT_VERBOSE, 1L);  // without it libcurl does not call the function
  }

  void set_letter(const char* sender, curl_slist* recipients, curl_slist* headers, curl_mime* content) {
    set(CURLOPT_MAIL_FROM, sender);
    set(CURLOPT_MAIL_RCPT, recipients);
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_MIMEPOST, content);
  }

  Outcome perform() {
    recipient_named = false;
    Outcome outcome;
    outcome.code = curl_easy_perform(easy.get());
    outcome.recipient_named = recipient_named;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &outcome.reply);
    long connections = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_NUM_CONNECTS, &connections);
    outcome.connected_anew = connections > 0;
    return outcome;
  }
};

SmtpMailer::SmtpMailer(SmtpSettings settings) : settings_(std::move(settings)), session_(std::make_unique<Session>()) {
  if (session_->easy) session_->set_server(settings_);
}

SmtpMailer::~SmtpMailer() = default;
SmtpMailer::SmtpMailer(SmtpMailer&&) noexcept = default;
SmtpMailer& SmtpMailer::operator=(SmtpMailer&&) noexcept = default;

Result<void, MailFailure> SmtpMailer::send(const Mail& mail) {
  if (!session_->easy) return tl::unexpected(MailFailure{MailFailureKind::unavailable, "libcurl cannot be set up"});
  const auto lines = header_lines(mail);
  if (!lines) return tl::unexpected(lines.error());
  List headers;
  for (const auto& line : *lines) append(headers, line);
  append(headers, "Content-Type: multipart/alternative");  // libcurl adds the boundary
  List recipients;
  append(recipients, "<" + mail.to + ">");
  const Mime content(curl_mime_init(session_->easy.get()));
  add_part(content.get(), "text/plain", mail.text);
  add_part(content.get(), "text/html", mail.html);

  session_->set_letter(("<" + mail.from + ">").c_str(), recipients.get(), headers.get(), content.get());
  auto outcome = session_->perform();
  if (outcome.kept_connection_was_stale()) outcome = session_->perform();
  // The handle outlives the lists that it points to.
  session_->set_letter(nullptr, nullptr, nullptr, nullptr);
  if (outcome.code == CURLE_OK) return {};
  return tl::unexpected(failure_of(outcome));
}

}  // namespace ordo::mail
