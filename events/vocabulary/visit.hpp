#pragma once
// Purpose: `visit(variant, case, case, …)` reads like a match; a case that is forgotten does not compile.

#include <utility>
#include <variant>

namespace ordo {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

template <class... Alternatives, class... Cases>
decltype(auto) visit(const std::variant<Alternatives...>& variant, Cases&&... cases) {
  return std::visit(Overloaded<std::decay_t<Cases>...>{std::forward<Cases>(cases)...}, variant);
}

}  // namespace ordo
