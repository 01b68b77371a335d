#include "events/vocabulary/json_visit.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace ordo {
namespace {

constexpr int kDepthMax = 16;

void append_utf8(std::string& out, std::uint32_t code_point) {
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code_point >> 6)));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xE0 | (code_point >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code_point >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  }
}

class Scanner {
 public:
  Scanner(std::string_view text, const JsonVisit& visit) : rest_(text), visit_(visit) {}

  bool scan() {
    if (!value(0)) return false;
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    const auto size = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(size == std::string_view::npos ? rest_.size() : size);
  }

  bool take(char expected) {
    skip_space();
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool value(int depth) {
    if (depth > kDepthMax) return false;
    if (take('{')) return members(depth);
    if (take('[')) return elements(depth);
    if (take('"')) {
      std::string text;
      if (!string(text)) return false;
      visit_(path_, text);
      return true;
    }
    return literal();
  }

  bool members(int depth) {
    if (take('}')) return true;
    do {
      std::string name;
      if (!take('"') || !string(name) || !take(':') || !at(name, depth)) return false;
    } while (take(','));
    return take('}');
  }

  bool elements(int depth) {
    if (take(']')) return true;
    int index = 0;
    do {
      if (!at(std::to_string(index++), depth)) return false;
    } while (take(','));
    return take(']');
  }

  bool at(std::string_view name, int depth) {
    const auto size = path_.size();
    if (!path_.empty()) path_.push_back('.');
    path_ += name;
    const bool good = value(depth + 1);
    path_.resize(size);
    return good;
  }

  bool string(std::string& out) {
    while (!rest_.empty()) {
      const auto size = static_cast<std::size_t>(std::ranges::find_if(rest_, ends_plain_text) - rest_.begin());
      out += rest_.substr(0, size);
      rest_.remove_prefix(size);
      if (rest_.empty()) return false;
      const char character = rest_.front();
      rest_.remove_prefix(1);
      if (character == '"') return true;
      if (character != '\\' || !escape(out)) return false;
    }
    return false;
  }

  // Behind it stands the string's end, an escape, or what must not stand in a string.
  static bool ends_plain_text(char character) {
    return character == '"' || character == '\\' || static_cast<unsigned char>(character) < 0x20;
  }

  bool escape(std::string& out) {
    if (rest_.empty()) return false;
    const char kind = rest_.front();
    rest_.remove_prefix(1);
    if (kind == 'u') return code_point(out);
    constexpr std::string_view kKinds = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const auto index = kKinds.find(kind);
    if (index == std::string_view::npos) return false;
    out.push_back(kMeant[index]);
    return true;
  }

  bool code_point(std::string& out) {
    if (rest_.size() < 4) return false;
    std::uint32_t number = 0;
    const auto [stopped, error] = std::from_chars(rest_.data(), rest_.data() + 4, number, 16);
    if (error != std::errc{} || stopped != rest_.data() + 4) return false;
    if (number >= 0xD800 && number < 0xE000) return false;
    append_utf8(out, number);
    rest_.remove_prefix(4);
    return true;
  }

  bool literal() {
    const auto size = rest_.find_first_of(",]} \t\r\n");
    const auto text = rest_.substr(0, size);
    if (text != "true" && text != "false" && text != "null" && !is_number(text)) return false;
    visit_(path_, text);
    rest_.remove_prefix(text.size());
    return true;
  }

  static bool is_number(std::string_view text) {
    double number = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool begins_well = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
    return begins_well && error == std::errc{} && stopped == text.data() + text.size();
  }

  std::string_view rest_;
  const JsonVisit& visit_;
  std::string path_;
};

}  // namespace

bool visit_json(std::string_view text, const JsonVisit& visit) { return Scanner(text, visit).scan(); }

std::optional<FlatJson> flatten_json(std::string_view text) {
  FlatJson flat;
  const bool good = visit_json(text, [&flat](std::string_view path, std::string_view value) {
    flat.insert_or_assign(std::string(path), std::string(value));
  });
  return good ? std::optional(std::move(flat)) : std::nullopt;
}

}  // namespace ordo
