#pragma once
// Purpose: what the log is told about users. No name and no address: those stay in identity's tables.
// Errors: `decode` answers corrupt for a damaged payload and for a type it does not know.
// Threads: plain values.

#include "events/log/event.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"

namespace ordo::identity {

struct UserRegistered {
  UserId user_id;
  Currency currency;  // of the account that billing opens by itself
  friend bool operator==(const UserRegistered&, const UserRegistered&) = default;
};

[[nodiscard]] log::Payload encode(const UserRegistered& event);
[[nodiscard]] Result<UserRegistered> decode(const log::Payload& payload);

}  // namespace ordo::identity
