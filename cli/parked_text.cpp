#include "cli/parked_text.hpp"

#include <iostream>

#include <fmt/format.h>

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

std::string line_of(const ParkedRow& row) {
  const auto& fault = row.fault;
  return fmt::format("{:<30} {:<42} {:>6} {:>8} {:<24} {:<24} {}", row.where, log::text(row.key), row.inputs, fault ? fault->attempts : 0,
                     fault ? text(fault->first_failed) : "", fault ? text(fault->last_failed) : "",
                     fault ? fault->reason : "waits to be retried");
}

std::string line_of(const runtime::ParkedInput& input) {
  const auto place = fmt::format("{} {}.{}", log::text(input.place.stream), input.place.position.sequence, input.place.position.index);
  return fmt::format("{:<20} {:<28} {:<24} {:<36} {}", place, input.event.payload.type, text(input.event.time),
                     input.event.trace.correlation_id,
                     input.fault ? fmt::format("{} attempts: {}", input.fault->attempts, input.fault->reason) : "waits behind it");
}

template <class Rows>
void print_rows(const Rows& rows, const std::string& output, const std::string& head) {
  if (output == "table") std::cout << head << '\n';
  if (output == "json") std::cout << "[\n";
  std::size_t left = rows.size();
  for (const auto& row : rows) {
    --left;
    std::cout << (output == "table" ? line_of(row) : json_of(row)) << (output == "json" && left > 0 ? ",\n" : "\n");
  }
  if (output == "json") std::cout << "]\n";
}

}  // namespace

void print(const std::vector<ParkedRow>& rows, const std::string& output) {
  print_rows(rows, output,
             fmt::format("{:<30} {:<42} {:>6} {:>8} {:<24} {:<24} REASON", "OWNER", "KEY", "INPUTS", "ATTEMPTS", "FIRST FAILED", "LAST FAILED"));
}

void print(const ParkedRow& head, const runtime::Parking::Queue& inputs, const std::string& output) {
  print_rows(inputs, output,
             fmt::format("{}, {}\n{:<20} {:<28} {:<24} {:<36} STATE", log::text(head.key), head.where, "PLACE", "TYPE", "TIME",
                         "CORRELATION ID"));
}

void print(const ParkedRow& head, const ReleaseRow& released, const std::string& output) {
  if (output == "table") {
    std::cout << fmt::format("{} {}: {} discarded, {} decided, {} still parked{}\n", head.where, log::text(head.key), released.discarded,
                             released.decided, released.left, released.reason ? ": " + *released.reason : "");
    return;
  }
  JsonText json;
  json.open_object();
  add_key(json, head);
  json.member("discarded", released.discarded).member("decided", released.decided).member("left", released.left);
  if (released.reason) json.member("reason", *released.reason);
  std::cout << json.close_object().take() << '\n';
}

}  // namespace ordo::cli
