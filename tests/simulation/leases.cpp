#include "tests/simulation/leases.hpp"

namespace ordo::simulation {

void LeaseLink::disturb() {
  auto& random = cluster_.random();
  if (cut_off || cluster_.down) {
    cluster_.count(Occurrence::leases_silent);
    store_.inject(log::LeaseFault::refuse);
  } else if (cluster_.faulty && random.one_in(20)) {
    cluster_.count(Occurrence::leases_lied);
    store_.inject(random.one_in(2) ? log::LeaseFault::lose_answer : log::LeaseFault::lose_call);
  }
}

Result<std::vector<log::LeaseEntry>> LeaseLink::written_after(const std::string& role, std::uint64_t revision) {
  disturb();
  return store_.written_after(role, revision);
}

Result<std::uint64_t> LeaseLink::write(const std::string& role, const log::Lease& lease, std::uint64_t expected) {
  disturb();
  return store_.write(role, lease, expected);
}

Result<std::uint64_t> LeaseLink::write(const std::string& role, const log::Presence& presence, std::optional<std::uint64_t> expected) {
  disturb();
  return store_.write(role, presence, expected);
}

Result<void> LeaseLink::forget(const std::string& role, const std::string& name, std::uint64_t revision) {
  disturb();
  return store_.forget(role, name, revision);
}

}  // namespace ordo::simulation
