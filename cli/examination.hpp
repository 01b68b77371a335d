#pragma once
// Purpose: asks everything that a system consists of how it is set: the facts from which a diagnosis is made. It changes nothing.
// Errors:  none: whoever does not answer is a fact.
// Threads: one; it blocks, for some seconds where somebody does not answer.

#include <string>

#include "cli/diagnosis.hpp"
#include "cli/settings.hpp"

namespace ordo::cli {

struct ExaminedAddresses {
  std::string monitor_urls;  // of the NATS servers, separated by commas; empty: not to be asked
  std::string gateway_url;   // the same
};

[[nodiscard]] SystemFacts examine(const Settings& settings, const ExaminedAddresses& addresses);

}  // namespace ordo::cli
