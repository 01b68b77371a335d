#pragma once
// Purpose: what the tests of every codec need: ids, generators of values, payloads that another version could have written.
// Threads: one.

#include <string>

#include <rapidcheck.h>

#include "events/log/event.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"

namespace ordo {

// "00000000-0000-8000-8000-0000000000NN" and the like: the same for the same number, never nil.
template <class Id>
Id id_of(std::uint8_t number) {
  IdBytes bytes{};
  bytes[6] = 0x80;
  bytes[8] = 0x80;
  bytes[15] = number;
  return Id(bytes);
}

inline IdBytes fingerprint_of(std::uint8_t number) {
  IdBytes bytes{};
  bytes.fill(number);
  return bytes;
}

inline const Currency kEuro = *Currency::parse("EUR");

// Field 1000, a number: no version of ours has such a field yet.
inline log::Payload with_unknown_field(log::Payload payload) {
  payload.bytes += "\xC0\x3E\x2A";
  return payload;
}

// Reads the payload as `Message`, lets `change` spoil it, and stores it again.
template <class Message, class Change>
log::Payload changed(const log::Payload& payload, Change change) {
  Message message;
  message.ParseFromString(payload.bytes);
  change(message);
  return {payload.type, message.SerializeAsString()};
}

namespace any {

template <class Id>
rc::Gen<Id> id() {
  const auto bytes = rc::gen::container<std::vector<std::uint8_t>>(16, rc::gen::arbitrary<std::uint8_t>());
  return rc::gen::map(bytes, [](const std::vector<std::uint8_t>& raw) {
    IdBytes array{};
    std::copy(raw.begin(), raw.end(), array.begin());
    array[8] |= 0x80;  // never nil
    return Id(array);
  });
}

inline rc::Gen<IdBytes> fingerprint() {
  return rc::gen::map(id<OrderId>(), [](const OrderId& order) { return order.bytes(); });
}

inline rc::Gen<std::int64_t> between(std::int64_t least, std::int64_t most) {
  return rc::gen::oneOf(rc::gen::inRange<std::int64_t>(least, most + 1), rc::gen::element(least, most));
}

inline rc::Gen<Currency> currency() {
  return rc::gen::map(rc::gen::element<std::string>("EUR", "USD", "RUB", "JPY", "KWD"),
                      [](const std::string& code) { return *Currency::parse(code); });
}

inline rc::Gen<Money> amount() {
  return rc::gen::construct<Money>(between(0, kAmountMax), currency());
}

// Characters of one to four bytes, and those that text formats trip over.
inline rc::Gen<std::string> text(int size_min, int size_max) {
  return rc::gen::exec([=] {
    const auto size = *rc::gen::inRange(size_min, size_max + 1);
    std::string text;
    for (int count = 0; count < size; ++count) {
      text += *rc::gen::element<std::string>("a", "Z", "0", " ", "\"", "\\", "<", "&", "\n", "ß", "Ж", "€", "😀");
    }
    return text;
  });
}

}  // namespace any
}  // namespace ordo
