#include "query-side/postgres/parameters.hpp"

#include <cassert>
#include <limits>

namespace ordo::postgres::binary {
namespace {

// Postgres counts from 2000-01-01.
constexpr std::int64_t kPostgresEpochUnixMs = 946'684'800'000;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xFF));
}

}  // namespace

void append_word(std::string& out, std::uint32_t word) { append_big_endian(out, word, 4); }

void append_sized(std::string& out, std::string_view bytes) {
  assert(bytes.size() <= std::numeric_limits<std::int32_t>::max());
  append_word(out, static_cast<std::uint32_t>(bytes.size()));
  out.append(bytes);
}

std::string bigint(std::int64_t value) {
  std::string out;
  append_big_endian(out, static_cast<std::uint64_t>(value), 8);
  return out;
}

std::string bigint(std::uint64_t value) {
  assert(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  return bigint(static_cast<std::int64_t>(value));
}

std::int64_t postgres_microseconds(Timestamp time) { return (time.unix_ms - kPostgresEpochUnixMs) * 1000; }

std::string timestamptz(Timestamp time) { return bigint(postgres_microseconds(time)); }

std::string array(std::uint32_t element_type, std::size_t count, bool has_null, std::string_view elements) {
  std::string out;
  out.reserve(20 + elements.size());
  append_word(out, count == 0 ? 0 : 1);  // dimensions
  append_word(out, has_null ? 1 : 0);
  append_word(out, element_type);
  if (count == 0) return out;
  append_word(out, static_cast<std::uint32_t>(count));
  append_word(out, 1);  // the first element's index
  out.append(elements);
  return out;
}

}  // namespace ordo::postgres::binary
