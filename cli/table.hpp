#pragma once
// Purpose: a table of text as people read it: columns as wide as their widest cell, colours where they are wanted.
// Threads: plain values.

#include <cstddef>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::cli {

enum class Tone { plain, dim, strong, good, warning, bad };

// The text in its tone; as it is where there are no colours.
[[nodiscard]] std::string painted(std::string_view text, Tone tone, bool coloured);

[[nodiscard]] bool stdout_is_a_terminal();

// Colours are for people: a terminal that knows them, and nobody who says NO_COLOR.
[[nodiscard]] bool stdout_is_coloured();

struct Cell {
  Cell(std::string content, Tone how = Tone::plain) : text(std::move(content)), tone(how) {}
  Cell(std::string_view content, Tone how = Tone::plain) : text(content), tone(how) {}
  Cell(const char* content, Tone how = Tone::plain) : text(content), tone(how) {}

  std::string text;  // UTF-8, one line
  Tone tone = Tone::plain;
};

class Table {
 public:
  // A column whose title begins with '>' is aligned to the right.
  Table(std::initializer_list<std::string_view> titles);

  // Requires: as many cells as there are titles.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text(bool coloured) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;
  void write(std::string& out, const std::vector<Cell>& row, const std::vector<std::size_t>& widths, bool coloured) const;

  std::vector<Cell> titles_;
  std::set<std::size_t> right_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace ordo::cli
