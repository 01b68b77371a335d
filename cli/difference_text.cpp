#include "cli/difference_text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/rebuild_text.hpp"
#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::cli {
namespace {

using projections::kBuilding;
using projections::kServing;
using projections::RowFate;
using projections::TableDifference;

constexpr std::size_t kValueCharactersMax = 80;

std::string columns_of(const TableDifference& table) {
  std::vector<std::string> columns;
  for (const auto& [column, rows] : table.columns) columns.push_back(fmt::format("{} {}", column, grouped(rows)));
  for (const auto& column : table.columns_before) columns.push_back(fmt::format("{} only in {}", column, kServing));
  for (const auto& column : table.columns_after) columns.push_back(fmt::format("{} only in {}", column, kBuilding));
  return fmt::format("{}", fmt::join(columns, ", "));
}

// "orders 410 changed (total 410), 2 only in read_next"
std::string details_of(const TableDifference& table) {
  std::vector<std::string> parts;
  if (table.changed > 0) parts.push_back(fmt::format("{} changed ({})", grouped(table.changed), columns_of(table)));
  if (table.only_before > 0) parts.push_back(fmt::format("{} only in {}", grouped(table.only_before), kServing));
  if (table.only_after > 0) parts.push_back(fmt::format("{} only in {}", grouped(table.only_after), kBuilding));
  if (table.changed == 0 && !columns_of(table).empty()) parts.push_back(fmt::format("columns: {}", columns_of(table)));
  return fmt::format("{} {}", table.table, fmt::join(parts, ", "));
}

// "1 and 2", "1, 2 and 3"
std::string listed(const std::vector<std::string>& items) {
  if (items.size() < 2) return items.empty() ? "" : items.front();
  const std::vector<std::string> first(items.begin(), items.end() - 1);
  return fmt::format("{} and {}", fmt::join(first, ", "), items.back());
}

std::string shortened(const std::optional<std::string>& value) {
  if (!value) return "null";
  if (value->size() <= kValueCharactersMax) return *value;
  auto end = kValueCharactersMax;
  while ((static_cast<unsigned char>((*value)[end]) & 0xC0) == 0x80) --end;  // not in the middle of a character
  return value->substr(0, end) + "…";
}

std::string sample_text(const TableDifference& table) {
  std::string text;
  for (const auto& sample : table.samples) {
    text += fmt::format("\n{} {}", table.table, sample.key);
    if (sample.fate == RowFate::only_before) text += fmt::format(": only in {}\n", kServing);
    if (sample.fate == RowFate::only_after) text += fmt::format(": only in {}\n", kBuilding);
    if (sample.fate == RowFate::changed) text += '\n';
    for (const auto& change : sample.changes) {
      text += fmt::format("  {}: {} -> {}\n", change.column, shortened(change.before), shortened(change.after));
    }
  }
  return text;
}

std::string_view text(RowFate fate) {
  switch (fate) {
    case RowFate::only_before: return "only_before";
    case RowFate::only_after: return "only_after";
    case RowFate::changed: return "changed";
  }
  return "changed";
}

std::string json_of(const projections::RowSample& sample) {
  JsonText json;
  json.open_object().member("fate", text(sample.fate)).member("key", sample.key).key("columns").open_object();
  for (const auto& change : sample.changes) {
    json.key(change.column).open_object().member_if("before", change.before).member_if("after", change.after).close_object();
  }
  return json.close_object().close_object().take();
}

std::string json_of(const TableDifference& table) {
  JsonText json;
  json.open_object().member("table", table.table).member("rows_before", table.rows_before).member("rows_after", table.rows_after);
  json.member("only_before", table.only_before).member("only_after", table.only_after).member("changed", table.changed);
  json.key("columns").open_object();
  for (const auto& [column, rows] : table.columns) json.member(column, rows);
  json.close_object().key("columns_only_before").open_array();
  for (const auto& column : table.columns_before) json.value(column);
  json.close_array().key("columns_only_after").open_array();
  for (const auto& column : table.columns_after) json.value(column);
  json.close_array().key("samples").open_array();
  for (const auto& sample : table.samples) json.raw(json_of(sample));
  return json.close_array().close_object().take();
}

}  // namespace

bool all_same(const Differences& differences) { return std::ranges::all_of(differences, &TableDifference::same); }

std::string summary_of(const Differences& differences) {
  if (all_same(differences)) {
    std::uint64_t rows = 0;
    for (const auto& table : differences) rows += table.rows_after;
    return fmt::format("nothing differs: {} tables, {} rows", differences.size(), grouped(rows));
  }
  std::vector<std::string> counts, details;
  for (const auto& table : differences) {
    if (table.same()) continue;
    if (table.differing() > 0) counts.push_back(fmt::format("{} {}", grouped(table.differing()), table.table));
    details.push_back(details_of(table));
  }
  return fmt::format("{} differ: {}", counts.empty() ? "no rows, but columns" : listed(counts), fmt::join(details, "; "));
}

std::string difference_text(const Differences& differences, bool coloured) {
  Table rows{"TABLE", ">ROWS", ">ROWS NEXT", ">ONLY HERE", ">ONLY NEXT", ">CHANGED", "COLUMNS"};
  std::string samples;
  for (const auto& table : differences) {
    const auto count = [](std::uint64_t number) { return Cell(grouped(number), number > 0 ? Tone::warning : Tone::plain); };
    rows.add({table.table, grouped(table.rows_before), grouped(table.rows_after), count(table.only_before), count(table.only_after),
              count(table.changed), columns_of(table)});
    samples += sample_text(table);
  }
  return summary_of(differences) + "\n\n" + rows.text(coloured) + samples;
}

std::string difference_json(const Differences& differences) {
  JsonText json;
  json.open_object().member("same", all_same(differences)).member("summary", summary_of(differences)).key("tables").open_array();
  for (const auto& table : differences) json.raw(json_of(table));
  return json.close_array().close_object().take() + '\n';
}

std::string difference_lines(const Differences& differences) {
  std::string lines;
  for (const auto& table : differences) lines += json_of(table) + '\n';
  return lines;
}

}  // namespace ordo::cli
