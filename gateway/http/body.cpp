#include "gateway/http/body.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/http/json_value.hpp"

namespace ordo::http {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::size_t count_characters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_continuation));
}

// U+0080 to U+009F, and the line and paragraph separators: mail and terminals take them for control characters too.
bool has_unicode_control(std::string_view text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const auto second = static_cast<unsigned char>(text[at + 1]);
    if (text[at] == '\xC2' && second < 0xA0) return true;
    const std::string_view three = text.substr(at, 3);
    if (three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9") return true;
  }
  return false;
}

bool has_refused_character(std::string_view text, Lines lines) {
  const auto refused = [&](char byte) {
    if (lines == Lines::many && (byte == '\n' || byte == '\r' || byte == '\t')) return false;
    // U+0000 is told already: the parser found it.
    return (static_cast<unsigned char>(byte) < 0x20 && byte != '\0') || byte == 0x7F;
  };
  return std::ranges::any_of(text, refused) || (lines == Lines::one && has_unicode_control(text));
}

std::string between(std::int64_t min, std::int64_t max) { return std::to_string(min) + " to " + std::to_string(max); }

// What is wrong with the text; empty when nothing is.
std::string check_text(std::string_view text, const TextRule& rule) {
  const std::size_t characters = count_characters(text);
  if (characters < rule.characters_min || characters > rule.characters_max) {
    return "must have " +
           between(static_cast<std::int64_t>(rule.characters_min), static_cast<std::int64_t>(rule.characters_max)) +
           " characters";
  }
  return has_refused_character(text, rule.lines) ? "must not contain control characters" : "";
}

}  // namespace

ObjectReader::ObjectReader(const JsonValue* value, std::string pointer, FieldErrors& errors)
    : value_(value), pointer_(std::move(pointer)), errors_(&errors) {}

void ObjectReader::refuse(std::string_view name, std::string detail) {
  if (errors_->full()) return;
  auto pointer = child_pointer(pointer_, name);
  if (!errors_->tells_of(pointer)) errors_->add(std::move(pointer), std::move(detail));
}

const JsonValue* ObjectReader::member(std::string_view name, Presence presence) {
  asked_.emplace(name);
  if (value_ == nullptr) return nullptr;  // that it is no object is said already
  const auto& members = std::get<JsonObject>(value_->content);
  const auto found = std::ranges::find(members, name, &JsonMember::name);
  if (found != members.end()) return &found->value;
  if (presence == Presence::required) refuse(name, "is required");
  return nullptr;
}

std::optional<std::string> ObjectReader::string_member(std::string_view name, const TextRule& rule, Presence presence) {
  const JsonValue* value = member(name, presence);
  if (value == nullptr) return std::nullopt;
  const auto* text = std::get_if<std::string>(&value->content);
  const std::string wrong = text == nullptr ? "must be a string" : check_text(*text, rule);
  if (wrong.empty()) return *text;
  refuse(name, wrong);
  return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::integer_member(std::string_view name, std::int64_t min, std::int64_t max,
                                                         Presence presence) {
  const JsonValue* value = member(name, presence);
  if (value == nullptr) return std::nullopt;
  const auto* number = std::get_if<std::int64_t>(&value->content);
  if (number != nullptr && *number >= min && *number <= max) return *number;
  refuse(name, "must be an integer from " + between(min, max));
  return std::nullopt;
}

std::optional<Currency> ObjectReader::currency_member(std::string_view name, Presence presence) {
  const JsonValue* value = member(name, presence);
  if (value == nullptr) return std::nullopt;
  const auto* code = std::get_if<std::string>(&value->content);
  const auto currency = code == nullptr ? std::nullopt : Currency::parse(*code);
  if (!currency) refuse(name, "must be the code of an ISO 4217 currency, such as EUR");
  return currency;
}

std::string ObjectReader::required_string(std::string_view name, TextRule rule) {
  return string_member(name, rule, Presence::required).value_or("");
}

std::optional<std::string> ObjectReader::optional_string(std::string_view name, TextRule rule) {
  return string_member(name, rule, Presence::optional);
}

std::int64_t ObjectReader::required_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  return integer_member(name, min, max, Presence::required).value_or(min);
}

std::optional<std::int64_t> ObjectReader::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  return integer_member(name, min, max, Presence::optional);
}

std::optional<bool> ObjectReader::optional_boolean(std::string_view name) {
  const JsonValue* value = member(name, Presence::optional);
  if (value == nullptr) return std::nullopt;
  const auto* flag = std::get_if<bool>(&value->content);
  if (flag != nullptr) return *flag;
  refuse(name, "must be true or false");
  return std::nullopt;
}

