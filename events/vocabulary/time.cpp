#include "events/vocabulary/time.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace ordo {
namespace {

constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddZ";

bool has_shape(std::string_view text) {
  if (text.size() != kShape.size()) return false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const bool digit = text[index] >= '0' && text[index] <= '9';
    if (kShape[index] == 'd' ? !digit : text[index] != kShape[index]) return false;
  }
  return true;
}

// What four digits can say of years.
constexpr std::int64_t kFirst = -62'167'219'200'000;
constexpr std::int64_t kLast = 253'402'300'799'999;

int number_at(std::string_view text, std::size_t offset, std::size_t size) {
  int value = 0;
  std::from_chars(text.data() + offset, text.data() + offset + size, value);
  return value;
}

}  // namespace

std::string text(Timestamp time) {
  using namespace std::chrono;
  const sys_time<milliseconds> point{milliseconds{std::clamp(time.unix_ms, kFirst, kLast)}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss clock{point - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  if (!has_shape(text)) return std::nullopt;
  const year_month_day date{year{number_at(text, 0, 4)}, month{static_cast<unsigned>(number_at(text, 5, 2))},
                            day{static_cast<unsigned>(number_at(text, 8, 2))}};
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto point = sys_days{date} + hours{hour} + minutes{minute} + seconds{second};
  const auto since_epoch = duration_cast<milliseconds>(point.time_since_epoch());
  return Timestamp{since_epoch.count() + number_at(text, 20, 3)};
}

Timestamp SystemClock::now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

}  // namespace ordo
