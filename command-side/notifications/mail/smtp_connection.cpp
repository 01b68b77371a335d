#include "command-side/notifications/mail/smtp_connection.hpp"

#include <array>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

namespace ordo::mail {
namespace {

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

// libcurl has to be set up once per process, before the first handle.
EasyHandle open_easy() {
  static const CURLcode set_up = curl_global_init(CURL_GLOBAL_DEFAULT);
  return EasyHandle(set_up == CURLE_OK ? curl_easy_init() : nullptr);
}

// A url that carries a password insists on TLS; without one, TLS is taken where the server offers it.
long tls_for(std::string_view url) {
  return url.find('@') != std::string_view::npos ? CURLUSESSL_ALL : CURLUSESSL_TRY;
}

MailFailure failure_of(CURLcode code, long reply) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return {MailFailureKind::timeout, "the mail server did not answer in time"};
    case CURLE_COULDNT_RESOLVE_HOST: return {MailFailureKind::unavailable, "the mail server's name cannot be resolved"};
    case CURLE_COULDNT_CONNECT: return {MailFailureKind::unavailable, "the mail server cannot be reached"};
    case CURLE_LOGIN_DENIED: return {MailFailureKind::deferred, "the mail server does not accept our password"};
    case CURLE_SEND_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
      // It can only mean us: our configuration, which will be put right.
      if (reply >= 400) return {MailFailureKind::deferred, fmt::format("the mail server answered {} to us", reply)};
      break;
    default: break;
  }
  return {MailFailureKind::unavailable, fmt::format("the mail could not be handed over: {}", curl_easy_strerror(code))};
}

// libcurl passes every line of the server's on.
std::size_t hear_line(char* text, std::size_t size, std::size_t count, void* greeting) noexcept {
  static_cast<SmtpGreeting*>(greeting)->hear({text, size * count});
  return size * count;
}

}  // namespace

struct SmtpConnection::Session {
  EasyHandle easy = open_easy();
  SmtpGreeting greeting;
  curl_socket_t socket = CURL_SOCKET_BAD;

  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (socket == CURL_SOCKET_BAD) return;
    std::size_t sent = 0;
    constexpr std::string_view kGoodbye = "QUIT\r\n";
    (void)curl_easy_send(easy.get(), kGoodbye.data(), kGoodbye.size(), &sent);
    // libcurl would say it again and wait for an answer for up to two minutes.
    shutdown(socket, SHUT_RDWR);
  }

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
    set(CURLOPT_HEADERFUNCTION, &hear_line);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&greeting));
    // Up to where letters begin: greeting, EHLO, STARTTLS, AUTH.
    set(CURLOPT_CONNECT_ONLY, 1L);
  }

  // False: the connection is broken, or the server has closed it.
  [[nodiscard]] bool receive(std::string& heard) const {
    std::array<char, 16 * 1024> chunk;
    while (true) {
      std::size_t size = 0;
      const auto code = curl_easy_recv(easy.get(), chunk.data(), chunk.size(), &size);
      if (code == CURLE_AGAIN) return true;
      if (code != CURLE_OK || size == 0) return false;
      heard.append(chunk.data(), size);
    }
  }

  [[nodiscard]] bool send(std::string_view& unsent) const {
    std::size_t size = 0;
    const auto code = curl_easy_send(easy.get(), unsent.data(), unsent.size(), &size);
    if (code == CURLE_OK) unsent.remove_prefix(size);
    return code == CURLE_OK || code == CURLE_AGAIN;
  }
};

SmtpConnection::SmtpConnection(std::unique_ptr<Session> session) : session_(std::move(session)) {}
SmtpConnection::~SmtpConnection() = default;
SmtpConnection::SmtpConnection(SmtpConnection&&) noexcept = default;
SmtpConnection& SmtpConnection::operator=(SmtpConnection&&) noexcept = default;

Result<SmtpConnection, MailFailure> SmtpConnection::open(const SmtpSettings& settings) {
  auto session = std::make_unique<Session>();
  if (!session->easy) return tl::unexpected(MailFailure{MailFailureKind::unavailable, "libcurl cannot be set up"});
  session->set_server(settings);
  const auto code = curl_easy_perform(session->easy.get());
  if (code != CURLE_OK) {
    long reply = 0;
    curl_easy_getinfo(session->easy.get(), CURLINFO_RESPONSE_CODE, &reply);
    return tl::unexpected(failure_of(code, reply));
  }
  curl_easy_getinfo(session->easy.get(), CURLINFO_ACTIVESOCKET, &session->socket);
  return SmtpConnection(std::move(session));
}

SmtpExtensions SmtpConnection::extensions() const { return session_->greeting.extensions(); }

SmtpConnection::Progress SmtpConnection::exchange(std::string_view& unsent, std::string& heard, Clock::time_point deadline) {
  while (true) {
    const auto unsent_before = unsent.size();
    const auto heard_before = heard.size();
    const bool sent = unsent.empty() || session_->send(unsent);
    // There can be no answer to what has just gone out.
    const bool awaits_answer = sent && unsent.empty() && unsent_before > 0;
    const bool received = awaits_answer || session_->receive(heard);
    // What the server said before it left comes first.
    if (heard.size() > heard_before) return Progress::moved;
    if (!sent || !received) return Progress::broken;
    if (unsent.size() < unsent_before && !unsent.empty()) return Progress::moved;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return Progress::timeout;
    pollfd waiting{session_->socket, static_cast<short>(POLLIN | (unsent.empty() ? 0 : POLLOUT)), 0};
    if (poll(&waiting, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) return Progress::broken;
  }
}

}  // namespace ordo::mail
