#include "events/log/archive/manifest.hpp"

#include <fmt/format.h>

#include "events/log/archive/hashing.hpp"
#include "events/vocabulary/json_visit.hpp"

namespace ordo::log::archive {
namespace {

constexpr std::string_view kFormat = "ordo-backup";
constexpr std::string_view kChecksumKey = R"(,"checksum":")";
constexpr std::string_view kEnd = "\"}";

// All but the checksum, which speaks of the text before it.
std::string checked_part(const Manifest& manifest) {
  JsonText json;
  json.open_object().member("format", kFormat).member("version", kBackupVersion).member("made", text(manifest.made));
  json.member("made_by", manifest.made_by).member("partitions", manifest.partitions).key("streams").open_object();
  for (const auto& [stream, section] : manifest.streams) {
    json.key(text(stream)).open_object();
    write_section(json, section);
    json.close_object();
  }
  json.close_object().key("files").open_object();
  for (const auto& [name, digest] : manifest.files) {
    json.key(name).open_object().member("bytes", digest.bytes).member("checksum", digest.checksum).close_object();
  }
  return json.close_object().take();
}

struct Reading {
  Manifest manifest;
  std::string format;
  std::uint64_t version = 0;
  bool sound = true;

  void take(std::string_view path, std::string_view value) {
    if (path == "format") format = value;
    else if (path == "version") version = parse_count(value).value_or(0);
    else if (path == "made") manifest.made = parse_timestamp(value).value_or(Timestamp{});
    else if (path == "made_by") manifest.made_by = value;
    else if (path == "partitions") manifest.partitions = static_cast<Partition>(parse_count(value).value_or(0));
    else if (path.starts_with("streams.")) take_stream(path.substr(path.find('.') + 1), value);
    else if (path.starts_with("files.")) take_file(path.substr(path.find('.') + 1), value);
  }

  void take_stream(std::string_view path, std::string_view value) {
    const auto dot = path.rfind('.');
    const auto stream = parse_stream_name(path.substr(0, dot));
    sound = sound && stream && read_section_member(manifest.streams[*stream], path.substr(dot + 1), value);
  }

  // A file's name has dots itself.
  void take_file(std::string_view path, std::string_view value) {
    const auto dot = path.rfind('.');
    auto& digest = manifest.files[std::string(path.substr(0, dot))];
    if (path.substr(dot + 1) == "checksum") digest.checksum = value;
    else if (const auto bytes = parse_count(value)) digest.bytes = *bytes;
    else sound = false;
  }
};

// Nothing: it has none, or a wrong one.
std::optional<std::string_view> without_checksum(std::string_view text) {
  const auto key = text.rfind(kChecksumKey);
  if (key == std::string_view::npos || !text.ends_with(kEnd)) return std::nullopt;
  const auto checked = text.substr(0, key);
  auto checksum = text.substr(key + kChecksumKey.size());
  checksum.remove_suffix(kEnd.size());
  return checksum == hash_of(checked) ? std::optional(checked) : std::nullopt;
}

}  // namespace

std::string file_of(const StreamName& stream) { return text(stream) + ".ndjson.zst"; }

std::string encode_manifest(const Manifest& manifest) {
  return fmt::format("{}{}{}{}", checked_part(manifest), kChecksumKey, name_of(manifest), kEnd);
}

std::string name_of(const Manifest& manifest) { return hash_of(checked_part(manifest)); }

Result<Manifest> decode_manifest(std::string_view text) {
  const auto checked = without_checksum(text);
  if (!checked) return failure(FailureKind::corrupt, "it is damaged: it does not have the checksum that it names");
  Reading reading;
  const bool is_json = visit_json(text, [&](std::string_view path, std::string_view value) { reading.take(path, value); });
  if (!is_json || reading.format != kFormat) return failure(FailureKind::corrupt, "it is no manifest of a backup");
  if (reading.version != kBackupVersion) {
    return failure(FailureKind::corrupt, fmt::format("it is of version {}, this program knows {}: use the one that wrote it, or a newer one",
                                                     reading.version, kBackupVersion));
  }
  const auto& manifest = reading.manifest;
  if (!reading.sound || manifest.partitions == 0 || manifest.partitions > kPartitionsMax || checked_part(manifest) != *checked) {
    return failure(FailureKind::corrupt, "it names what this program does not know: use the one that wrote it, or a newer one");
  }
  return std::move(reading.manifest);
}

}  // namespace ordo::log::archive
