#include "command-side/orders/context.hpp"

#include <array>

#include "command-side/orders/order.hpp"
#include "command-side/orders/order_book_state.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::orders {
namespace {

struct Traits {
  using Decider = OrderDecider;
  using MaybeInput = Result<std::optional<Decider::Input>>;

  static constexpr auto kOutput = log::StreamKind::orders;
  static constexpr std::array kInputs{log::StreamKind::commands, log::StreamKind::billing};

  static constexpr auto kStateVersion = kOrderBookVersion;
  static std::string save(const OrderBook& book) { return orders::save(book); }
  static Result<OrderBook> load(std::string_view bytes) { return load_order_book(bytes); }

  static MaybeInput read(log::StreamKind stream, const log::Event& event) {
    return stream == log::StreamKind::commands ? read_command(event) : read_billing(event);
  }

  static MaybeInput read_command(const log::Event& event) {
    const auto command = decode_command(event.payload);
    if (!command) return tl::unexpected(command.error());
    if (!*command) return std::nullopt;
    return visit(
        **command, [&](const OrderCreateRequested& request) -> MaybeInput { return CreateOrder{request, event.time}; },
        [&](const OrderCancelRequested& request) -> MaybeInput { return CancelOrder{request, event.time}; });
  }

  static MaybeInput read_billing(const log::Event& event) {
    const auto billed = billing::decode(event.payload);
    if (!billed) return tl::unexpected(billed.error());
    if (const auto* payment = std::get_if<billing::PaymentProcessed>(&*billed)) return *payment;
    if (const auto* refund = std::get_if<billing::PaymentRefunded>(&*billed)) return *refund;
    return std::nullopt;
  }

  static Result<Event> decode(const log::Payload& payload) { return orders::decode(payload); }

  static std::string_view text(OrderRejection rejection) {
    switch (rejection) {
      case OrderRejection::payment_of_unknown_order: return "a payment of an order that was never pending";
      case OrderRejection::refund_without_cancellation: return "a refund of an order that was never cancelled";
    }
    return "refused";
  }
};

}  // namespace

std::unique_ptr<runtime::Context> make_context() { return std::make_unique<runtime::DecidingContext<Traits>>(); }

}  // namespace ordo::orders
