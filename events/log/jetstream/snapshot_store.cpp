#include "events/log/jetstream/snapshot_store.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/connection_parts.hpp"
#include "events/log/jetstream/stream_settings.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::log::jetstream {
namespace {

constexpr std::size_t kPartBytesMax = 512 * 1024;

const std::string kStream(kSnapshotsStream);

std::string parts_subject(StreamName stream) { return fmt::format("snapshots.{}.parts", text(stream)); }
std::string manifest_subject(StreamName stream) { return fmt::format("snapshots.{}.manifest", text(stream)); }

// The sequences of the parts in their order, as text: "17 18 20".
std::string manifest_of(const std::vector<std::uint64_t>& parts) { return fmt::format("{}", fmt::join(parts, " ")); }

std::optional<std::vector<std::uint64_t>> parse_manifest(std::string_view manifest) {
  std::vector<std::uint64_t> parts;
  while (!manifest.empty()) {
    const auto space = manifest.find(' ');
    const auto part = parse_number<std::uint64_t>(manifest.substr(0, space));
    if (!part) return std::nullopt;
    parts.push_back(*part);
    manifest.remove_prefix(space == std::string_view::npos ? manifest.size() : space + 1);
  }
  return parts;
}

bool is_nothing_there(jsErrCode error) {
  const auto code = static_cast<int>(error);
  return code == kNoMessageFound || code == kStreamNotFound;
}

jsOptions waiting(std::chrono::milliseconds timeout) {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = timeout.count();
  return options;
}

}  // namespace

Result<void> JetStreamSnapshotStore::save(StreamName stream, std::string_view bytes) {
  std::vector<std::uint64_t> parts;
  for (std::size_t at = 0; at < bytes.size(); at += kPartBytesMax) {
    const auto sequence = append(parts_subject(stream), bytes.substr(at, kPartBytesMax));
    if (!sequence) return tl::unexpected(sequence.error());
    parts.push_back(*sequence);
  }
  const auto manifest = append(manifest_subject(stream), manifest_of(parts));
  if (!manifest) return tl::unexpected(manifest.error());
  // In this order: a manifest without its parts would be taken for a torn snapshot, parts without a manifest are only litter.
  if (auto purged = purge_before(manifest_subject(stream), *manifest); !purged) return purged;
  return purge_before(parts_subject(stream), parts.empty() ? *manifest : parts.front());
}

Result<std::optional<std::string>> JetStreamSnapshotStore::load(StreamName stream) {
  natsMsg* got = nullptr;
  jsErrCode error{};
  auto options = waiting(timeout_);
  auto* const context = connection_->parts().context.get();
  const auto status = js_GetLastMsg(&got, context, kStream.c_str(), manifest_subject(stream).c_str(), &options, &error);
  const MessageHandle message(got);
  if (is_nothing_there(error)) return std::nullopt;
  if (status != NATS_OK) return failure_of(status, manifest_subject(stream));
  const auto parts = parse_manifest(data_of(got));
  if (!parts) return std::nullopt;
  std::string bytes;
  for (const auto sequence : *parts) {
    const auto found = part(parts_subject(stream), sequence);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return std::nullopt;
    bytes += **found;
  }
  return bytes;
}

Result<void> JetStreamSnapshotStore::remove(StreamName stream) {
  if (auto purged = purge(manifest_subject(stream)); !purged) return purged;
  return purge(parts_subject(stream));
}

Result<std::uint64_t> JetStreamSnapshotStore::append(const std::string& subject, std::string_view payload) {
  const auto answer = connection_->request(subject, payload, timeout_);
  if (!answer) return tl::unexpected(answer.error());
  const auto parsed = parse_append_answer(*answer);
  if (!parsed) return failure(FailureKind::timeout, subject + ": an answer that cannot be understood");
  if (parsed->error.code != 0) return failure(FailureKind::unavailable, subject + ": " + parsed->error.text);
  if (parsed->stream != kStream || parsed->sequence == 0) return failure(FailureKind::timeout, subject + ": it may not be stored");
  return parsed->sequence;
}

Result<void> JetStreamSnapshotStore::purge_before(const std::string& subject, std::uint64_t sequence) {
  // Before the first message nothing stands, and the server would take 1 for no limit at all.
  if (sequence <= 1) return {};
  return request_purge(JsonText().open_object().member("filter", subject).member("seq", sequence).close_object().take());
}

Result<void> JetStreamSnapshotStore::purge(const std::string& subject) {
  return request_purge(JsonText().open_object().member("filter", subject).close_object().take());
}

Result<void> JetStreamSnapshotStore::request_purge(const std::string& request) {
  const auto answer = connection_->request("$JS.API.STREAM.PURGE." + kStream, request, timeout_);
  if (!answer) return tl::unexpected(answer.error());
  const auto error = parse_api_error(*answer);
  if (error && (error->code == 0 || error->code == kStreamNotFound)) return {};
  return failure(FailureKind::unavailable, fmt::format("{} cannot be purged: {}", kStream, error ? error->text : *answer));
}

Result<std::optional<std::string>> JetStreamSnapshotStore::part(const std::string& subject, std::uint64_t sequence) {
  natsMsg* got = nullptr;
  jsErrCode error{};
  auto options = waiting(timeout_);
  const auto status = js_GetMsg(&got, connection_->parts().context.get(), kStream.c_str(), sequence, &options, &error);
  const MessageHandle message(got);
  if (is_nothing_there(error)) return std::nullopt;
  if (status != NATS_OK) return failure_of(status, subject);
  if (subject != natsMsg_GetSubject(got)) return std::nullopt;
  return std::string(data_of(got));
}

}  // namespace ordo::log::jetstream
