#include "query-side/postgres/rows.hpp"

#include <charconv>
#include <cstdlib>
#include <utility>

#include <pqxx/array>
#include <pqxx/binarystring>
#include <spdlog/spdlog.h>

#include "query-side/postgres/rows_data.hpp"

namespace ordo::postgres {
namespace {

[[noreturn]] void wrong_column(const RowsData& data, int column, const char* wanted) {
  spdlog::critical("postgres: column {} of the statement \"{}\" is no {}", column, data.result.query(), wanted);
  std::abort();
}

// Postgres writes "2026-01-31 23:59:59.999123+00", without trailing zeros in the fraction.
std::optional<Timestamp> parse_postgres_time(std::string_view text) {
  if (text.size() < 22 || !text.ends_with("+00")) return std::nullopt;
  text.remove_suffix(3);
  std::string fraction = text.size() > 20 ? std::string(text.substr(20, 3)) : std::string();
  fraction.resize(3, '0');
  return parse_timestamp(std::string(text.substr(0, 10)) + "T" + std::string(text.substr(11, 8)) + "." + fraction + "Z");
}

}  // namespace

bool Row::is_null(int column) const {
  return data_->result[static_cast<pqxx::result::size_type>(index_)][column].is_null();
}

std::string_view Row::read(int column, Type<std::string_view>) const {
  const auto field = data_->result[static_cast<pqxx::result::size_type>(index_)][column];
  if (field.is_null()) wrong_column(*data_, column, "value: it is NULL");
  return {field.c_str(), field.size()};
}

std::string Row::bytes(int column) const {
  return pqxx::binarystring(data_->result[static_cast<pqxx::result::size_type>(index_)][column]).str();
}

std::int64_t Row::read(int column, Type<std::int64_t>) const {
  const auto text = read(column, Type<std::string_view>{});
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) wrong_column(*data_, column, "bigint");
  return value;
}

bool Row::read(int column, Type<bool>) const {
  const auto text = read(column, Type<std::string_view>{});
  if (text != "t" && text != "f") wrong_column(*data_, column, "boolean");
  return text == "t";
}

Timestamp Row::read(int column, Type<Timestamp>) const {
  const auto time = parse_postgres_time(read(column, Type<std::string_view>{}));
  if (!time) wrong_column(*data_, column, "timestamptz");
  return *time;
}

IdBytes Row::read(int column, Type<IdBytes>) const {
  const auto bytes = parse_uuid(read(column, Type<std::string_view>{}));
  if (!bytes) wrong_column(*data_, column, "uuid");
  return *bytes;
}

std::vector<std::string> Row::read(int column, Type<std::vector<std::string>>) const {
  const std::string text(read(column, Type<std::string_view>{}));
  pqxx::array_parser parser(text.c_str());
  std::vector<std::string> values;
  for (auto [kind, value] = parser.get_next(); kind != pqxx::array_parser::done; std::tie(kind, value) = parser.get_next()) {
    if (kind == pqxx::array_parser::string_value) values.push_back(value);
  }
  return values;
}

Rows::Rows(std::shared_ptr<const RowsData> data) : data_(std::move(data)), size_(data_->result.size()) {}

std::size_t Rows::affected() const { return data_->result.affected_rows(); }

}  // namespace ordo::postgres
