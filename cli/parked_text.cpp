#include "cli/parked_text.hpp"

#include <iostream>

#include <fmt/format.h>

#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

void add_fault(JsonText& json, const std::optional<parking::Fault>& fault) {
  if (!fault) return;
  json.member("attempts", fault->attempts).member("first_failed_at", text(fault->first_failed));
  json.member("last_failed_at", text(fault->last_failed)).member("reason", fault->reason);
}

void add_key(JsonText& json, const ParkedRow& row) {
  json.member("owner", row.where).member("user_id", row.key.user.text());
  if (row.key.order) json.member("order_id", row.key.order->text());
}

std::string json_of(const ParkedRow& row) {
  JsonText json;
  json.open_object();
  add_key(json, row);
  json.member("inputs", row.inputs);
  add_fault(json, row.fault);
  return json.close_object().take();
}

std::string json_of(const runtime::ParkedInput& input) {
  JsonText json;
  json.open_object().member("stream", log::text(input.place.stream)).member("sequence", input.place.position.sequence);
  json.member("index", input.place.position.index).member("type", input.event.payload.type).member("id", input.event.id.text());
  json.member("time", text(input.event.time)).member("correlation_id", input.event.trace.correlation_id);
  json.member("payload_bytes", input.event.payload.bytes.size());
  add_fault(json, input.fault);
  return json.close_object().take();
}

std::string json_of(const ParkedRow& head, const ReleaseRow& released) {
  JsonText json;
  json.open_object();
  add_key(json, head);
  json.member("discarded", released.discarded).member("decided", released.decided).member("left", released.left);
  if (released.reason) json.member("reason", *released.reason);
  return json.close_object().take();
}

Table table_of(const std::vector<ParkedRow>& rows) {
  Table table{"OWNER", "KEY", ">INPUTS", ">ATTEMPTS", "FIRST FAILED", "LAST FAILED", "REASON"};
  for (const auto& row : rows) {
    const auto& fault = row.fault;
    table.add({row.where, log::text(row.key), std::to_string(row.inputs), std::to_string(fault ? fault->attempts : 0),
               fault ? text(fault->first_failed) : "", fault ? text(fault->last_failed) : "",
               fault ? fault->reason : "waits to be retried"});
  }
  return table;
}

Table table_of(const runtime::Parking::Queue& inputs) {
  Table table{"PLACE", "TYPE", "TIME", "CORRELATION ID", "STATE"};
  for (const auto& input : inputs) {
    const auto place = fmt::format("{} {}.{}", log::text(input.place.stream), input.place.position.sequence, input.place.position.index);
    table.add({place, input.event.payload.type, text(input.event.time), input.event.trace.correlation_id,
               input.fault ? fmt::format("{} attempts: {}", input.fault->attempts, input.fault->reason) : "waits behind it"});
  }
  return table;
}

// Tables are for people: the rows are not needed then.
void open(std::optional<JsonRows>& json, const std::string& output) {
  if (output != "table") json.emplace(std::cout, output);
}

}  // namespace

void print(const std::vector<ParkedRow>& rows, const std::string& output) {
  if (output == "table") {
    std::cout << table_of(rows).text(stdout_is_coloured());
    return;
  }
  JsonRows json(std::cout, output);
  for (const auto& row : rows) json.add(json_of(row));
}

InputRows::InputRows(const std::string& output) { open(json_, output); }

void InputRows::add(const ParkedRow& head, const runtime::Parking::Queue& inputs) {
  if (!json_) {
    std::cout << fmt::format("{}, {}\n", log::text(head.key), head.where) << table_of(inputs).text(stdout_is_coloured());
    return;
  }
  for (const auto& input : inputs) json_->add(json_of(input));
}

void InputRows::add(const ParkedRow& lane) {
  if (json_) {
    json_->add(json_of(lane));
  } else {
    std::cout << table_of({lane}).text(stdout_is_coloured());
  }
}

ReleaseRows::ReleaseRows(const std::string& output) { open(json_, output); }

void ReleaseRows::add(const ParkedRow& head, const ReleaseRow& released) {
  if (json_) {
    json_->add(json_of(head, released));
    return;
  }
  std::cout << fmt::format("{} {}: {} discarded, {} decided, {} still parked{}\n", head.where, log::text(head.key), released.discarded,
                           released.decided, released.left, released.reason ? ": " + *released.reason : "");
}

}  // namespace ordo::cli
