#include "projections/verification/expected_rows.hpp"

#include <fmt/format.h>

#include "events/log/log_cursor.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::projections {
namespace {

constexpr std::size_t kBatchBytesMax = 4 << 20;
constexpr std::size_t kWalletsMax = 50'000;  // in one statement

Failure at_place(Failure reason, const log::StoredMessage& message, std::size_t index) {
  reason.text = fmt::format("{} at {}@{}.{}", reason.text, text(message.stream), message.sequence, index);
  return reason;
}

class ExpectedRows {
 public:
  ExpectedRows(postgres::Transaction& transaction, const ExpectedRowsSettings& settings, const LeftOut& left_out, Progress& progress)
      : transaction_(transaction), settings_(settings), left_out_(left_out), progress_(progress) {}

  Result<void> create_tables() {
    std::string script = "set local search_path = pg_temp;";
    for (const auto sql : settings_.model.tables_sql) script += sql;
    script += fmt::format("create table {} (user_id uuid primary key, balance bigint not null, currency text not null)", kBooksTable);
    return transaction_.run_script(script);
  }

  Result<void> fill(const LaneDefinition& lane, const Reached& reached) {
    lane_ = lane.name;
    const auto projection = lane.make(std::string(kExpected));
    for (const auto& [stream, sequence] : reached) {
      if (auto done = fill(*projection, stream, sequence); !done) return done;
    }
    return flush(*projection);
  }

  Result<void> write_books() {
    postgres::Column<UserId> users;
    postgres::Column<std::int64_t> balances;
    postgres::Column<std::string_view> currencies;
    const auto write = [&]() -> Result<void> {
      const auto written = transaction_.execute(
          fmt::format("insert into {} select * from unnest($1::uuid[], $2::bigint[], $3::text[])", kBooksTable), users, balances, currencies);
      users.clear();
      balances.clear();
      currencies.clear();
      return written.map([](const postgres::Rows&) {});
    };
    for (const auto& [user, wallet] : books_.wallets()) {
      if (without_books_.contains(user)) continue;
      users.push(user);
      balances.push(wallet.sum);
      currencies.push(wallet.currency.code());
      if (users.size() < kWalletsMax) continue;
      if (auto written = write(); !written) return written;
    }
    return write();
  }

  [[nodiscard]] const MaybeContradiction& contradiction() const { return contradiction_; }

 private:
  Result<void> fill(Projection& projection, log::StreamName stream, std::uint64_t until) {
    const auto bounds = settings_.log.bounds(stream);
    if (!bounds) return tl::unexpected(bounds.error());
    auto next = stream.kind == log::StreamKind::commands ? bounds->first_sequence : 1;
    progress_.begin(fmt::format("the rows of {}", text(stream)), until >= next ? until - next + 1 : 0);
    if (next > until) return {};
    log::LogCursor cursor(settings_.log, stream, next, settings_.silence_max);
    while (next <= until) {
      const auto message = cursor.next(settings_.stop);
      if (!message) return tl::unexpected(message.error());
      next = message->sequence + 1;
      if (message->sequence > until) break;  // the inbox has forgotten all before it
      if (auto added = add(projection, *message); !added) return added;
    }
    return {};
  }

  Result<void> add(Projection& projection, const log::StoredMessage& message) {
    const auto run = log::decode_run(message.payload);
    if (!run) return tl::unexpected(at_place(run.error(), message, 0));
    for (std::uint32_t index = 0; index < run->events.size(); ++index) {
      const auto& event = run->events[index];
      if (left_out_.contains({lane_, {message.stream, {message.sequence, index}}})) {
        if (event.trace.key && message.stream.kind == log::StreamKind::billing) without_books_.insert(event.trace.key->user);
        continue;
      }
      if (auto added = projection.add({message.stream, {message.sequence, index}}, event); !added) {
        return tl::unexpected(at_place(added.error(), message, index));
      }
      if (message.stream.kind == log::StreamKind::billing) enter(event);
    }
    progress_.message(run->events.size());
    batch_bytes_ += message.payload.size();
    return batch_bytes_ < kBatchBytesMax ? Result<void>{} : flush(projection);
  }

  void enter(const log::Event& event) {
    const auto decoded = billing::decode(event.payload);
    if (!decoded || contradiction_) return;
    if (event.trace.key && without_books_.contains(event.trace.key->user)) return;
    contradiction_ = visit(*decoded, [&](const auto& said) { return books_.enter(said); });
  }

  Result<void> flush(Projection& projection) {
    batch_bytes_ = 0;
    auto written = projection.write(transaction_);
    projection.clear();
    return written;
  }

  postgres::Transaction& transaction_;
  const ExpectedRowsSettings& settings_;
  const LeftOut& left_out_;
  Progress& progress_;
  std::string lane_;  // that is being filled
  Books books_;
  std::set<UserId> without_books_;
  MaybeContradiction contradiction_;
  std::size_t batch_bytes_ = 0;
};

}  // namespace

Result<LeftOut> read_left_out(postgres::Transaction& transaction) {
  const auto rows = transaction.execute("select lane, stream, sequence, index from read.parked_events "
                                        "union all select lane, stream, sequence, index from read.discarded_events");
  if (!rows) return tl::unexpected(rows.error());
  LeftOut left_out;
  for (const auto row : *rows) {
    const auto stream = log::parse_stream_name(row.get<std::string_view>(1));
    if (!stream) return failure(FailureKind::corrupt, fmt::format("an event is parked in stream {}, which is unknown", row.get<std::string>(1)));
    const log::Position position{static_cast<std::uint64_t>(row.get<std::int64_t>(2)), static_cast<std::uint32_t>(row.get<std::int64_t>(3))};
    left_out.insert({row.get<std::string>(0), {*stream, position}});
  }
  return left_out;
}

Result<MaybeContradiction> make_expected_rows(postgres::Transaction& transaction, const ExpectedRowsSettings& settings,
                                              const std::map<std::string, Reached>& checkpoints, const LeftOut& left_out,
                                              Progress& progress) {
  ExpectedRows rows(transaction, settings, left_out, progress);
  if (auto created = rows.create_tables(); !created) return tl::unexpected(created.error());
  for (const auto& lane : settings.model.lanes) {
    const auto reached = checkpoints.find(lane.name);
    if (reached == checkpoints.end()) continue;
    if (auto filled = rows.fill(lane, reached->second); !filled) return tl::unexpected(filled.error());
  }
  if (auto written = rows.write_books(); !written) return tl::unexpected(written.error());
  return rows.contradiction();
}

}  // namespace ordo::projections
