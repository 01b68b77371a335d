#pragma once
// Purpose: writes JSON text, front to back, into one string. Reading JSON lives with the gateway.
// Requires: what is written is valid UTF-8; keys and values come in turn, as in
//           JsonText().open_object().member("id", id.text()).member("total", 1250).close_object().take()
// Threads: one writer, one thread.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ordo {

class JsonText {
 public:
  JsonText& open_object();
  JsonText& close_object();
  JsonText& open_array();
  JsonText& close_array();
  JsonText& key(std::string_view name);

  JsonText& value(std::string_view text);
  JsonText& value(const char* text) { return value(std::string_view(text)); }
  JsonText& value(bool flag);
  JsonText& value(std::signed_integral auto number) requires(!std::same_as<decltype(number), bool>) {
    return raw(std::to_string(number));
  }
  JsonText& value(std::unsigned_integral auto number) requires(!std::same_as<decltype(number), bool>) {
    return raw(std::to_string(number));
  }
  JsonText& null();
  // Takes text that is JSON already, for example a jsonb column.
  JsonText& raw(std::string_view json);

  template <class Value>
  JsonText& member(std::string_view name, const Value& content) {
    return key(name).value(content);
  }
  // Writes nothing at all when there is no value.
  template <class Value>
  JsonText& member_if(std::string_view name, const std::optional<Value>& content) {
    return content ? member(name, *content) : *this;
  }
  JsonText& raw_member(std::string_view name, std::string_view json) { return key(name).raw(json); }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace ordo
