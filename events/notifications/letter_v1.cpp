#include "events/notifications/letter_v1.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "events/notifications/letter_v1_words.hpp"

namespace ordo::notifications {
namespace {

using letter_v1::Frame;
using letter_v1::Message;

// Longer names are written in full and only push their own row out of line.
constexpr std::size_t kColumnCharactersMax = 40;
constexpr std::string_view kGap = "  ";

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

std::vector<Row> rows_of(const LetterFacts& facts) {
  const auto currency = facts.total.currency;
  std::vector<Row> rows;
  rows.reserve(facts.items.size());
  for (const auto& item : facts.items) {
    const Money price{item.unit_price, currency};
    const auto sum = multiply(price, item.quantity);
    rows.push_back({one_line(item.sku), one_line(item.name), std::to_string(item.quantity), ordo::text(price),
                    sum ? ordo::text(*sum) : ""});
  }
  return rows;
}

std::string padded(std::string_view cell, std::size_t width, bool right_aligned) {
  const std::string spaces(width - std::min(width, characters(cell)), ' ');
  return right_aligned ? spaces + std::string(cell) : std::string(cell) + spaces;
}

std::string text_table(const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      widths[column] = std::max(widths[column], std::min(characters(row[column]), kColumnCharactersMax));
    }
  }
  std::string table;
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      if (column > 0) table += kGap;
      table += padded(row[column], widths[column], column >= kFirstRightAligned);
    }
    table += '\n';
  }
  return table;
}

std::string text_body(const Frame& words, const Message& message, const LetterFacts& facts) {
  std::string table;
  if (message.tells_items) {
    auto rows = rows_of(facts);
    rows.insert(rows.begin(), heading(words));
    table = text_table(rows) + "\n";
  }
  return fmt::format("{}\n\n{}\n\n{} {}\n\n{}{}: {}\n\n{}\n\n{}\n", words.greeting, message.opening, words.order,
                     facts.order_id.text(), table, message.sum_name.value_or(words.total), ordo::text(facts.total),
                     message.closing, words.signature);
}

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char character : text) {
    switch (character) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      case '\'': html += "&#39;"; break;
      case '\n': html += "<br>"; break;
      default: html += character;
    }
  }
  return html;
}

std::string html_row(const Row& row, std::string_view tag) {
  std::string html = "<tr>";
  for (std::size_t column = 0; column < kColumns; ++column) {
    html += fmt::format("<{0} style=\"padding:6px 10px;border-bottom:1px solid #ddd;text-align:{1}\">{2}</{0}>", tag,
                        column >= kFirstRightAligned ? "right" : "left", escaped(row[column]));
  }
  return html + "</tr>\n";
}

std::string html_table(const Frame& words, const LetterFacts& facts) {
  std::string html = "<table style=\"border-collapse:collapse\">\n<thead>\n";
  html += html_row(heading(words), "th") + "</thead>\n<tbody>\n";
  for (const auto& row : rows_of(facts)) html += html_row(row, "td");
  return html + "</tbody>\n</table>\n";
}

std::string html_body(Locale locale, const Frame& words, const Message& message, const LetterFacts& facts) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n"
      "<body style=\"font-family:sans-serif;color:#222;max-width:640px\">\n",
      text(locale), escaped(message.subject));
  html += fmt::format("<p>{}</p>\n<p>{}</p>\n<p>{} <code>{}</code></p>\n", escaped(words.greeting),
                      escaped(message.opening), escaped(words.order), facts.order_id.text());
  if (message.tells_items) html += html_table(words, facts);
  html += fmt::format("<p><strong>{}: {}</strong></p>\n<p>{}</p>\n<p>{}</p>\n</body>\n</html>\n",
                      escaped(message.sum_name.value_or(words.total)), escaped(ordo::text(facts.total)), escaped(message.closing), escaped(words.signature));
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
  return {std::string(message.subject), text_body(words, message, facts), html_body(locale, words, message, facts)};
}

}  // namespace ordo::notifications
