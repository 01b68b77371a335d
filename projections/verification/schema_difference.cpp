#include "projections/verification/schema_difference.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "projections/verification/table_comparison.hpp"

namespace ordo::projections {
namespace {

constexpr std::string_view kColumns =
    "select attname::text, format_type(atttypid, atttypmod) from pg_attribute "
    "where attrelid = to_regclass($1::text) and attnum > 0 and not attisdropped order by attnum";

struct Column {
  std::string name;
  std::string type;
};

Result<std::vector<Column>> columns_of(postgres::Transaction& transaction, std::string_view schema, const std::string& table) {
  return transaction.execute(kColumns, fmt::format("{}.{}", schema, table)).map([](const postgres::Rows& rows) {
    std::vector<Column> columns;
    for (const auto row : rows) columns.push_back({row.get<std::string>(0), row.get<std::string>(1)});
    return columns;
  });
}

// One table that both schemas have, under the same key.
class TablePair {
 public:
  TablePair(postgres::Transaction& transaction, std::string_view before, std::string_view after, const TableKey& table)
      : transaction_(transaction), before_(before), after_(after), key_(table.key) {
    difference_.table = table.table;
  }

  Result<TableDifference> compare(std::size_t samples_max) {
    if (auto known = find_columns(); !known) return tl::unexpected(known.error());
    if (auto counted = count(); !counted) return tl::unexpected(counted.error());
    for (const auto fate : {RowFate::only_before, RowFate::only_after, RowFate::changed}) {
      if (samples_max == 0 || count_of(fate) == 0) continue;
      if (auto sampled = sample(fate, samples_max); !sampled) return tl::unexpected(sampled.error());
    }
    return std::move(difference_);
  }

 private:
  Result<void> find_columns() {
    const auto before = columns_of(transaction_, before_, difference_.table), after = columns_of(transaction_, after_, difference_.table);
    if (!before || !after) return tl::unexpected((before ? after : before).error());
    for (const auto& [name, type] : *before) {
      const auto other = std::ranges::find(*after, name, &Column::name);
      if (other == after->end()) {
        difference_.columns_before.push_back(name);
      } else if (std::ranges::find(key_, name) == key_.end()) {
        columns_.push_back(name);
        // Values of different types have no order in common, but a text.
        const std::string_view as = other->type == type ? "" : "::text";
        differs_.push_back(fmt::format("before.{0}{1} is distinct from after.{0}{1}", name, as));
      }
    }
    for (const auto& [name, type] : *after) {
      if (std::ranges::find(*before, name, &Column::name) == before->end()) difference_.columns_after.push_back(name);
    }
    return {};
  }

  std::string join() const {
    std::vector<std::string> same;
    for (const auto& column : key_) same.push_back(fmt::format("before.{0} = after.{0}", column));
    return fmt::format("{0}.{2} as before full join {1}.{2} as after on {3}", before_, after_, difference_.table, fmt::join(same, " and "));
  }

  std::string is(RowFate fate) const {
    if (fate == RowFate::only_before) return fmt::format("after.{} is null", key_[0]);
    if (fate == RowFate::only_after) return fmt::format("before.{} is null", key_[0]);
    return fmt::format("before.{0} is not null and after.{0} is not null and ({1})", key_[0],
                       differs_.empty() ? "false" : fmt::format("{}", fmt::join(differs_, " or ")));
  }

  Result<void> count() {
    auto counts = fmt::format("count(before.{0}), count(after.{0})", key_[0]);
    for (const auto fate : {RowFate::only_before, RowFate::only_after, RowFate::changed}) {
      counts += fmt::format(", count(*) filter (where {})", is(fate));
    }
    for (const auto& differs : differs_) {
      counts += fmt::format(", count(*) filter (where before.{0} is not null and after.{0} is not null and {1})", key_[0], differs);
    }
    const auto rows = transaction_.execute(fmt::format("select {} from {}", counts, join()));
    if (!rows) return tl::unexpected(rows.error());
    const auto number = [&](std::size_t column) { return static_cast<std::uint64_t>((*rows)[0].get<std::int64_t>(column)); };
    difference_.rows_before = number(0);
    difference_.rows_after = number(1);
    difference_.only_before = number(2);
    difference_.only_after = number(3);
    difference_.changed = number(4);
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      if (number(5 + at) > 0) difference_.columns.push_back({columns_[at], number(5 + at)});
    }
    return {};
  }

