#include "projections/balances/balances_projection.hpp"

#include "events/parking/events.hpp"
#include "projections/balances/schema_sql.hpp"
#include "projections/balances/wallet_rows.hpp"
#include "projections/orders/timeline_rows.hpp"

namespace ordo::projections {
namespace {

class BalancesProjection final : public Projection {
 public:
  explicit BalancesProjection(std::string_view schema) : wallets_(schema), timeline_(schema) {}

  Result<void> add(const log::StreamPosition& at, const log::Event& event) override {
    if (parking::is_parking(event.payload)) return {};
    const auto decoded = billing::decode(event.payload);
    if (!decoded) return tl::unexpected(decoded.error());
    std::visit([&](const auto& said) { wallets_.add(at, event.time, said); }, *decoded);
    if (const auto* payment = std::get_if<billing::PaymentProcessed>(&*decoded)) timeline_.add(at, event, *payment);
    if (const auto* refund = std::get_if<billing::PaymentRefunded>(&*decoded)) timeline_.add(at, event, *refund);
    return {};
  }

  Result<void> write(postgres::Transaction& transaction) override {
    return wallets_.write(transaction).and_then([&] { return timeline_.write(transaction); });
  }

  void clear() override {
    wallets_.clear();
    timeline_.clear();
  }

 private:
  WalletRows wallets_;
  TimelineRows timeline_;
};

}  // namespace

LaneDefinition balances_lane() {
  return {"balances", {log::StreamKind::billing}, [](const std::string& schema) {
            return std::make_unique<BalancesProjection>(schema);
          }};
}

std::string_view balances_tables() { return kBalancesSchema; }

}  // namespace ordo::projections
