#pragma once
// Purpose: reads JSON bodies and says everything that is wrong with them at once.
//   auto body = Body::parse(request.body);
//   if (!body) return responder.refuse(body.error());
//   const auto amount = body->required_integer("amount", 1, kAmountMax);
//   if (const auto checked = body->finish(); !checked) return responder.refuse(checked.error());
// A reader answers a default where it records an error, so `finish` must be asked before a value is used.
// Errors: malformed JSON (also: deeper than 16 levels, a name twice, invalid UTF-8) is 400 `malformed_json`;
//         what breaks a rule is 422 `validation_failed`, with one entry for each error (up to a hundred: field_errors.hpp).
// Threads: one reader, one thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"
#include "gateway/http/field_errors.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::http {

struct JsonValue;

inline constexpr std::size_t kJsonDepthMax = 16;

enum class Lines { one, many };  // one: control characters, CR and LF among them, are refused

struct TextRule {
  std::size_t characters_min = 1;  // Unicode characters
  std::size_t characters_max = 255;
  Lines lines = Lines::one;
};

// Reads the members of one object; every member that is never asked for is an error.
class ObjectReader {
 public:
  // `value` is an object, or nothing where there was none to read; both must outlive the reader.
  ObjectReader(const JsonValue* value, std::string pointer, FieldErrors& errors);

  [[nodiscard]] std::string required_string(std::string_view name, TextRule rule);
  [[nodiscard]] std::optional<std::string> optional_string(std::string_view name, TextRule rule);
  [[nodiscard]] std::int64_t required_integer(std::string_view name, std::int64_t min, std::int64_t max);
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min, std::int64_t max);
  [[nodiscard]] std::optional<bool> optional_boolean(std::string_view name);
  [[nodiscard]] Currency required_currency(std::string_view name);
  [[nodiscard]] std::optional<Currency> optional_currency(std::string_view name);

  template <class SomeId>
  [[nodiscard]] std::optional<SomeId> optional_id(std::string_view name) {
    const auto bytes = optional_uuid(name);
    return bytes ? std::optional<SomeId>(SomeId(*bytes)) : std::nullopt;
  }

  using ReadObject = std::function<void(ObjectReader&)>;
  // An array of objects; `read` is called for each of them, and for none where there are too few or too many.
  void required_objects(std::string_view name, std::size_t count_min, std::size_t count_max, const ReadObject& read);
  [[nodiscard]] std::optional<std::vector<std::string>> optional_strings(std::string_view name, std::size_t count_max,
                                                                         const TextRule& rule);
  // `read` is called when the object is there.
  void optional_object(std::string_view name, const ReadObject& read);

  // Whether the member is there and null: for a PATCH that clears a value. Ask it before the typed reader.
  [[nodiscard]] bool takes_null(std::string_view name);

  // Records an error of the caller's own rules about one member, unless something is wrong with it (or in it) already.
  void refuse(std::string_view name, std::string detail);

 protected:
  void refuse_unknown_members();

 private:
  enum class Presence { optional, required };

  // The member, or nothing when it is not there; that is an error when it is required.
  [[nodiscard]] const JsonValue* member(std::string_view name, Presence presence);
  [[nodiscard]] std::optional<std::string> string_member(std::string_view name, const TextRule& rule,
                                                         Presence presence);
  [[nodiscard]] std::optional<std::int64_t> integer_member(std::string_view name, std::int64_t min, std::int64_t max,
                                                           Presence presence);
  [[nodiscard]] std::optional<Currency> currency_member(std::string_view name, Presence presence);
  [[nodiscard]] std::optional<IdBytes> optional_uuid(std::string_view name);
  void read_object(const JsonValue& value, std::string pointer, const ReadObject& read);

  const JsonValue* value_;
  std::string pointer_;
  FieldErrors* errors_;
  std::set<std::string, std::less<>> asked_;
};

// A whole body, which must be an object.
class Body final : public ObjectReader {
 public:
  [[nodiscard]] static Result<Body, Problem> parse(std::string_view text);
  // An empty body counts as {}: for routes where every member is optional.
  [[nodiscard]] static Result<Body, Problem> parse_or_empty(std::string_view text);

  ~Body();
  Body(Body&&) noexcept;
  Body& operator=(Body&&) noexcept;

  // Everything that was wrong; ask it last.
  [[nodiscard]] Result<void, Problem> finish();

 private:
  struct State;
  explicit Body(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ordo::http
