#include "cli/explanation_text.hpp"

#include <fmt/format.h>

#include "cli/event_text.hpp"
#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

using projections::Explanation;
using projections::Step;

// Who appends to the stream.
std::string_view role_of(log::StreamKind stream) {
  switch (stream) {
    case log::StreamKind::commands: return "gateway";
    case log::StreamKind::users: return "identity";
    case log::StreamKind::orders: return "orders";
    case log::StreamKind::billing: return "billing";
    case log::StreamKind::notifications: return "notifications";
    case log::StreamKind::operations:
    case log::StreamKind::audit: return "an operator";
    case log::StreamKind::parked: break;
  }
  return "";
}

std::string who(const Explanation& explanation, const Step& step) {
  if (step.took_ms || step.event.at.stream.kind == log::StreamKind::operations) return std::string(role_of(step.event.at.stream.kind));
  const auto& actor = step.event.event.trace.actor;
  if (!actor) return "Ordo";
  return *actor == explanation.user_id ? "the customer" : "user " + actor->text();
}

// "OrderPending.v1" → "OrderPending"
std::string name_of(const Step& step) {
  const auto& type = step.event.event.payload.type;
  return type.substr(0, type.rfind(".v"));
}

std::string why(const Step& step) {
  auto line = step.summary;
  if (!step.took_ms) line += ", correlation " + step.event.event.trace.correlation_id;
  if (!step.waits_for.empty()) line += ", waits for " + step.waits_for;
  return line;
}

class TreeRows {
 public:
  explicit TreeRows(const Explanation& explanation) : explanation_(explanation) {
    for (const auto& request : explanation.requests) add(request, "", "");
  }

  [[nodiscard]] std::string text(bool coloured) const { return table_.text(coloured); }

 private:
  // `lead` stands before the step itself, `below` before its effects.
  void add(const Step& step, const std::string& lead, const std::string& below) {
    const auto tone = step.waits_for.empty() ? Tone::plain : Tone::warning;
    table_.add({Cell(fmt::format("{} ms", step.since_request_ms), Tone::dim),
                step.took_ms ? Cell(fmt::format("{:+} ms", *step.took_ms)) : Cell(""), Cell(who(explanation_, step)),
                Cell(lead + name_of(step), tone), Cell(log::text(step.event.at), Tone::dim), Cell(why(step), tone)});
    for (const auto& effect : step.effects) {
      const bool last = &effect == &step.effects.back();
      add(effect, below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
    }
  }

  const Explanation& explanation_;
  Table table_{">AT", ">STEP", "WHO", "WHAT", "WHERE", "WHY"};
};

std::string state_text(const projections::OrderRow& row) {
  auto line = fmt::format("{}, {}, version {}", orders::text(row.status), text(row.purchase.total), row.version);
  if (row.cancel_reason) line += fmt::format(", {}", orders::text(*row.cancel_reason));
  return line;
}

void write_step(JsonText& json, const Step& step) {
  write_members(json, step.event);
  json.member("decided_by", role_of(step.event.at.stream.kind)).member("since_request_ms", step.since_request_ms);
  json.member_if("took_ms", step.took_ms).member("summary", step.summary);
  if (!step.waits_for.empty()) json.member("waits_for", step.waits_for);
}

void write_tree(JsonText& json, const Step& step) {
  write_step(json.open_object(), step);
  json.key("effects").open_array();
  for (const auto& effect : step.effects) write_tree(json, effect);
  json.close_array().close_object();
}

}  // namespace

std::string tree_text(const ExplainedOrder& order, bool coloured) {
  const auto& explanation = order.explanation;
  const auto line = [&](std::string_view name, const std::string& value) {
    return painted(fmt::format("{:<10}", name), Tone::dim, coloured) + value + '\n';
  };
  const auto began = text(explanation.requests.front().event.event.time);
  auto out = line("order", painted(explanation.order_id.text(), Tone::strong, coloured));
  if (order.now) out += line("now", state_text(*order.now));
  out += line("customer", fmt::format("{}, partition {}", explanation.user_id.text(), order.partition));
  out += line("took", fmt::format("{} ms from the first event, at {}, to the last", explanation.took_ms, began));
  return out + '\n' + TreeRows(explanation).text(coloured);
}

std::string tree_json(const ExplainedOrder& order) {
  const auto& explanation = order.explanation;
  JsonText json;
  json.open_object().member("order_id", explanation.order_id.text()).member("user_id", explanation.user_id.text());
  json.member("partition", order.partition).member("took_ms", explanation.took_ms);
  if (order.now) json.member("status", orders::text(order.now->status)).member("version", order.now->version);
  json.key("requests").open_array();
  for (const auto& request : explanation.requests) write_tree(json, request);
  return json.close_array().close_object().take() + '\n';
}

std::string steps_json(const ExplainedOrder& order) {
  std::string lines;
  projections::for_each_step(order.explanation, [&](const Step& step, std::size_t depth) {
    JsonText json;
    json.open_object().member("depth", depth);
    write_step(json, step);
    lines += json.close_object().take() + '\n';
  });
  return lines;
}

}  // namespace ordo::cli
