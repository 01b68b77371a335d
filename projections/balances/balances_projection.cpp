#include "projections/balances/balances_projection.hpp"

#include "projections/balances/schema_sql.hpp"
#include "projections/balances/wallet_rows.hpp"
#include "projections/orders/timeline_rows.hpp"
#include "projections/parking/parked_key_rows.hpp"

namespace ordo::projections {
namespace {

// The later event tells the balance.
constexpr std::string_view kUniteBalances = R"sql(
with parts as (
  delete from {0}.balances as part using (select user_id from {0}.balances group by user_id having count(*) > 1) as torn
  where part.user_id = torn.user_id
  returning part.*)
insert into {0}.balances (user_id, balance, currency, updated_at, version, stream, sequence, index)
select distinct on (user_id) user_id, balance, currency, updated_at, sum(version) over (partition by user_id), stream, sequence, index
from parts order by user_id, sequence desc, index desc)sql";

// A refusal may be said again when a client asks again; the first one stays.
constexpr std::string_view kUniteRefused = R"sql(
delete from {0}.refused_operations as again using {0}.refused_operations as first
where again.operation_id = first.operation_id and (again.sequence, again.index) > (first.sequence, first.index))sql";

class BalancesProjection final : public Projection {
 public:
  explicit BalancesProjection(std::string_view schema) : wallets_(schema), timeline_(schema), parked_(schema, "billing") {}

  Result<void> add(const log::StreamPosition& at, const log::Event& event) override {
    if (parking::is_parking(event.payload)) return add_parking(at, event);
    const auto decoded = billing::decode(event.payload);
    if (!decoded) return tl::unexpected(decoded.error());
    std::visit([&](const auto& said) { wallets_.add(at, event.time, said); }, *decoded);
    if (const auto* payment = std::get_if<billing::PaymentProcessed>(&*decoded)) timeline_.add(at, event, *payment);
    if (const auto* refund = std::get_if<billing::PaymentRefunded>(&*decoded)) timeline_.add(at, event, *refund);
    return {};
  }

  Result<void> write(postgres::Transaction& transaction) override {
    return wallets_.write(transaction)
        .and_then([&] { return timeline_.write(transaction); })
        .and_then([&] { return parked_.write(transaction); });
  }

  Result<void> copy(postgres::Transaction& transaction) override {
    return wallets_.copy(transaction)
        .and_then([&] { return timeline_.write(transaction); })
        .and_then([&] { return parked_.write(transaction); });
  }

  void clear() override {
    wallets_.clear();
    timeline_.clear();
    parked_.clear();
  }

 private:
  Result<void> add_parking(const log::StreamPosition& at, const log::Event& event) {
    const auto decoded = parking::decode(event.payload);
    if (!decoded) return tl::unexpected(decoded.error());
    parked_.add(*decoded, event.time);
    timeline_.add(at, event, *decoded);
    return {};
  }

  WalletRows wallets_;
  TimelineRows timeline_;
  ParkedKeyRows parked_;
};

}  // namespace

LaneDefinition balances_lane() {
  return {"balances",
          {log::StreamKind::billing},
          [](const std::string& schema) { return std::make_unique<BalancesProjection>(schema); },
          {{"balances"}, {"operations"}, {"refused_operations"}, {"account_requests"}, {"order_timeline", "stream like 'BILLING-%'"},
           {"parked_keys", "context = 'billing'"}}};
}

std::string_view balances_tables() { return kBalancesSchema; }

std::vector<BulkTable> balances_bulk_tables() {
  return {{"operations"},
          {"balances", {}, std::string(kUniteBalances)},
          {"refused_operations", {}, std::string(kUniteRefused)},
          {"account_requests"}};
}

}  // namespace ordo::projections
