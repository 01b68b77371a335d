#include "events/orders/describe.hpp"

#include <fmt/format.h>

#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::orders {
namespace {

constexpr int kVersionPending = 2;

JsonText& write(JsonText& json, const Money& total) {
  return json.member("total", total.minor).member("currency", total.currency.code());
}

std::string describe_command(const OrderCreateRequested& command) {
  JsonText json;
  json.open_object().raw_member("items", items_json(command.purchase.items));
  return write(json, command.purchase.total).close_object().take();
}

std::string describe_command(const OrderCancelRequested& command) {
  return JsonText()
      .open_object()
      .member("order_id", command.order_id.text())
      .member("cancellation_id", command.cancellation_id.text())
      .close_object()
      .take();
}

std::string describe_pending(const OrderPending& pending) {
  JsonText json;
  json.open_object().member("status", text(Status::pending)).member("version", kVersionPending);
  write(json, pending.purchase.total);
  return json.member("requested_at", text(pending.requested_at)).close_object().take();
}

std::string describe_update(const OrderUpdateMessage& update) {
  JsonText json;
  json.open_object().member("status", text(update.status)).member("version", update.version);
  if (update.payment_operation_id) json.member("payment_operation_id", update.payment_operation_id->text());
  if (update.reason) json.member("reason", text(*update.reason));
  if (update.purchase.has_total()) write(json, update.purchase.total);
  return json.close_object().take();
}

std::string summary_of_update(const OrderUpdateMessage& update) {
  auto line = std::string(text(update.status));
  if (update.status == Status::paid && update.payment_operation_id) line += " by operation " + update.payment_operation_id->text();
  if (update.reason) line += fmt::format(": {}", text(*update.reason));
  if (update.status == Status::refunded && update.purchase.has_total()) line += ": " + text(update.purchase.total);
  return line;
}

}  // namespace

std::string describe(const Command& command) {
  return visit(command, [](const auto& asked) { return describe_command(asked); });
}

std::string describe(const Event& event) {
  return visit(event, [](const OrderPending& pending) { return describe_pending(pending); },
               [](const OrderUpdateMessage& update) { return describe_update(update); });
}

std::string summary(const Command& command) {
  return visit(
      command,
      [](const OrderCreateRequested& create) {
        const auto items = create.purchase.items.size();
        return fmt::format("{} {} for {}", items, items == 1 ? "item" : "items", text(create.purchase.total));
      },
      [](const OrderCancelRequested& cancel) { return "cancellation " + cancel.cancellation_id.text(); });
}

std::string summary(const Event& event) {
  return visit(event, [](const OrderPending& pending) { return "PENDING: " + text(pending.purchase.total); },
               [](const OrderUpdateMessage& update) { return summary_of_update(update); });
}

OrderId order_of(const Event& event) {
  return visit(event, [](const auto& about) { return about.purchase.order_id; });
}

}  // namespace ordo::orders
