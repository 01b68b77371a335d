#include "cli/table.hpp"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

namespace ordo::cli {
namespace {

constexpr std::size_t kGap = 2;

std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::plain: return "";
    case Tone::dim: return "\033[2m";
    case Tone::strong: return "\033[1m";
    case Tone::good: return "\033[32m";
    case Tone::warning: return "\033[33m";
    case Tone::bad: return "\033[31m";
  }
  return "";
}

// Code points; what we print has none that are wider than one cell.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

std::string painted(std::string_view text, Tone tone, bool coloured) {
  if (!coloured || tone == Tone::plain || text.empty()) return std::string(text);
  return std::string(code_of(tone)).append(text).append("\033[0m");
}

bool stdout_is_a_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

bool stdout_is_coloured() {
  const char* terminal = std::getenv("TERM");
  return stdout_is_a_terminal() && !is_set("NO_COLOR") && terminal != nullptr && std::string_view(terminal) != "dumb";
}

Table::Table(std::initializer_list<std::string_view> titles) {
  for (auto title : titles) {
    if (title.starts_with('>')) {
      right_.insert(titles_.size());
      title.remove_prefix(1);
    }
    titles_.emplace_back(title, Tone::dim);
  }
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (const auto& title : titles_) widths.push_back(width_of(title.text));
  for (const auto& row : rows_) {
    for (std::size_t column = 0; column < widths.size(); ++column) widths[column] = std::max(widths[column], width_of(row[column].text));
  }
  return widths;
}

void Table::write(std::string& out, const std::vector<Cell>& row, const std::vector<std::size_t>& widths, bool coloured) const {
  std::string line;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    const auto& cell = row[column];
    const std::string padding(widths[column] - width_of(cell.text), ' ');
    if (right_.contains(column)) line += padding;
    line += painted(cell.text, cell.tone, coloured);
    if (!right_.contains(column)) line += padding;
    if (column + 1 < widths.size()) line.append(kGap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + '\n';
}

std::string Table::text(bool coloured) const {
  const auto widths = this->widths();
  std::string out;
  write(out, titles_, widths, coloured);
  for (const auto& row : rows_) write(out, row, widths, coloured);
  return out;
}

}  // namespace ordo::cli
