#include "projections/runtime/table_finishing.hpp"

#include "projections/runtime/bare_tables.hpp"

namespace ordo::projections {
namespace {

constexpr std::size_t kTablesAtOnce = 2;

}  // namespace

TableFinishing::TableFinishing(const TableFinishingSettings& settings) 
    : settings_(settings), left_(settings.model.bulk_tables.size()), working_(kTablesAtOnce) {
  for (const auto& table : settings_.model.bulk_tables) waiting_.push_back(&table);
  for (std::size_t count = 0; count < kTablesAtOnce; ++count) {
    workers_.emplace_back([this](const std::stop_token& stop) {
      work(stop);
      --working_;
    });
  }
}

Result<void> TableFinishing::outcome() const {
  const std::lock_guard lock(mutex_);
  if (failed_) return tl::unexpected(*failed_);
  return {};
}

void TableFinishing::work(const std::stop_token& stop) {
  auto options = settings_.connection;
  options.stop = stop;
  auto connection = postgres::Connection::open(options);
  while (const auto* table = next()) {
    const auto done = connection ? finish_table(*connection, settings_.schema, settings_.claim, *table) : tl::unexpected(connection.error());
    --left_;
    if (done) continue;
    const std::lock_guard lock(mutex_);
    if (!failed_) failed_ = done.error();
  }
}

const BulkTable* TableFinishing::next() {
  const std::lock_guard lock(mutex_);
  if (failed_ || waiting_.empty()) return nullptr;
  const auto* table = waiting_.front();
  waiting_.pop_front();
  return table;
}

}  // namespace ordo::projections
