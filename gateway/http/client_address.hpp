#pragma once
// Purpose: from where a client asks. A proxy that is trusted says it, by the last entry of X-Forwarded-For, which it wrote itself; what
//          anybody else says there counts for nothing.
// Threads: plain values and pure functions.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/result.hpp"
#include "gateway/http/headers.hpp"

namespace ordo::http {

// IPv4 addresses are kept as IPv6 has them (::ffff:0:0/96).
struct Network {
  std::array<std::uint8_t, 16> address{};
  unsigned prefix = 128;
};

using Networks = std::vector<Network>;

// "127.0.0.0/8, ::1": addresses and networks between commas. Errors: corrupt, and the text says which part.
[[nodiscard]] Result<Networks> parse_networks(std::string_view text);

// As it is counted: an IPv4 address, or the /64 of an IPv6 one, of which a single client has more than can be told apart.
// "" for what is no address. `peer` is who is connected.
[[nodiscard]] std::string client_address(std::string_view peer, const Headers& headers, const Networks& trusted);

// Whether what `client_address` said lies in one of them; an IPv6 client is all of its /64.
[[nodiscard]] bool is_within(std::string_view client_address, const Networks& networks);

// Who is at the other end of a socket; "" where it has no address.
[[nodiscard]] std::string peer_address(int descriptor);

}  // namespace ordo::http
