#include "events/vocabulary/money.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace ordo {
namespace {

// ISO 4217, the codes of circulating currencies, sorted.
constexpr std::string_view kCodes[] = {
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD",
    "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL",
    "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD",
    "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD",
    "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP",
    "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED",
    "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG"};

constexpr std::string_view kWithoutMinorUnit[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                  "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view kThreeDigits[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};

}  // namespace

std::optional<Currency> Currency::parse(std::string_view code) {
  if (!std::binary_search(std::begin(kCodes), std::end(kCodes), code)) return std::nullopt;
  Currency currency;
  std::copy(code.begin(), code.end(), currency.code_.begin());
  return currency;
}

int minor_digits(Currency currency) {
  if (std::ranges::find(kWithoutMinorUnit, currency.code()) != std::end(kWithoutMinorUnit)) return 0;
  if (std::ranges::find(kThreeDigits, currency.code()) != std::end(kThreeDigits)) return 3;
  return 2;
}

std::optional<Money> add(const Money& left, const Money& right) {
  Money sum{0, left.currency};
  if (left.currency != right.currency) return std::nullopt;
  if (__builtin_add_overflow(left.minor, right.minor, &sum.minor)) return std::nullopt;
  return sum;
}

std::optional<Money> subtract(const Money& left, const Money& right) {
  Money difference{0, left.currency};
  if (left.currency != right.currency) return std::nullopt;
  if (__builtin_sub_overflow(left.minor, right.minor, &difference.minor)) return std::nullopt;
  return difference;
}

std::optional<Money> multiply(const Money& price, std::int64_t quantity) {
  Money product{0, price.currency};
  if (__builtin_mul_overflow(price.minor, quantity, &product.minor)) return std::nullopt;
  return product;
}

std::string text(const Money& money) {
  const int digits = minor_digits(money.currency);
  if (digits == 0) return fmt::format("{} {}", money.minor, money.currency.code());
  const std::uint64_t scale = digits == 3 ? 1000 : 100;
  const bool negative = money.minor < 0;
  const auto magnitude = negative ? 0 - static_cast<std::uint64_t>(money.minor) : static_cast<std::uint64_t>(money.minor);
  return fmt::format("{}{}.{:0{}} {}", negative ? "-" : "", magnitude / scale, magnitude % scale, digits,
                     money.currency.code());
}

}  // namespace ordo
