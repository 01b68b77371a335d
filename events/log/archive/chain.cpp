#include "events/log/archive/chain.hpp"

#include <fmt/format.h>
#include <sodium.h>

namespace ordo::log::archive {
namespace {

void update(crypto_generichash_state& state, std::string_view bytes) {
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace

void Chain::add(const StoredMessage& message) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, link_.size());
  crypto_generichash_update(&state, link_.data(), link_.size());
  // None of the three can hold a line's end, so that nothing can pass over from one into the other.
  update(state, fmt::format("{}\n{}\n{}\n", log::text(message.stream), message.sequence, message.subject));
  update(state, message.payload);
  crypto_generichash_final(&state, link_.data(), link_.size());
}

std::string Chain::text() const {
  std::string text(2 * link_.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), link_.data(), link_.size());
  text.pop_back();
  return text;
}

}  // namespace ordo::log::archive
