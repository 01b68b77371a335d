#include "query-side/postgres/copy_rows.hpp"

#include <cassert>
#include <limits>
#include <utility>

namespace ordo::postgres {
namespace {

using namespace std::string_view_literals;

// The signature, no flags, no extension.
constexpr auto kHeader = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;
constexpr auto kTrailer = "\377\377"sv;
constexpr char kJsonbVersion = 1;

}  // namespace

std::string CopyRows::take() {
  bytes_ += kTrailer;
  count_ = 0;
  return std::exchange(bytes_, {});
}

void CopyRows::begin_row(std::size_t columns) {
  if (bytes_.empty()) bytes_ = kHeader;
  bytes_.push_back(static_cast<char>(columns >> 8));
  bytes_.push_back(static_cast<char>(columns));
}

void CopyRows::put(std::uint64_t value) {
  assert(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  put_integer(value, 8);
}

// One that an integer has no room for is sent as it is: the server finds eight bytes in a column of four.
void CopyRows::put(std::uint32_t value) { put_integer(value, value > std::numeric_limits<std::int32_t>::max() ? 8 : 4); }

void CopyRows::put(std::string_view value) { binary::append_sized(bytes_, value); }

void CopyRows::put(Json value) {
  binary::append_word(bytes_, static_cast<std::uint32_t>(value.text.size() + 1));
  bytes_.push_back(kJsonbVersion);
  bytes_ += value.text;
}

void CopyRows::put(Timestamp value) { put_integer(static_cast<std::uint64_t>(binary::postgres_microseconds(value)), 8); }

void CopyRows::put(const IdBytes& value) { put(std::string_view(reinterpret_cast<const char*>(value.data()), value.size())); }

void CopyRows::put_null() { binary::append_word(bytes_, 0xFFFFFFFF); }

void CopyRows::put_integer(std::uint64_t value, int bytes) {
  char field[12];
  char* out = field;
  const auto append = [&out](std::uint64_t number, int count) {
    for (int shift = (count - 1) * 8; shift >= 0; shift -= 8) *out++ = static_cast<char>(number >> shift);
  };
  append(static_cast<std::uint64_t>(bytes), 4);
  append(value, bytes);
  bytes_.append(field, out);
}

}  // namespace ordo::postgres
