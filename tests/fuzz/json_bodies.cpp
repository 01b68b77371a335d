// JSON as strangers send it, held against a second reader: what is accepted means the same to both.

#include <string>

#include <nlohmann/json.hpp>

#include "events/vocabulary/json_text.hpp"
#include "gateway/http/body.hpp"
#include "gateway/http/json_value.hpp"
#include "gateway/http/url.hpp"
#include "tests/fuzz/property.hpp"

namespace {

using namespace ordo;
using namespace ordo::http;
using ordo::fuzz::require;

void write(const JsonValue& value, JsonText& out);

struct Written {
  JsonText& out;
  void operator()(const JsonNull&) const { out.null(); }
  void operator()(bool flag) const { out.value(flag); }
  void operator()(std::int64_t number) const { out.value(number); }
  void operator()(const JsonFraction&) const { out.raw("0.5"); }
  void operator()(const std::string& text) const { out.value(text); }
  void operator()(const JsonArray& elements) const {
    out.open_array();
    for (const auto& element : elements) write(element, out);
    out.close_array();
  }
  void operator()(const JsonObject& members) const {
    out.open_object();
    for (const auto& member : members) {
      out.key(member.name);
      write(member.value, out);
    }
    out.close_object();
  }
};

void write(const JsonValue& value, JsonText& out) { std::visit(Written{out}, value.content); }

std::string written(const JsonValue& value) {
  JsonText out;
  write(value, out);
  return out.take();
}

// Whether the other reader, which builds a tree of its own, understood the same.
struct SameAs {
  const nlohmann::json& other;
  bool operator()(const JsonNull&) const { return other.is_null(); }
  bool operator()(bool flag) const { return other.is_boolean() && other.get<bool>() == flag; }
  bool operator()(std::int64_t number) const {
    return other.is_number_integer() && other.get<std::int64_t>() == number && (number < 0 || other.get<std::uint64_t>() <= INT64_MAX);
  }
  bool operator()(const JsonFraction&) const {
    return other.is_number_float() || (other.is_number_unsigned() && other.get<std::uint64_t>() > INT64_MAX);
  }
  bool operator()(const std::string& text) const { return other.is_string() && other.get_ref<const std::string&>() == text; }
  bool operator()(const JsonArray& elements) const {
    if (!other.is_array() || other.size() != elements.size()) return false;
    for (std::size_t index = 0; index < elements.size(); ++index) {
      if (!std::visit(SameAs{other[index]}, elements[index].content)) return false;
    }
    return true;
  }
  bool operator()(const JsonObject& members) const {
    if (!other.is_object() || other.size() != members.size()) return false;
    for (const auto& member : members) {
      if (!other.contains(member.name) || !std::visit(SameAs{other[member.name]}, member.value.content)) return false;
    }
    return true;
  }
};

bool has_only_text(const JsonValue& value) {
  if (const auto* text = std::get_if<std::string>(&value.content)) return is_utf8(*text);
  if (const auto* elements = std::get_if<JsonArray>(&value.content)) {
    return std::all_of(elements->begin(), elements->end(), has_only_text);
  }
  if (const auto* members = std::get_if<JsonObject>(&value.content)) {
    return std::all_of(members->begin(), members->end(), [](const auto& member) { return is_utf8(member.name) && has_only_text(member.value); });
  }
  return true;
}

// Raw control characters are white space or broken JSON; U+0000 ends the text for careless readers.
bool holds_raw_control(std::string_view text) {
  return text.find_first_of(std::string_view("\0\x01\x08\x0B\x0C\x1F", 6)) != std::string_view::npos;
}

void check_accepted(const JsonValue& root, std::string_view text) {
  require(!holds_raw_control(text), "a control character is never part of JSON");
  require(is_utf8(text), "what is accepted is UTF-8");
  require(has_only_text(root), "every text is UTF-8");
  const auto other = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  require(!other.is_discarded() && std::visit(SameAs{other}, root.content), "two readers understand the same");
  const auto again = parse_json(written(root));
  require(again && written(again->root) == written(root), "what is written as it was read is read as the same");
}

void check_refused(const Problem& problem, std::string_view text) {
  require(problem.code == ProblemCode::malformed_json || problem.code == ProblemCode::validation_failed, "a refusal says why");
  require(!problem.detail.empty() && is_utf8(problem.detail), "a refusal is readable");
  if (problem.code == ProblemCode::validation_failed) require(!problem.errors.empty(), "a broken rule is told");
  if (problem.detail.starts_with("The body is not valid JSON")) {
    require(!nlohmann::json::accept(text.begin(), text.end()) || holds_raw_control(text), "JSON is not called broken");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = ordo::fuzz::text_of(data, size);
  auto parsed = parse_json(text);
  if (!parsed) {
    check_refused(parsed.error(), text);
    return 0;
  }
  check_accepted(parsed->root, text);
  for (const auto& error : parsed->errors.take()) require(is_utf8(error.pointer), "a pointer is text");
  return 0;
}
