#include "projections/runtime/checkpoints.hpp"

#include <fmt/format.h>

namespace ordo::projections {
namespace {

tl::unexpected<Failure> unknown_stream(std::string_view name) {
  return failure(FailureKind::corrupt, fmt::format("the read model has a checkpoint for stream {}, which is unknown", name));
}

}  // namespace

Checkpoints::Checkpoints(std::string_view schema, std::string lane, Stage stage)
    : schema_(schema),
      lane_(std::move(lane)),
      stage_(stage),
      begin_(fmt::format("insert into {}.checkpoints (lane, stream, sequence) select $1::text, stream, 0 "
                         "from unnest($2::text[]) as missing(stream) on conflict do nothing",
                         schema)),
      read_(fmt::format("select stream, sequence from {}.checkpoints where lane = $1::text and stream = any($2::text[])", schema)),
      // In one order, whoever asks: two projectors never hold a part each and wait for the other. Those of other partitions are free.
      hold_(fmt::format("select stream from {}.checkpoints where lane = $1::text and stream = any($2::text[]) order by stream "
                        "for update", schema)),
      advance_(fmt::format("update {0}.checkpoints as held set sequence = step.reached "
                           "from unnest($2::text[], $3::bigint[], $4::bigint[]) as step(stream, before, reached), "
                           "{0}.schema_version as made "
                           "where held.lane = $1::text and held.stream = step.stream and held.sequence = step.before "
                           "and made.version = $5::bigint and made.fingerprint = $6::uuid and made.claim = $7::uuid and made.stage = $8::text",
                           schema)) {}

Result<Reached> Checkpoints::open(postgres::Transaction& transaction, const ReadModelDefinition& model,
                                  const std::vector<log::StreamName>& streams, const std::optional<IdBytes>& claim) {
  const auto mark = hold_schema(transaction, model, schema_);
  if (!mark) return tl::unexpected(mark.error());
  if (claim && mark->claim != *claim) {
    return failure(FailureKind::conflict, fmt::format("the tables in schema {} are somebody else's", schema_));
  }
  if (mark->stage != stage_) {
    return failure(FailureKind::conflict, fmt::format("the tables in schema {} are {}, not {}", schema_, text(mark->stage), text(stage_)));
  }
  opened_ = *mark;
  std::vector<std::string> names;
  for (const auto& stream : streams) names.push_back(text(stream));
  if (auto begun = transaction.execute(begin_, lane_, names); !begun) return tl::unexpected(begun.error());
  const auto rows = transaction.execute(read_, lane_, names);
  if (!rows) return tl::unexpected(rows.error());
  Reached reached;
  for (const auto row : *rows) {
    const auto stream = log::parse_stream_name(row.get<std::string_view>(0));
    if (!stream) return unknown_stream(row.get<std::string_view>(0));
    reached[*stream] = static_cast<std::uint64_t>(row.get<std::int64_t>(1));
  }
  return reached;
}

Result<void> Checkpoints::hold(postgres::Transaction& transaction, const std::vector<log::StreamName>& streams) const {
  std::vector<std::string> names;
  for (const auto& stream : streams) names.push_back(text(stream));
  return transaction.execute(hold_, lane_, names).map([](const postgres::Rows&) {});
}

Result<void> Checkpoints::look_again(postgres::Connection& connection) const {
  const auto made = connection.execute(fmt::format("select version, fingerprint, claim from {}.schema_version", schema_));
  if (!made) return tl::unexpected(made.error());
  const auto& [version, fingerprint, claim, stage] = opened_;
  const bool same = !made->empty() && (*made)[0].get<std::int64_t>(0) == version && (*made)[0].get<IdBytes>(1) == fingerprint &&
                    (*made)[0].get<IdBytes>(2) == claim;
  if (same) return {};
  return failure(FailureKind::conflict, fmt::format("the tables of lane {} were swapped, or an operator wants it to look again", lane_));
}

Result<void> Checkpoints::advance(postgres::Transaction& transaction, const Reached& before, const Reached& after) const {
  std::vector<std::string> all, streams;
  std::vector<std::uint64_t> from, to;
  for (const auto& [stream, sequence] : after) {
    all.push_back(text(stream));
    const auto held = before.at(stream);
    if (held == sequence) continue;
    streams.push_back(text(stream));
    from.push_back(held);
    to.push_back(sequence);
  }
  if (auto held = transaction.execute(hold_, lane_, all); !held) return tl::unexpected(held.error());
  const auto moved = transaction.execute(advance_, lane_, streams, from, to, opened_.version, opened_.fingerprint, opened_.claim,
                                         text(stage_));
  if (!moved) return tl::unexpected(moved.error());
  if (moved->affected() == streams.size()) return {};
  return failure(FailureKind::conflict,
                 fmt::format("the checkpoint of lane {} was moved by somebody else, or its tables were swapped", lane_));
}

Result<std::map<std::string, Reached>> read_all_checkpoints(postgres::Transaction& transaction, std::string_view schema) {
  const auto rows = transaction.execute(fmt::format("select lane, stream, sequence from {}.checkpoints", schema));
  if (!rows) return tl::unexpected(rows.error());
  std::map<std::string, Reached> lanes;
  for (const auto row : *rows) {
    const auto stream = log::parse_stream_name(row.get<std::string_view>(1));
    if (!stream) return unknown_stream(row.get<std::string_view>(1));
    lanes[row.get<std::string>(0)][*stream] = static_cast<std::uint64_t>(row.get<std::int64_t>(2));
  }
  return lanes;
}

}  // namespace ordo::projections
