#include "cli/archive_text.hpp"

#include <numeric>

#include <fmt/format.h>

#include "cli/table.hpp"

namespace ordo::cli {
namespace {

std::uint64_t bytes_in(const log::archive::Manifest& manifest) {
  return std::accumulate(manifest.files.begin(), manifest.files.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& file) { return sum + file.second.bytes; });
}

std::uint64_t bytes_of(const log::archive::Manifest& manifest, log::StreamName stream) {
  const auto file = manifest.files.find(log::archive::file_of(stream));
  return file == manifest.files.end() ? 0 : file->second.bytes;
}

template <class Count>
std::uint64_t sum_of(const log::archive::Sections& sections, Count count) {
  return std::accumulate(sections.begin(), sections.end(), std::uint64_t{0},
                         [&](std::uint64_t sum, const auto& each) { return sum + each.second.*count; });
}

}  // namespace

std::uint64_t messages_in(const log::archive::Sections& sections) { return sum_of(sections, &log::archive::Section::messages); }
std::uint64_t events_in(const log::archive::Sections& sections) { return sum_of(sections, &log::archive::Section::events); }

std::string manifest_table(const std::string& folder, const log::archive::Manifest& manifest, bool coloured) {
  Table table{"STREAM", ">FIRST", ">LAST", ">MESSAGES", ">EVENTS", ">BYTES"};
  for (const auto& [stream, section] : manifest.streams) {
    table.add({log::text(stream), std::to_string(section.first), std::to_string(section.last), std::to_string(section.messages),
               std::to_string(section.events), std::to_string(bytes_of(manifest, stream))});
  }
  return fmt::format("{}\n{}: {} events in {} messages, {} partitions, {} bytes, made {}\nname {}\n", table.text(coloured), folder,
                     events_in(manifest.streams), messages_in(manifest.streams), manifest.partitions, bytes_in(manifest),
                     text(manifest.made), log::archive::name_of(manifest));
}

std::string manifest_json(const std::string& folder, const log::archive::Manifest& manifest) {
  JsonText json;
  json.open_object().member("folder", folder).member("name", log::archive::name_of(manifest)).member("made", text(manifest.made));
  json.member("made_by", manifest.made_by).member("partitions", manifest.partitions).member("messages", messages_in(manifest.streams));
  json.member("events", events_in(manifest.streams)).member("bytes", bytes_in(manifest)).key("streams").open_array();
  for (const auto& [stream, section] : manifest.streams) {
    json.open_object().member("stream", log::text(stream));
    log::archive::write_section(json, section);
    json.member("bytes", bytes_of(manifest, stream)).close_object();
  }
  return json.close_array().close_object().take() + '\n';
}

}  // namespace ordo::cli
