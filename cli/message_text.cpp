#include "cli/message_text.hpp"

#include <fmt/format.h>

#include "cli/event_text.hpp"
#include "cli/table.hpp"
#include "events/log/run_checksum.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

bool is_checksummed(const log::StoredMessage& message) { return log::check_checksum(message.payload) == log::ChecksumVerdict::sound; }

std::vector<log::LoggedEvent> events_of(const ShownMessage& shown) {
  const auto& [message, run, wanted] = shown;
  std::vector<log::LoggedEvent> events;
  for (std::uint32_t index = 0; index < run.events.size(); ++index) {
    if (!wanted || *wanted == index) events.push_back({{message.stream, {message.sequence, index}}, message.subject, run.events[index]});
  }
  return events;
}

std::string decided_text(const ShownMessage& shown) {
  std::string line;
  for (const auto& [kind, position] : shown.run.checkpoints) {
    if (!line.empty()) line += ", ";
    line += log::text(log::StreamPosition{{kind, shown.message.stream.partition}, position});
  }
  return line.empty() ? "nothing: it is no decision upon others" : line;
}

void add_line(std::string& out, std::string_view name, std::string_view value, bool coloured) {
  out += painted(fmt::format("{:<16}", name), Tone::dim, coloured).append(value) + '\n';
}

std::string event_text(const log::LoggedEvent& logged, bool coloured) {
  const auto& event = logged.event;
  std::string out;
  const auto line = [&](std::string_view name, std::string_view value) { add_line(out, name, value, coloured); };
  line("event", painted(log::text(logged.at), Tone::strong, coloured));
  line("type", event.payload.type);
  line("what", summary_of(logged));
  line("time", text(event.time));
  line("id", event.id.text());
  const auto cause = log::place_of_cause(logged);
  line("cause", cause ? fmt::format("{}, event {}", log::text(*cause), event.cause->event_id.text()) : "none: it came from outside");
  line("correlation id", event.trace.correlation_id);
  if (!event.trace.traceparent.empty()) line("traceparent", event.trace.traceparent);
  line("actor", event.trace.actor ? event.trace.actor->text() : "nobody: Ordo by itself");
  if (!event.unknown_fields.empty()) line("unknown fields", fmt::format("{} bytes, of a newer version", event.unknown_fields.size()));
  line("data", data_of(logged));
  return out;
}

}  // namespace

Result<ShownMessage> look_at(log::StoredMessage message, std::optional<std::uint32_t> index) {
  auto run = log::decode_run(message.payload);
  const auto name = fmt::format("{}@{}", log::text(message.stream), message.sequence);
  if (!run) return failure(run.error().kind, fmt::format("{}: {}", name, run.error().text));
  if (index && *index >= run->events.size()) {
    return failure(FailureKind::corrupt, fmt::format("{} has no event {}: its last one is {}", name, *index, run->events.size() - 1));
  }
  return ShownMessage{std::move(message), std::move(*run), index};
}

std::string message_text(const ShownMessage& shown, bool coloured) {
  const auto& message = shown.message;
  std::string out;
  const auto line = [&](std::string_view name, std::string_view value) { add_line(out, name, value, coloured); };
  line("message", fmt::format("{}@{}, subject {}", log::text(message.stream), message.sequence, message.subject));
  line("holds", fmt::format("{} events, {} bytes, {}", shown.run.events.size(), message.payload.size(),
                            is_checksummed(message) ? "checksum sound" : "no checksum: it was written before there were any"));
  line("decided up to", decided_text(shown));
  for (const auto& logged : events_of(shown)) out += '\n' + event_text(logged, coloured);
  return out;
}

std::string message_json(const ShownMessage& shown) {
  const auto& message = shown.message;
  JsonText json;
  json.open_object().member("stream", log::text(message.stream)).member("sequence", message.sequence).member("subject", message.subject);
  json.member("bytes", message.payload.size()).member("checksummed", is_checksummed(message)).key("decided").open_object();
  for (const auto& [kind, position] : shown.run.checkpoints) {
    json.member(log::text(log::StreamName{kind, message.stream.partition}), fmt::format("{}.{}", position.sequence, position.index));
  }
  json.close_object().member("event_count", shown.run.events.size()).key("events").open_array();
  for (const auto& logged : events_of(shown)) {
    write_members(json.open_object(), logged);
    json.close_object();
  }
  return json.close_array().close_object().take() + '\n';
}

}  // namespace ordo::cli
