#include "events/vocabulary/json_text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ordo {
namespace {

bool stands_for_itself(char character) { return static_cast<unsigned char>(character) >= 0x20 && character != '"' && character != '\\'; }

void append_escaped(std::string& out, char character) {
  switch (character) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += fmt::format("\\u{:04x}", static_cast<unsigned char>(character));
}

}  // namespace

void JsonText::separate() {
  if (needs_comma_) text_.push_back(',');
  needs_comma_ = true;
}

JsonText& JsonText::open_object() {
  separate();
  text_.push_back('{');
  needs_comma_ = false;
  return *this;
}

JsonText& JsonText::close_object() {
  text_.push_back('}');
  needs_comma_ = true;
  return *this;
}

JsonText& JsonText::open_array() {
  separate();
  text_.push_back('[');
  needs_comma_ = false;
  return *this;
}

JsonText& JsonText::close_array() {
  text_.push_back(']');
  needs_comma_ = true;
  return *this;
}

JsonText& JsonText::key(std::string_view name) {
  value(name);
  text_.push_back(':');
  needs_comma_ = false;
  return *this;
}

JsonText& JsonText::value(std::string_view text) {
  separate();
  text_.push_back('"');
  // As a rule nothing is to be escaped, and all is one piece.
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, stands_for_itself);
    text_.append(text.begin(), end);
    if (end == text.end()) break;
    append_escaped(text_, *end);
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()) + 1);
  }
  text_.push_back('"');
  return *this;
}

JsonText& JsonText::value(bool flag) { return raw(flag ? "true" : "false"); }

JsonText& JsonText::null() { return raw("null"); }

JsonText& JsonText::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

}  // namespace ordo
