#pragma once
// Purpose: what the users of the database that are no owners may do with the tables of a schema: read them, or read and write their
//          rows. Nobody of them may make, change or empty a table, nor write those that say of which version the others are.
// Rules: a user who is not there is passed over, as is a schema, and is granted his rights by the next `grant`, which may be repeated:
//        it takes back whatever else he had. Only the tables that are there count.
// Errors: as connection.hpp.
// Threads: as the connection.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/result.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::postgres {

enum class Right { reads, writes };  // who writes reads, too

struct UserRight {
  std::string_view user;
  Right right;
};

// Requires: the connection is the owner's; schema and users are lower-case words.
[[nodiscard]] Result<void> grant(Transaction& transaction, std::string_view schema, std::span<const UserRight> rights);

struct RightsFault {
  std::string user;
  std::string lacks;     // "read.orders, read.balances"; empty: nothing
  std::string exceeds;   // where he may do more than he should
};

// Who may not do what `grant` grants, or may do more. A user who is not there is one with nothing in both.
[[nodiscard]] Result<std::vector<RightsFault>> rights_faults(Connection& connection, std::string_view schema,
                                                             std::span<const UserRight> rights);

}  // namespace ordo::postgres
