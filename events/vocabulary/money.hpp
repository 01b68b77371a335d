#pragma once
// Purpose: amounts of money in minor units (cents) of one ISO 4217 currency; never floating point.
// Errors: arithmetic that would overflow or mix currencies answers nothing.
// Threads: plain values.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ordo {

class Currency {
 public:
  constexpr Currency() = default;  // no currency: only a placeholder before one is read

  // Takes the code of a currency that circulates under ISO 4217, in capitals.
  [[nodiscard]] static std::optional<Currency> parse(std::string_view code);

  [[nodiscard]] std::string_view code() const { return {code_.data(), code_.size()}; }
  friend constexpr auto operator<=>(const Currency&, const Currency&) = default;

 private:
  std::array<char, 3> code_{'X', 'X', 'X'};
};

// Decimal places of the minor unit (EUR 2, JPY 0, KWD 3); only for showing an amount to people.
[[nodiscard]] int minor_digits(Currency currency);

struct Money {
  std::int64_t minor = 0;
  Currency currency;

  friend constexpr bool operator==(const Money&, const Money&) = default;
};

// The largest amount that may be asked for in one order or top-up.
inline constexpr std::int64_t kAmountMax = 1'000'000'000'000;

[[nodiscard]] std::optional<Money> add(const Money& left, const Money& right);
[[nodiscard]] std::optional<Money> subtract(const Money& left, const Money& right);
[[nodiscard]] std::optional<Money> multiply(const Money& price, std::int64_t quantity);

// "12.50 EUR"
[[nodiscard]] std::string text(const Money& money);

}  // namespace ordo
