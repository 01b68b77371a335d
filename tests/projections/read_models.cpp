#include "tests/projections/read_models.hpp"

#include <algorithm>
#include <random>
#include <span>

namespace ordo::tests {
namespace {

// All messages of a lane's inputs, streams interleaved at random, each stream in order.
std::vector<log::StoredMessage> interleaved(const Story& story, const projections::LaneDefinition& lane, const Reading& reading,
                                            std::mt19937_64& random) {
  std::vector<std::vector<log::StoredMessage>> waiting;
  for (const auto& stream : story.streams()) {
    if (std::ranges::find(lane.inputs, stream.kind) == lane.inputs.end() || stream.kind == reading.without) continue;
    waiting.push_back(story.messages(stream));
    std::ranges::reverse(waiting.back());
  }
  std::vector<log::StoredMessage> messages;
  while (!waiting.empty()) {
    auto& stream = waiting[random() % waiting.size()];
    if (!stream.empty()) {
      messages.push_back(std::move(stream.back()));
      stream.pop_back();
    }
    std::erase_if(waiting, [](const auto& left) { return left.empty(); });
  }
  return messages;
}

}  // namespace

void project(const TemporaryDatabase& database, const Story& story, std::string_view schema, const Reading& reading,
             log::Partition partitions, const projections::ReadModelDefinition& model) {
  auto connection = database.connect();
  must(projections::create_if_missing(connection, model, schema));
  fill(database, story, schema, reading, partitions, model, projections::Stage::whole);
}

void fill(const TemporaryDatabase& database, const Story& story, std::string_view schema, const Reading& reading, log::Partition partitions,
          const projections::ReadModelDefinition& model, projections::Stage stage) {
  auto connection = database.connect();
  std::mt19937_64 random(reading.seed);
  std::set<log::Partition> all;
  for (log::Partition partition = 0; partition < partitions; ++partition) all.insert(partition);
  for (const auto& definition : model.lanes) {
    projections::Lane lane(definition, schema, all, stage);
    must(lane.open(connection, model));
    const auto messages = interleaved(story, definition, reading, random);
    std::span left(messages);
    while (!left.empty()) {
      const auto size = std::min<std::size_t>(left.size(), 1 + random() % reading.batch_max);
      must(lane.apply(connection, left.first(size)));
      left = left.subspan(size);
    }
  }
}

std::vector<projections::TableChecksum> checksums_of(const TemporaryDatabase& database, std::string_view schema) {
  auto connection = database.connect();
  return must(projections::checksums(connection, schema));
}

projections::ProjectorSettings live_projector(const TemporaryDatabase& database, log::EventLog& log,
                                              std::function<void(const Failure&)> give_up) {
  auto connection = database.connect();
  must(projections::create_if_missing(connection, projections::read_model(), projections::kServing));
  return {.model = projections::read_model(), .log = log, .partitions = 2, .schema = projections::kServing,
          .connection = {.url = database.url()}, .give_up = std::move(give_up)};
}

bool has_caught_up(const projections::Projector& projector, log::EventLog& log) {
  for (const auto& [lane, reached] : projector.reached()) {
    if (reached.empty()) return false;
    for (const auto& [stream, sequence] : reached) {
      if (sequence < must(log.bounds(stream)).last_sequence) return false;
    }
  }
  return true;
}

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace ordo::tests
