#include "events/log/written_streams.hpp"

namespace ordo::log {

std::vector<StreamName> written_streams(Partition partitions) {
  std::vector<StreamName> streams;
  for (const auto kind : kStreamKinds) {
    for (Partition partition = 0; partition < partitions; ++partition) streams.push_back({kind, partition});
  }
  streams.push_back({StreamKind::audit, 0});
  return streams;
}

}  // namespace ordo::log
