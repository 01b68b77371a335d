#pragma once
// Purpose: what `Rows` share. For the sources of this folder only.

#include <pqxx/result>

namespace ordo::postgres {

struct RowsData {
  pqxx::result result;
};

}  // namespace ordo::postgres
