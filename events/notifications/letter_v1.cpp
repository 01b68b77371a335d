#include "events/notifications/letter_v1.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "events/notifications/letter_v1_words.hpp"

namespace ordo::notifications {
namespace {

using letter_v1::Frame;
using letter_v1::Message;

// Longer names are written in full and only push their own row out of line.
constexpr std::size_t kColumnCharactersMax = 40;
constexpr std::string_view kGap = "  ";
constexpr std::size_t kBodySizeUsual = 1'024;

enum class Column : std::uint8_t { sku, name, quantity, unit_price, sum };
constexpr std::size_t kColumns = 5;
constexpr auto kFirstRightAligned = static_cast<std::size_t>(Column::quantity);

using Row = std::array<std::string, kColumns>;

// A line break or another control character in a product's name must not draw lines that look like ours.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; }, ' ');
  return text;
}

std::size_t characters(std::string_view utf8) {
  const auto starts = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::ranges::count_if(utf8, starts));
}

Row heading(const Frame& words) {
  return {std::string(words.sku), std::string(words.name), std::string(words.quantity), std::string(words.unit_price),
          std::string(words.sum)};
}

// The heading first.
std::vector<Row> rows_of(const Frame& words, const LetterFacts& facts) {
  const auto currency = facts.total.currency;
  std::vector<Row> rows;
  rows.reserve(1 + facts.items.size());
  rows.push_back(heading(words));
  for (const auto& item : facts.items) {
    const Money price{item.unit_price, currency};
    const auto sum = multiply(price, item.quantity);
    rows.push_back({one_line(item.sku), one_line(item.name), std::to_string(item.quantity), ordo::text(price),
                    sum ? ordo::text(*sum) : ""});
  }
  return rows;
}

void append_padded(std::string& out, std::string_view cell, std::size_t width, bool right_aligned) {
  const auto spaces = width - std::min(width, characters(cell));
  if (right_aligned) out.append(spaces, ' ');
  out += cell;
  if (!right_aligned) out.append(spaces, ' ');
}

void append_text_table(std::string& out, const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      widths[column] = std::max(widths[column], std::min(characters(row[column]), kColumnCharactersMax));
    }
  }
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      if (column > 0) out += kGap;
      append_padded(out, row[column], widths[column], column >= kFirstRightAligned);
    }
    out += '\n';
  }
}

// Appends all of them: letters are written by the thousand, and a format string is read anew each time.
void append(std::string& out, std::initializer_list<std::string_view> pieces) {
  for (const auto piece : pieces) out += piece;
}

std::string text_body(const Frame& words, const Message& message, const LetterFacts& facts, const std::vector<Row>& rows) {
  std::string body;
  body.reserve(kBodySizeUsual);
  append(body, {words.greeting, "\n\n", message.opening, "\n\n", words.order, " ", facts.order_id.text(), "\n\n"});
  if (message.tells_items) {
    append_text_table(body, rows);
    body += '\n';
  }
  append(body, {message.sum_name.value_or(words.total), ": ", ordo::text(facts.total), "\n\n", message.closing, "\n\n", words.signature, "\n"});
  return body;
}

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t special; (special = text.find_first_of("&<>\"'\n")) != std::string_view::npos; text.remove_prefix(special + 1)) {
    out += text.substr(0, special);
    switch (text[special]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += "<br>";
    }
  }
  out += text;
}

void append_html_row(std::string& out, const Row& row, std::string_view tag) {
  out += "<tr>";
  for (std::size_t column = 0; column < kColumns; ++column) {
    append(out, {"<", tag, " style=\"padding:6px 10px;border-bottom:1px solid #ddd;text-align:",
                 column >= kFirstRightAligned ? "right" : "left", "\">"});
    append_escaped(out, row[column]);
    append(out, {"</", tag, ">"});
  }
  out += "</tr>\n";
}

void append_html_table(std::string& out, const std::vector<Row>& rows) {
  out += "<table style=\"border-collapse:collapse\">\n<thead>\n";
  append_html_row(out, rows.front(), "th");
  out += "</thead>\n<tbody>\n";
  for (std::size_t index = 1; index < rows.size(); ++index) append_html_row(out, rows[index], "td");
  out += "</tbody>\n</table>\n";
}

// "<p>Hello!</p>\n"
void append_paragraph(std::string& out, std::string_view text) {
  out += "<p>";
  append_escaped(out, text);
  out += "</p>\n";
}

std::string html_body(Locale locale, const Frame& words, const Message& message, const LetterFacts& facts, const std::vector<Row>& rows) {
  std::string html;
  html.reserve(2 * kBodySizeUsual);
  append(html, {"<!DOCTYPE html>\n<html lang=\"", text(locale), "\">\n<head><meta charset=\"utf-8\"><title>"});
  append_escaped(html, message.subject);
  html += "</title></head>\n<body style=\"font-family:sans-serif;color:#222;max-width:640px\">\n";
  append_paragraph(html, words.greeting);
  append_paragraph(html, message.opening);
  html += "<p>";
  append_escaped(html, words.order);
  append(html, {" <code>", facts.order_id.text(), "</code></p>\n"});
  if (message.tells_items) append_html_table(html, rows);
  html += "<p><strong>";
  append_escaped(html, message.sum_name.value_or(words.total));
  html += ": ";
  append_escaped(html, ordo::text(facts.total));
  html += "</strong></p>\n";
  append_paragraph(html, message.closing);
  append_paragraph(html, words.signature);
  html += "</body>\n</html>\n";
  return html;
}

Message message_of(Kind kind, Locale locale, const LetterFacts& facts) {
  switch (kind) {
    case Kind::happiness: return letter_v1::happiness(locale);
    case Kind::grief: return letter_v1::grief(locale, facts.cancel_reason);
    case Kind::cancellation: return letter_v1::cancellation(locale);
    case Kind::refund: return letter_v1::refund(locale);
  }
  return letter_v1::grief(locale, facts.cancel_reason);
}

}  // namespace

Letter compose_v1(Kind kind, Locale locale, const LetterFacts& facts) {
  const auto& words = letter_v1::frame_of(locale);
  const auto message = message_of(kind, locale, facts);
  const auto rows = message.tells_items ? rows_of(words, facts) : std::vector<Row>();
  return {std::string(message.subject), text_body(words, message, facts, rows), html_body(locale, words, message, facts, rows)};
}

}  // namespace ordo::notifications
