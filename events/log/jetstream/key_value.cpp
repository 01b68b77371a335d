#include "events/log/jetstream/key_value.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/connection_parts.hpp"
#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/json_visit.hpp"

namespace ordo::log::jetstream {
namespace {

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const auto failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                                        &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (failed != 0) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

Failure no_bucket(const Bucket& bucket) {
  return {FailureKind::unavailable, fmt::format("there is no stream {}: run `ordo setup`", bucket.stream)};
}

Result<StoredValue> parse_value(const Bucket& bucket, std::string_view json) {
  const auto fields = flatten_json(json);
  if (fields && fields->contains("message.subject") && fields->contains("message.seq")) {
    const auto& subject = fields->find("message.subject")->second;
    const auto sequence = parse_number<std::uint64_t>(fields->find("message.seq")->second);
    const auto data = fields->find("message.data");
    const auto value = data == fields->end() ? std::string() : decode_base64(data->second);
    const auto time = fields->find("message.time");
    if (sequence && value && subject.size() > bucket.subject.size()) {
      return StoredValue{subject.substr(bucket.subject.size() + 1), *value, *sequence,
                         time == fields->end() ? Timestamp{} : parse_server_time(time->second).value_or(Timestamp{})};
    }
  }
  return failure(FailureKind::corrupt, fmt::format("{}: the server's answer cannot be understood", bucket.stream));
}

}  // namespace

Bucket bucket(const std::string& name) { return {"KV_" + name, "$KV." + name}; }

Result<std::uint64_t> put(Connection& connection, const Bucket& bucket, const std::string& key, const std::string& value,
                          std::optional<std::uint64_t> expected, std::chrono::milliseconds timeout) {
  if (!connection.is_connected()) return failure(FailureKind::unavailable, "not connected to NATS");
  const auto subject = fmt::format("{}.{}", bucket.subject, key);
  natsMsg* made = nullptr;
  auto status = natsMsg_Create(&made, subject.c_str(), nullptr, value.data(), static_cast<int>(value.size()));
  const MessageHandle message(made);
  // By hand: in nats.c's own options an expectation of 0 means none.
  if (status == NATS_OK && expected) {
    status = natsMsgHeader_Set(made, "Nats-Expected-Last-Subject-Sequence", std::to_string(*expected).c_str());
  }
  natsMsg* reply = nullptr;
  if (status == NATS_OK) status = natsConnection_RequestMsg(&reply, connection.parts().handle.get(), made, timeout.count());
  const MessageHandle answer(reply);
  if (status == NATS_NO_RESPONDERS) return tl::unexpected(no_bucket(bucket));
  if (status != NATS_OK) return failure_of(status, subject);
  const auto parsed = parse_append_answer(data_of(reply));
  if (parsed && is_conflict(parsed->error)) return failure(FailureKind::conflict, subject + " was written by somebody else");
  if (parsed && is_not_stored(parsed->error)) return failure(FailureKind::unavailable, parsed->error.text);
  if (parsed && parsed->error.code == 0 && parsed->stream == bucket.stream && parsed->sequence > 0) return parsed->sequence;
  return failure(FailureKind::timeout, subject + " may not be written");
}

Result<std::optional<StoredValue>> next_value(Connection& connection, const Bucket& bucket, const std::string& pattern,
                                              std::uint64_t from_sequence, std::chrono::milliseconds timeout) {
  const auto wanted = JsonText()
                          .open_object()
                          .member("seq", from_sequence)
                          .member("next_by_subj", fmt::format("{}.{}", bucket.subject, pattern))
                          .close_object()
                          .take();
  const auto answer = connection.request("$JS.API.STREAM.MSG.GET." + bucket.stream, wanted, timeout);
  if (!answer) return tl::unexpected(answer.error());
  const auto error = parse_api_error(*answer);
  if (error && error->code == kNoMessageFound) return std::optional<StoredValue>();
  if (error && error->code == kStreamNotFound) return tl::unexpected(no_bucket(bucket));
  if (error && error->code != 0) return failure(FailureKind::unavailable, bucket.stream + ": " + error->text);
  return parse_value(bucket, *answer).map([](StoredValue value) { return std::optional(std::move(value)); });
}

Result<void> remove(Connection& connection, const Bucket& bucket, const std::string& key, std::uint64_t up_to_sequence,
                    std::chrono::milliseconds timeout) {
  const auto wanted = JsonText()
                          .open_object()
                          .member("filter", fmt::format("{}.{}", bucket.subject, key))
                          .member("seq", up_to_sequence + 1)
                          .close_object()
                          .take();
  const auto answer = connection.request("$JS.API.STREAM.PURGE." + bucket.stream, wanted, timeout);
  if (!answer) return tl::unexpected(answer.error());
  const auto error = parse_api_error(*answer);
  if (!error || error->code != 0) return failure(FailureKind::unavailable, bucket.stream + ": " + (error ? error->text : *answer));
  return {};
}

}  // namespace ordo::log::jetstream
