#include "events/log/archive/sorting.hpp"

#include <map>

#include "events/log/archive/chain.hpp"

namespace ordo::log::archive {
namespace {

// One stream's file in the making.
struct Sorted {
  LineWriter lines;
  Chain chain;
};

class Sorting {
 public:
  Sorting(const NewBackup& backup, Partition partitions) : backup_(backup), partitions_(partitions) {}

  Result<void> add(const StoredMessage& message) {
    auto sorted = file_for(message.stream);
    if (!sorted) return tl::unexpected(sorted.error());
    auto& [lines, chain] = **sorted;
    chain.add(message);
    JsonText json;
    write_message(json.open_object(), message, chain.text());
    return lines.write(json.close_object().take());
  }

  Result<void> finish(const Sections& sections, Manifest& manifest) {
    for (const auto& [stream, section] : sections) {
      auto sorted = file_for(stream);
      if (!sorted) return tl::unexpected(sorted.error());
      auto& lines = (*sorted)->lines;
      auto digest = lines.write(end_line({{stream, section}})).and_then([&] { return lines.finish(); });
      if (!digest) return tl::unexpected(digest.error());
      manifest.files.emplace(file_of(stream), std::move(*digest));
    }
    manifest.streams = sections;
    return {};
  }

 private:
  Result<Sorted*> file_for(StreamName stream) {
    if (const auto known = files_.find(stream); known != files_.end()) return &known->second;
    auto lines = LineWriter::create(backup_.path_of(file_of(stream)), Compression::zstd);
    if (!lines) return tl::unexpected(lines.error());
    if (auto written = lines->write(header_line(partitions_)); !written) return tl::unexpected(written.error());
    return &files_.emplace(stream, Sorted{std::move(*lines), {}}).first->second;
  }

  const NewBackup& backup_;
  const Partition partitions_;
  std::map<StreamName, Sorted> files_;
};

}  // namespace

Result<Manifest> sort_into(NewBackup& backup, const std::string& path, const std::stop_token& stop) {
  auto reader = LogFileReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  Sorting sorting(backup, reader->partitions());
  for (;;) {
    if (stop.stop_requested()) return failure(FailureKind::unavailable, "told to stop");
    const auto message = reader->next();
    if (!message) return tl::unexpected(message.error());
    if (!*message) break;
    if (auto added = sorting.add(**message); !added) return tl::unexpected(added.error());
  }
  Manifest manifest{.made = {}, .made_by = "ordo import", .partitions = reader->partitions(), .streams = {}, .files = {}};
  return sorting.finish(reader->sections(), manifest).and_then([&] { return backup.seal(manifest); }).map([&] { return std::move(manifest); });
}

}  // namespace ordo::log::archive
