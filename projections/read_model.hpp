#pragma once
// Purpose: the list of all projections: what the read model of Ordo consists of.

#include "projections/runtime/projection.hpp"

namespace ordo::projections {

[[nodiscard]] const ReadModelDefinition& read_model();

// Creates the schema `read` with its empty tables, if it is not there, and grants the roles what they may do with any of them. Says
// nothing about tables of another version: the projector does.
[[nodiscard]] Result<void> set_up_read_model(postgres::Connection& connection);

// Whether tables are there, serving or put aside or half built, that hold something of a log. Errors: as query-side/postgres.
[[nodiscard]] Result<bool> has_read_something(postgres::Connection& connection);

}  // namespace ordo::projections