  std::uint64_t count_of(RowFate fate) const {
    if (fate == RowFate::only_before) return difference_.only_before;
    return fate == RowFate::only_after ? difference_.only_after : difference_.changed;
  }

  Result<void> sample(RowFate fate, std::size_t samples_max) {
    std::vector<std::string> key, order, values;
    for (const auto& column : key_) {
      key.push_back(fmt::format("'{0}=' || coalesce(before.{0}::text, after.{0}::text)", column));
      order.push_back(fmt::format("coalesce(before.{0}, after.{0})", column));
    }
    for (const auto& column : columns_) values.push_back(fmt::format(", before.{0}::text, after.{0}::text", column));
    const auto rows = transaction_.execute(fmt::format("select concat_ws(' ', {}){} from {} where {} order by {} limit {}",
                                                       fmt::join(key, ", "), fmt::join(values, ""), join(), is(fate),
                                                       fmt::join(order, ", "), samples_max));
    if (!rows) return tl::unexpected(rows.error());
    for (const auto row : *rows) {
      RowSample sample{fate, row.get<std::string>(0), {}};
      for (std::size_t at = 0; fate == RowFate::changed && at < columns_.size(); ++at) {
        auto before = row.get<std::optional<std::string>>(1 + 2 * at), after = row.get<std::optional<std::string>>(2 + 2 * at);
        if (before != after) sample.changes.push_back({columns_[at], std::move(before), std::move(after)});
      }
      difference_.samples.push_back(std::move(sample));
    }
    return {};
  }

  postgres::Transaction& transaction_;
  const std::string_view before_, after_;
  const std::vector<std::string> key_;
  std::vector<std::string> columns_;  // that both have, without the key
  std::vector<std::string> differs_;  // a condition for each
  TableDifference difference_;
};

Result<std::uint64_t> rows_in(postgres::Transaction& transaction, std::string_view schema, const std::string& table) {
  return transaction.execute(fmt::format("select count(*) from {}.{}", schema, table)).map([](const postgres::Rows& rows) {
    return static_cast<std::uint64_t>(rows[0].get<std::int64_t>(0));
  });
}

// What is a table in one version may be a view in the other, which has no key: then the table's names its rows.
Result<bool> are_comparable(postgres::Transaction& transaction, std::string_view before, const TableKey* one, std::string_view after,
                            const TableKey* other) {
  if (one != nullptr && other != nullptr) return one->key == other->key;
  const auto& table = one == nullptr ? *other : *one;
  return columns_of(transaction, one == nullptr ? before : after, table.table).map([&](const std::vector<Column>& columns) {
    return std::ranges::all_of(table.key, [&](const auto& name) { return std::ranges::find(columns, name, &Column::name) != columns.end(); });
  });
}

}  // namespace

Result<std::vector<TableDifference>> compare_schemas(postgres::Transaction& transaction, std::string_view before, std::string_view after,
                                                     std::size_t samples_max) {
  const auto tables_before = tables_of(transaction, before), tables_after = tables_of(transaction, after);
  if (!tables_before || !tables_after) return tl::unexpected((tables_before ? tables_after : tables_before).error());
  std::map<std::string, std::pair<const TableKey*, const TableKey*>> pairs;
  for (const auto& table : *tables_before) pairs[table.table].first = &table;
  for (const auto& table : *tables_after) pairs[table.table].second = &table;
  std::vector<TableDifference> differences;
  for (const auto& [name, pair] : pairs) {
    const auto& [one, other] = pair;
    const auto comparable = are_comparable(transaction, before, one, after, other);
    if (!comparable) return tl::unexpected(comparable.error());
    if (*comparable) {
      auto difference = TablePair(transaction, before, after, one == nullptr ? *other : *one).compare(samples_max);
      if (!difference) return tl::unexpected(difference.error());
      differences.push_back(std::move(*difference));
      continue;
    }
    // Rows under different keys are different rows.
    const auto left = one == nullptr ? Result<std::uint64_t>(0) : rows_in(transaction, before, name);
    const auto right = other == nullptr ? Result<std::uint64_t>(0) : rows_in(transaction, after, name);
    if (!left || !right) return tl::unexpected((left ? right : left).error());
    differences.push_back({.table = name, .rows_before = *left, .rows_after = *right, .only_before = *left, .only_after = *right});
  }
  return differences;
}

}  // namespace ordo::projections
