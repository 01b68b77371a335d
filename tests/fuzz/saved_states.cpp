// Snapshots, and the states in them: bytes to state and back. Whatever is wrong with them is refused; a start is slower then, that is all.

#include <string>

#include <sodium.h>

#include "command-side/billing/ledger_state.hpp"
#include "command-side/notifications/letter_state.hpp"
#include "command-side/orders/order_book_state.hpp"
#include "command-side/runtime/parking.hpp"
#include "command-side/runtime/snapshot.hpp"
#include "tests/fuzz/property.hpp"

namespace {

using namespace ordo;
using ordo::fuzz::require;

std::string with_hash(std::string bytes) {
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  return bytes + hash;
}

void check_snapshot(std::string_view bytes) {
  require(!runtime::decode_snapshot(bytes) || with_hash(std::string(bytes.substr(0, bytes.size() - crypto_generichash_BYTES))) == bytes,
          "a snapshot bears its hash");
  const auto snapshot = runtime::decode_snapshot(with_hash(std::string(bytes)));
  if (!snapshot) return;
  const auto again = runtime::decode_snapshot(runtime::encode_snapshot(*snapshot));
  require(again && *again == *snapshot, "a snapshot that is written as it was read is read as the same");
}

template <class Load, class Save>
void check_state(std::string_view bytes, Load load, Save save_it) {
  const auto state = load(bytes);
  if (!state) return;
  const auto written = save_it(*state);
  const auto again = load(written);
  require(again.has_value(), "a state that is written as it was read can be read");
  require(save_it(*again).size() == written.size(), "nothing of a state is lost");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto input = fuzz::text_of(data, size);
  switch (fuzz::take_case(input, 5)) {
    case 0: check_snapshot(input); break;
    case 1: check_state(input, orders::load_order_book, [](const auto& state) { return orders::save(state); }); break;
    case 2: check_state(input, billing::load_ledger, [](const auto& state) { return billing::save(state); }); break;
    case 3: check_state(input, notifications::load_letters, [](const auto& state) { return notifications::save(state); }); break;
    default: check_state(input, runtime::Parking::load, [](const auto& state) { return state.save(); });
  }
  return 0;
}
