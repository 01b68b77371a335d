#include "command-side/billing/context.hpp"

#include <array>

#include "command-side/billing/ledger.hpp"
#include "command-side/billing/ledger_state.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::billing {
namespace {

struct Traits {
  using Decider = LedgerDecider;
  using MaybeInput = Result<std::optional<Decider::Input>>;

  static constexpr auto kOutput = log::StreamKind::billing;
  static constexpr std::array kInputs{log::StreamKind::users, log::StreamKind::commands, log::StreamKind::orders};

  static constexpr auto kStateVersion = kLedgerVersion;
  static std::string save(const Ledger& ledger) { return billing::save(ledger); }
  static Result<Ledger> load(std::string_view bytes) { return load_ledger(bytes); }

  static MaybeInput read(log::StreamKind stream, const log::Event& event) {
    switch (stream) {
      case log::StreamKind::users: return read_user(event.payload);
      case log::StreamKind::commands: return read_command(event.payload);
      default: return read_order(event.payload);
    }
  }

  static MaybeInput read_user(const log::Payload& payload) {
    const auto user = identity::decode(payload);
    if (!user) return tl::unexpected(user.error());
    return *user;
  }

  static MaybeInput read_command(const log::Payload& payload) {
    const auto command = decode_command(payload);
    if (!command) return tl::unexpected(command.error());
    if (!*command) return std::nullopt;
    return visit(**command, [](const auto& asked) -> MaybeInput { return asked; });
  }

  static MaybeInput read_order(const log::Payload& payload) {
    const auto event = orders::decode(payload);
    if (!event) return tl::unexpected(event.error());
    return visit(
        *event, [](const orders::OrderPending& pending) -> MaybeInput { return pending; },
        [](const orders::OrderUpdateMessage& update) -> MaybeInput {
          if (update.status != orders::Status::cancelled || update.reason != orders::CancelReason::requested) return std::nullopt;
          return RefundOrder{update.purchase.order_id};
        });
  }

  static Result<Event> decode(const log::Payload& payload) { return billing::decode(payload); }

  // A wallet is opened by an event of another stream: before money of an unknown one is refused, all that stream holds is read.
  static std::optional<log::StreamKind> wants_first(const Ledger& ledger, const Decider::Input& input) {
    const auto user = visit(
        input,
        [](const TopUpRequested& command) { return std::optional(command.user_id); },
        [](const orders::OrderPending& order) { return std::optional(order.purchase.user_id); },
        [](const auto&) { return std::optional<UserId>(); });
    if (!user || ledger.wallet_of(*user) != nullptr) return std::nullopt;
    return log::StreamKind::users;
  }

  static std::string_view text(LedgerRejection) { return "refused"; }
};

}  // namespace

std::unique_ptr<runtime::Context> make_context() { return std::make_unique<runtime::DecidingContext<Traits>>(); }

}  // namespace ordo::billing
