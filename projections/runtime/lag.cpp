#include "projections/runtime/lag.hpp"

namespace ordo::projections {

Result<std::vector<StreamLag>> lag(postgres::Connection& connection, log::EventLog& log, std::string_view schema) {
  auto transaction = connection.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  const auto lanes = read_all_checkpoints(*transaction, schema);
  if (!lanes) return tl::unexpected(lanes.error());
  std::vector<StreamLag> lags;
  for (const auto& [lane, reached] : *lanes) {
    for (const auto& [stream, sequence] : reached) {
      const auto bounds = log.bounds(stream);
      if (!bounds) return tl::unexpected(bounds.error());
      lags.push_back({lane, stream, sequence, bounds->last_sequence});
    }
  }
  return lags;
}

}  // namespace ordo::projections
