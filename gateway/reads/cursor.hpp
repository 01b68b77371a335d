#pragma once
// Purpose: cursors: where a list goes on, opaque to the client and sealed, so that a client cannot make one up.
// The seal's key comes from a secret that every gateway is configured with, and not from a random one of the process: a cursor that one
// gateway made is opened by the next one, after a restart too. It names a place in a list that the request itself is allowed to
// read, and it is sealed for that very list.
// Errors: `open` answers 400 `invalid_cursor` for anything that `seal` did not make for the same list.
// Threads: may be shared by all.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/http/problem.hpp"

namespace ordo::reads {

class CursorSeal {
 public:
  explicit CursorSeal(std::string_view key_material);

  // `list` names the list and all that filters it.
  [[nodiscard]] std::string seal(std::string_view list, std::string_view place) const;
  [[nodiscard]] Result<std::string, http::Problem> open(std::string_view list, std::string_view cursor) const;

 private:
  using Mac = std::array<std::uint8_t, 16>;
  [[nodiscard]] Mac mac_of(std::string_view list, std::string_view place) const;

  std::array<std::uint8_t, 32> key_{};
};

}  // namespace ordo::reads
