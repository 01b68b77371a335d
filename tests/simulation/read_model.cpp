#include "tests/simulation/read_model.hpp"

#include <algorithm>
#include <utility>

#include "events/vocabulary/visit.hpp"

namespace ordo::simulation {
namespace {

std::vector<log::StreamName> inputs_of(log::Partition partition) {
  return {{log::StreamKind::commands, partition}, {log::StreamKind::orders, partition}, {log::StreamKind::billing, partition}};
}

// Rows of one batch, folded by the projections' own code.
struct Batch {
  projections::OrderRows orders{"read"};
  projections::WalletRows wallets{"read"};

  void add(const log::StreamPosition& at, const log::Event& event) {
    if (parking::is_parking(event.payload)) return;
    if (at.stream.kind == log::StreamKind::billing) {
      visit(*billing::decode(event.payload), [&](const auto& said) { wallets.add(at, event.time, said); });
    } else if (at.stream.kind == log::StreamKind::orders) {
      visit(*orders::decode(event.payload), [&](const auto& said) { orders.add(said, event.time); });
    } else if (const auto command = orders::decode_command(event.payload); command && *command) {
      if (const auto* create = std::get_if<orders::OrderCreateRequested>(&**command)) orders.add(*create, event.time);
    }
  }
};

}  // namespace

ReadModel::Reached ReadModel::reached(const std::vector<log::StreamName>& streams) const {
  Reached reached;
  for (const auto& stream : streams) {
    const auto found = reached_.find(stream);
    reached[stream] = found == reached_.end() ? 0 : found->second;
  }
  return reached;
}

bool ReadModel::write(const projections::OrderRows& orders, const projections::WalletRows& wallets, const Reached& before,
                      const Reached& after) {
  std::vector<log::StreamName> streams;
  for (const auto& [stream, sequence] : after) streams.push_back(stream);
  if (reached(streams) != before) return false;
  for (const auto& [stream, sequence] : after) reached_[stream] = sequence;
  for (const auto& row : orders.rows()) put(row, after);
  for (const auto& row : wallets.operations()) {
    require(operations_.insert(row.operation_id).second, "an operation is projected twice");
  }
  for (const auto& row : wallets.balances()) {
    balances_[row.user_id] = row.balance.minor;
    for (const auto& [stream, sequence] : after) {
      if (stream.kind != log::StreamKind::billing) continue;
      require(auditor_.balance_at(row.user_id, sequence) == row.balance.minor, "a projected balance is not the fold's");
    }
  }
  return true;
}

void ReadModel::put(const projections::OrderRow& row, const Reached& after) {
  const auto [place, is_new] = orders_.try_emplace(row.purchase.order_id, row);
  require(!is_new || row.purchase.has_items(), "a later change of an order comes before the order");
  if (!is_new && row.version > place->second.version) {
    auto held = std::exchange(place->second, row);
    if (!row.purchase.has_items()) place->second.purchase = std::move(held.purchase);
  }
  for (const auto& [stream, sequence] : after) {
    if (stream.kind != log::StreamKind::orders) continue;
    require(auditor_.status_at(row.purchase.order_id, sequence) == place->second.status, "a projected status is not the fold's");
  }
}

bool ReadModel::is_up_with(Cluster& cluster, log::Partition partition) const {
  return std::ranges::all_of(inputs_of(partition), [&](const auto& stream) {
    return reached_.contains(stream) && reached_.at(stream) == cluster.bounds(stream).last_sequence;
  });
}

void ReadModel::require_all_rows() const {
  require(orders_.size() == auditor_.orders().size(), "an order is missing in the read model");
  for (const auto& [id, order] : auditor_.orders()) {
    require(orders_.at(id).status == order.status, "an order stands otherwise in the read model");
    require(orders_.at(id).purchase == order.purchase, "an order in the read model is made of something else");
  }
  for (const auto& [user, balance] : auditor_.balances()) {
    require(balances_.at(user) == balance, "a balance stands otherwise in the read model");
  }
}

SimulatedProjector::SimulatedProjector(Client& client, ReadModel& model, log::Partition partition)
    : client_(client), model_(model), streams_(inputs_of(partition)) {
  open();
}

void SimulatedProjector::open() {
  readers_.clear();
  messages_.clear();
  reached_ = model_.reached(streams_);
  for (const auto& stream : streams_) {
    const auto keep = [this](log::StoredMessage message) { messages_.push_back(std::move(message)); };
    readers_.push_back(client_.read(stream, reached_.at(stream) + 1, keep));
  }
}

void SimulatedProjector::step() {
  if (messages_.empty()) return;
  Batch batch;
  auto after = reached_;
  for (const auto& message : messages_) {
    const auto run = *log::decode_run(message.payload);
    std::uint32_t index = 0;
    for (const auto& event : run.events) batch.add({message.stream, {message.sequence, index++}}, event);
    after[message.stream] = message.sequence;
  }
  messages_.clear();
  if (!model_.write(batch.orders, batch.wallets, reached_, after)) return open();
  reached_ = after;
}

}  // namespace ordo::simulation
