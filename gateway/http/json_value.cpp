#include "gateway/http/json_value.hpp"

#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "gateway/http/body.hpp"

namespace ordo::http {
namespace {

// Builds the value while the text is read, so that depth and repeated names are refused before they cost memory.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return place({JsonNull{}}); }
  bool boolean(bool flag) override { return place({flag}); }
  bool number_integer(number_integer_t number) override { return place({std::int64_t{number}}); }
  bool number_unsigned(number_unsigned_t number) override;
  bool number_float(number_float_t /*number*/, const string_t& /*text*/) override { return place({JsonFraction{}}); }
  bool string(string_t& text) override;
  bool binary(binary_t& /*bytes*/) override { return false; }
  bool start_object(std::size_t /*count*/) override { return open({JsonObject{}}); }
  bool start_array(std::size_t /*count*/) override { return open({JsonArray{}}); }
  bool key(string_t& name) override;
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t at, const std::string& token, const nlohmann::detail::exception& error) override;

  ParsedJson parsed;
  Problem problem;

 private:
  bool place(JsonValue value);
  bool open(JsonValue value);
  bool close();
  bool refuse(std::string detail);
  [[nodiscard]] std::string pointer() const;

  struct Open {
    JsonValue* container;
    std::set<std::string> names;
  };

  JsonValue* last_ = nullptr;  // what was placed last
  std::vector<Open> open_;     // from the root down; a container never grows while one of its children is open
  std::string key_;            // of the member that is about to come
};

bool Builder::place(JsonValue value) {
  if (open_.empty()) {
    parsed.root = std::move(value);
    last_ = &parsed.root;
  } else if (auto* array = std::get_if<JsonArray>(&open_.back().container->content)) {
    last_ = &array->emplace_back(std::move(value));
  } else {
    auto& object = std::get<JsonObject>(open_.back().container->content);
    object.push_back({std::move(key_), std::move(value)});
    last_ = &object.back().value;
  }
  return true;
}

bool Builder::open(JsonValue value) {
  if (open_.size() == kJsonDepthMax) return refuse("The body is nested deeper than 16 levels.");
  place(std::move(value));
  open_.push_back({last_, {}});
  return true;
}

bool Builder::close() {
  open_.pop_back();
  return true;
}

bool Builder::number_unsigned(number_unsigned_t number) {
  if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return place({JsonFraction{}});
  return place({static_cast<std::int64_t>(number)});
}

bool Builder::string(string_t& text) {
  if (!parsed.errors.full() && text.find('\0') != std::string::npos) parsed.errors.add(pointer(), "must not contain U+0000");
  return place({std::move(text)});
}

bool Builder::key(string_t& name) {
  if (!open_.back().names.insert(name).second) return refuse("A member name stands twice in one object.");
  key_ = std::move(name);
  return true;
}

bool Builder::parse_error(std::size_t at, const std::string& /*token*/, const nlohmann::detail::exception& error) {
  constexpr int kNumberOverflow = 406;  // JSON by its grammar, so this is a broken rule, not malformed text
  if (error.id == kNumberOverflow) {
    problem = http::problem(ProblemCode::validation_failed, "The body breaks a rule.");
    parsed.errors.add(pointer(), "is too large a number");
    problem.errors = parsed.errors.take();
    return false;
  }
  return refuse("The body is not valid JSON: see byte " + std::to_string(at) + '.');
}

bool Builder::refuse(std::string detail) {
  problem = http::problem(ProblemCode::malformed_json, std::move(detail));
  return false;
}

// Of the value that is about to be placed. A child that is open is the last one of its parent.
std::string Builder::pointer() const {
  std::string text;
  for (const auto& [container, names] : open_) {
    const bool innermost = container == open_.back().container;
    if (const auto* array = std::get_if<JsonArray>(&container->content)) {
      text = child_pointer(text, std::to_string(innermost ? array->size() : array->size() - 1));
    } else {
      text = child_pointer(text, innermost ? key_ : std::get<JsonObject>(container->content).back().name);
    }
  }
  return text;
}

}  // namespace

std::string child_pointer(std::string_view parent, std::string_view name) {
  std::string pointer(parent);
  pointer.push_back('/');
  for (const char character : name) {
    if (character == '~') {
      pointer += "~0";
    } else if (character == '/') {
      pointer += "~1";
    } else {
      pointer.push_back(character);
    }
  }
  return pointer;
}

Result<ParsedJson, Problem> parse_json(std::string_view text) {
  // A raw U+0000 is never JSON. The library takes it for the end of the text, and whatever stands behind it for nothing.
  if (const auto at = text.find('\0'); at != std::string_view::npos) {
    return refused(ProblemCode::malformed_json, "The body is not valid JSON: see byte " + std::to_string(at + 1) + '.');
  }
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    return tl::unexpected<Problem>(std::move(builder.problem));
  }
  return std::move(builder.parsed);
}

}  // namespace ordo::http
