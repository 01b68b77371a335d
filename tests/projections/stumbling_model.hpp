#pragma once
// Purpose: a read model whose lanes cannot read some events, until they are repaired.
// Threads: one.

#include <functional>
#include <memory>

#include "tests/projections/read_models.hpp"

namespace ordo::tests {

using IsBroken = std::function<bool(const log::Event&)>;

// A lane that meets such an event answers as for an unknown type. What is unreadable may change while no lane works.
[[nodiscard]] projections::ReadModelDefinition model_that_cannot_read(std::shared_ptr<IsBroken> unreadable);

}  // namespace ordo::tests
