#pragma once
// Purpose: how far a lane has come in each of its streams, in the table `checkpoints`, which advances by compare-and-set.
// Threads: one.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "events/log/stream.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::projections {

// The sequence of the last message whose rows are written; 0: none yet.
using Reached = std::map<log::StreamName, std::uint64_t>;

class Checkpoints {
 public:
  // `stage`: of the tables that the lane writes to.
  Checkpoints(std::string_view schema, std::string lane, Stage stage = Stage::whole);

  // Streams that the lane meets for the first time begin at 0.
  // Errors: corrupt for the tables of another version; conflict for those in another stage, and those of another claim than this
  //         one, if one is named.
  [[nodiscard]] Result<Reached> open(postgres::Transaction& transaction, const ReadModelDefinition& model,
                                     const std::vector<log::StreamName>& streams, const std::optional<IdBytes>& claim);

  // Keeps lanes from advancing in these streams until the transaction ends. Requires: opened.
  [[nodiscard]] Result<void> hold(postgres::Transaction& transaction, const std::vector<log::StreamName>& streams) const;

  // Errors: conflict when others than the tables that were opened have the name now, or the same under another claim.
  [[nodiscard]] Result<void> look_again(postgres::Connection& connection) const;

  // Call it first in the transaction: whoever comes second waits here, writes nothing, and is told conflict. So is he under whose
  // hands the tables were swapped for others, though their checkpoints be the same.
  // Requires: opened; `before` and `after` hold the same streams.
  [[nodiscard]] Result<void> advance(postgres::Transaction& transaction, const Reached& before, const Reached& after) const;

 private:
  std::string schema_;
  std::string lane_;
  Stage stage_;
  std::string begin_;
  std::string read_;
  std::string hold_;
  std::string advance_;
  SchemaMark opened_;
};

// Of every lane, by its name.
[[nodiscard]] Result<std::map<std::string, Reached>> read_all_checkpoints(postgres::Transaction& transaction,
                                                                          std::string_view schema);

}  // namespace ordo::projections