Currency ObjectReader::required_currency(std::string_view name) {
  return currency_member(name, Presence::required).value_or(Currency{});
}

std::optional<Currency> ObjectReader::optional_currency(std::string_view name) {
  return currency_member(name, Presence::optional);
}

std::optional<IdBytes> ObjectReader::optional_uuid(std::string_view name) {
  const JsonValue* value = member(name, Presence::optional);
  if (value == nullptr) return std::nullopt;
  const auto* text = std::get_if<std::string>(&value->content);
  const auto bytes = text == nullptr ? std::nullopt : parse_uuid(*text);
  if (!bytes) refuse(name, "must be a UUID");
  return bytes;
}

void ObjectReader::read_object(const JsonValue& value, std::string pointer, const ReadObject& read) {
  if (!std::holds_alternative<JsonObject>(value.content)) {
    errors_->add(std::move(pointer), "must be an object");
    return;
  }
  ObjectReader reader(&value, std::move(pointer), *errors_);
  read(reader);
  reader.refuse_unknown_members();
}

void ObjectReader::required_objects(std::string_view name, std::size_t count_min, std::size_t count_max,
                                    const ReadObject& read) {
  const JsonValue* value = member(name, Presence::required);
  if (value == nullptr) return;
  const auto* array = std::get_if<JsonArray>(&value->content);
  if (array == nullptr) return refuse(name, "must be an array");
  if (array->size() < count_min || array->size() > count_max) {
    return refuse(name, "must have " + std::to_string(count_min) + " to " + std::to_string(count_max) + " elements");
  }
  const std::string pointer = child_pointer(pointer_, name);
  for (std::size_t index = 0; index < array->size(); ++index) {
    read_object((*array)[index], child_pointer(pointer, std::to_string(index)), read);
  }
}

std::optional<std::vector<std::string>> ObjectReader::optional_strings(std::string_view name, std::size_t count_max,
                                                                       const TextRule& rule) {
  const JsonValue* value = member(name, Presence::optional);
  if (value == nullptr) return std::nullopt;
  const auto* array = std::get_if<JsonArray>(&value->content);
  std::vector<std::string> texts;
  if (array == nullptr || array->size() > count_max) {
    refuse(name, "must be an array of at most " + std::to_string(count_max) + " strings");
    return texts;
  }
  const std::string pointer = child_pointer(pointer_, name);
  for (std::size_t index = 0; index < array->size(); ++index) {
    const auto* text = std::get_if<std::string>(&(*array)[index].content);
    const std::string wrong = text == nullptr ? "must be a string" : check_text(*text, rule);
    if (!wrong.empty()) errors_->add(child_pointer(pointer, std::to_string(index)), wrong);
    texts.push_back(text == nullptr ? "" : *text);
  }
  return texts;
}

void ObjectReader::optional_object(std::string_view name, const ReadObject& read) {
  const JsonValue* value = member(name, Presence::optional);
  if (value != nullptr) read_object(*value, child_pointer(pointer_, name), read);
}

bool ObjectReader::takes_null(std::string_view name) {
  const JsonValue* value = member(name, Presence::optional);
  return value != nullptr && std::holds_alternative<JsonNull>(value->content);
}

void ObjectReader::refuse_unknown_members() {
  if (value_ == nullptr) return;
  for (const auto& [name, value] : std::get<JsonObject>(value_->content)) {
    if (!asked_.contains(name)) refuse(name, "is not known here");
  }
}

struct Body::State {
  JsonValue root;
  FieldErrors errors;

  [[nodiscard]] const JsonValue* object() const {
    return std::holds_alternative<JsonObject>(root.content) ? &root : nullptr;
  }
};

Body::Body(std::unique_ptr<State> state) : ObjectReader(state->object(), "", state->errors), state_(std::move(state)) {}
Body::~Body() = default;
Body::Body(Body&&) noexcept = default;
Body& Body::operator=(Body&&) noexcept = default;

Result<Body, Problem> Body::parse(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return tl::unexpected<Problem>(std::move(parsed.error()));
  auto state = std::make_unique<State>(State{std::move(parsed->root), std::move(parsed->errors)});
  if (state->object() == nullptr) state->errors.add("", "must be an object");
  return Body(std::move(state));
}

Result<Body, Problem> Body::parse_or_empty(std::string_view text) { return parse(text.empty() ? "{}" : text); }

Result<void, Problem> Body::finish() {
  refuse_unknown_members();
  if (state_->errors.empty()) return {};
  Problem refusal = problem(ProblemCode::validation_failed, "The body breaks a rule; `errors` says where.");
  refusal.errors = state_->errors.take();
  return tl::unexpected<Problem>(std::move(refusal));
}

}  // namespace ordo::http
