#include "command-side/notifications/mail/smtp_reply.hpp"

#include <algorithm>

namespace ordo::mail {
namespace {

constexpr std::size_t kCodeSize = 3;
constexpr std::size_t kLineSizeMax = 8 * 1024;  // RFC 5321 allows 512

int code_of(std::string_view line) {
  const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
  if (line.size() < kCodeSize || !std::ranges::all_of(line.substr(0, kCodeSize), is_digit)) return SmtpReplies::kUnreadable;
  if (line.size() > kCodeSize && line[kCodeSize] != ' ' && line[kCodeSize] != '-') return SmtpReplies::kUnreadable;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

bool goes_on(std::string_view line) { return line.size() > kCodeSize && line[kCodeSize] == '-'; }

std::string_view without_line_end(std::string_view line) { return line.substr(0, line.find_last_not_of("\r\n") + 1); }

bool names(std::string_view line, std::string_view keyword) {
  const auto same = [](char left, char right) { return (left & ~0x20) == (right & ~0x20); };
  return std::ranges::equal(line.substr(std::min(kCodeSize + 1, line.size())), keyword, same);
}

}  // namespace

std::optional<int> SmtpReplies::next() {
  while (true) {
    const auto rest = std::string_view(received_).substr(read_);
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) {
      received_.erase(0, read_);
      read_ = 0;
      return received_.size() > kLineSizeMax ? std::optional(kUnreadable) : std::nullopt;
    }
    const auto line = without_line_end(rest.substr(0, end));
    read_ += end + 1;
    const int code = code_of(line);
    if (code == kUnreadable || !goes_on(line)) return code;
  }
}

void SmtpGreeting::hear(std::string_view line) {
  line = without_line_end(line);
  const bool answers_hello = code_of(line) == 250;
  if (answers_hello && !reply_goes_on_) extensions_ = {};
  reply_goes_on_ = goes_on(line);
  if (!answers_hello) return;
  extensions_.pipelining = extensions_.pipelining || names(line, "PIPELINING");
  extensions_.chunking = extensions_.chunking || names(line, "CHUNKING");
}

}  // namespace ordo::mail
