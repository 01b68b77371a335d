#pragma once
// Purpose: how Catch2 shows checksums that differ.

#include <ostream>

#include "projections/runtime/checksum.hpp"

namespace ordo::projections {

inline std::ostream& operator<<(std::ostream& out, const TableChecksum& sum) {
  return out << sum.table << ": " << sum.rows << " rows, " << std::hex << sum.checksum << std::dec;
}

}  // namespace ordo::projections
