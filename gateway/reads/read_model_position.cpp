#include "gateway/reads/read_model_position.hpp"

namespace ordo::reads {

Result<Reached> find_reached(postgres::Pool& pool) {
  const auto rows = pool.execute("select stream, min(sequence) from read.checkpoints group by stream");
  if (!rows) return tl::unexpected(rows.error());
  Reached reached;
  for (const auto row : *rows) {
    const auto stream = log::parse_stream_name(row.get<std::string_view>(0));
    if (stream) reached[*stream] = static_cast<std::uint64_t>(row.get<std::int64_t>(1));
  }
  return reached;
}

}  // namespace ordo::reads
