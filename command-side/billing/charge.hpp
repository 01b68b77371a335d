#pragma once
// Purpose: what is remembered of a payment for as long as there are wallets, so that a refund gives back exactly what was taken, to the
//          wallet that it was taken from, once. Nine bytes without gaps: there is one for every order ever paid.
// Units: minor units of the wallet's currency. Threads: plain values.

#include <array>
#include <cstdint>

#include "events/vocabulary/money.hpp"

namespace ordo::billing {

class Charge {
 public:
  Charge() = default;
  // Requires: `wallet`, its place in the ledger, is below 2^31; 0 ≤ amount ≤ kAmountMax.
  Charge(std::uint32_t wallet, std::int64_t amount, bool refunded = false) {
    write(0, kWalletBytes, wallet | (refunded ? kRefundedBit : 0U));
    write(kWalletBytes, kAmountBytes, static_cast<std::uint64_t>(amount));
  }

  [[nodiscard]] std::uint32_t wallet() const { return static_cast<std::uint32_t>(read(0, kWalletBytes)) & ~kRefundedBit; }
  [[nodiscard]] std::int64_t amount() const { return static_cast<std::int64_t>(read(kWalletBytes, kAmountBytes)); }
  [[nodiscard]] bool refunded() const { return (read(0, kWalletBytes) & kRefundedBit) != 0; }
  [[nodiscard]] Charge after_refund() const { return {wallet(), amount(), true}; }

 private:
  static constexpr std::size_t kWalletBytes = 4;
  static constexpr std::size_t kAmountBytes = 5;
  static constexpr std::uint32_t kRefundedBit = 1U << 31U;
  static_assert(kAmountMax < std::int64_t{1} << (8 * kAmountBytes));

  void write(std::size_t first, std::size_t count, std::uint64_t number) {
    for (std::size_t at = 0; at < count; ++at) bytes_[first + at] = static_cast<std::uint8_t>(number >> (8 * at));
  }
  [[nodiscard]] std::uint64_t read(std::size_t first, std::size_t count) const {
    std::uint64_t number = 0;
    for (std::size_t at = 0; at < count; ++at) number |= std::uint64_t{bytes_[first + at]} << (8 * at);
    return number;
  }

  std::array<std::uint8_t, kWalletBytes + kAmountBytes> bytes_{};
};

}  // namespace ordo::billing
