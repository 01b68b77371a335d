#include "cli/past_state.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/event_text.hpp"
#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

using log::LoggedEvent;

Field words(std::string name, std::string value) { return {std::move(name), JsonText().value(value).take(), value}; }
Field number(std::string name, std::int64_t value, std::string shown) { return {std::move(name), std::to_string(value), std::move(shown)}; }

// "2 × Green tea at 6.25 EUR, …"
std::string items_text(const orders::Purchase& purchase) {
  std::string line;
  for (const auto& item : purchase.items) {
    line += fmt::format("{}{} × {} at {}", line.empty() ? "" : ", ", item.quantity, item.name.empty() ? item.sku : item.name,
                        text(Money{item.unit_price, purchase.total.currency}));
  }
  return line;
}

std::string events_text(const std::vector<LoggedEvent>& events, std::string_view mark, Tone tone, bool coloured) {
  Table table{"", "TIME", "WHERE", "WHAT", ""};
  for (const auto& logged : events) {
    table.add({Cell(mark, tone), Cell(text(logged.event.time), Tone::dim), Cell(log::text(logged.at), Tone::dim), logged.event.payload.type,
               summary_of(logged)});
  }
  return table.empty() ? "" : "\n" + table.text(coloured);
}

// Those of the first that the second does not have.
std::vector<LoggedEvent> without(const std::vector<LoggedEvent>& events, const std::vector<LoggedEvent>& others) {
  std::set<log::StreamPosition> there;
  for (const auto& logged : others) there.insert(logged.at);
  std::vector<LoggedEvent> left;
  std::ranges::copy_if(events, std::back_inserter(left), [&](const LoggedEvent& logged) { return !there.contains(logged.at); });
  return left;
}

const Field* find(const PastState& state, const std::string& name) {
  const auto found = std::ranges::find(state.fields, name, &Field::name);
  return found == state.fields.end() ? nullptr : &*found;
}

// In the order of the fields; what only one of them has differs.
std::vector<std::string> names_that_differ(const Difference& difference) {
  const auto& [a, b] = difference;
  std::vector<std::string> names;
  for (const auto* state : {&a, &b}) {
    for (const auto& field : state->fields) {
      const auto *in_a = find(a, field.name), *in_b = find(b, field.name);
      const bool same = in_a != nullptr && in_b != nullptr && in_a->json == in_b->json;
      if (!same && std::ranges::find(names, field.name) == names.end()) names.push_back(field.name);
    }
  }
  return names;
}

void write_fields(JsonText& json, const PastState& state) {
  for (const auto& field : state.fields) json.raw_member(field.name, field.json);
}

void write_events(JsonText& json, std::string_view name, const std::vector<LoggedEvent>& events) {
  json.key(name).open_array();
  for (const auto& logged : events) {
    write_members(json.open_object(), logged);
    json.close_object();
  }
  json.close_array();
}

void write_side(JsonText& json, std::string_view name, const PastState& state) {
  json.key(name);
  if (state.fields.empty()) {
    json.null();
    return;
  }
  write_fields(json.open_object(), state);
  json.close_object();
}

}  // namespace

std::vector<Field> fields_of(const projections::OrderRow& order) {
  const auto& purchase = order.purchase;
  std::vector<Field> fields{
      words("id", purchase.order_id.text()),
      words("user_id", purchase.user_id.text()),
      words("status", std::string(orders::text(order.status))),
      {"items", orders::items_json(purchase.items), items_text(purchase)},
      number("total", purchase.total.minor, text(purchase.total)),
      words("currency", std::string(purchase.total.currency.code())),
  };
  if (order.payment_operation_id) fields.push_back(words("payment_operation_id", order.payment_operation_id->text()));
  if (order.cancel_reason) fields.push_back(words("cancel_reason", std::string(orders::text(*order.cancel_reason))));
  fields.push_back(words("created_at", text(order.created_at)));
  fields.push_back(words("updated_at", text(order.updated_at)));
  fields.push_back(number("version", order.version, std::to_string(order.version)));
  return fields;
}

std::vector<Field> fields_of(const projections::BalanceRow& wallet) {
  return {
      words("user_id", wallet.user_id.text()),
      number("balance", wallet.balance.minor, text(wallet.balance)),
      words("currency", std::string(wallet.balance.currency.code())),
      words("updated_at", text(wallet.updated_at)),
      number("version", wallet.changes, std::to_string(wallet.changes)),
  };
}

std::string state_text(const PastState& state, std::size_t events_max, bool coloured) {
  std::string out;
  for (const auto& field : state.fields) out += painted(fmt::format("{:<22}", field.name), Tone::dim, coloured) + field.text + '\n';
  const auto& events = state.events;
  const auto shown = std::min(events_max, events.size());
  if (shown < events.size()) out += fmt::format("\nthe last {} of {} events\n", shown, events.size());
  return out + events_text({events.end() - static_cast<std::ptrdiff_t>(shown), events.end()}, "", Tone::plain, coloured);
}

std::string state_json(const PastState& state) {
  JsonText json;
  write_fields(json.open_object(), state);
  write_events(json, "events", state.events);
  return json.close_object().take() + '\n';
}

std::string difference_text(const Difference& difference, bool coloured) {
  const auto& [a, b] = difference;
  Table table{"FIELD", "A", "B"};
  const auto shown = [](const Field* field) { return field == nullptr ? Cell("-", Tone::dim) : Cell(field->text); };
  for (const auto& name : names_that_differ(difference)) table.add({name, shown(find(a, name)), shown(find(b, name))});
  const auto fields = table.empty() ? std::string("nothing differs\n") : table.text(coloured);
  return fields + events_text(without(a.events, b.events), "-", Tone::bad, coloured) +
         events_text(without(b.events, a.events), "+", Tone::good, coloured);
}

std::string difference_json(const Difference& difference) {
  const auto& [a, b] = difference;
  JsonText json;
  json.open_object();
  write_side(json, "a", a);
  write_side(json, "b", b);
  json.key("changed").open_array();
  for (const auto& name : names_that_differ(difference)) json.value(name);
  json.close_array();
  write_events(json, "only_in_a", without(a.events, b.events));
  write_events(json, "only_in_b", without(b.events, a.events));
  return json.close_object().take() + '\n';
}

}  // namespace ordo::cli
