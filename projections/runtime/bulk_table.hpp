#pragma once
// Purpose: a table that a rebuild fills by COPY while it has no keys and no indexes: lanes then only add rows to it, and what has to be
//          one row in the end may come in parts. `unite` puts them together before the keys are made.
// Rules: the rows of one key all come from one lane and partition, one transaction after another, so the age of a row's xmin says which
//        came first; no transaction makes two of one key, unless columns of the table say which is first.
// Threads: plain values.

#include <string>
#include <vector>

namespace ordo::projections {

struct BulkTable {
  std::string name;
  std::vector<std::string> missing_in_parts{};  // columns that need not be null at last, but may be in parts
  // Leaves one row for each key, the one that lanes with keys would have made, or none. {0} stands for the schema. Empty: parts are
  // whole rows, and two of one key are an error.
  std::string unite{};
};

}  // namespace ordo::projections
