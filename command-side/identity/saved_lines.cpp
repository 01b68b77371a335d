#include "command-side/identity/saved_lines.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "command-side/identity/schema.hpp"
#include "events/log/archive/hashing.hpp"
#include "events/log/archive/line_file.hpp"
#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/json_visit.hpp"

namespace ordo::identity {
namespace {

using log::archive::LineReader;

constexpr std::string_view kFormat = "ordo-identity";
constexpr int kVersion = 1;
constexpr std::string_view kRowKey = R"(,"row":)";

std::string row_head(const SavedTable& table) { return fmt::format(R"({{"table":"{}"{})", table.name, kRowKey); }

// Reads a whole file, line by line.
class Reading {
 public:
  explicit Reading(LineReader lines) : lines_(std::move(lines)) {}

  Result<SavedFile> read(const std::function<Result<void>(const SavedTable&, std::string_view row)>& take) {
    if (auto header = read_header(); !header) return tl::unexpected(header.error());
    for (;;) {
      const auto line = next();
      if (!line) return tl::unexpected(line.error());
      const auto table = std::ranges::find_if(kSavedTables, [&](const SavedTable& each) { return line->starts_with(row_head(each)); });
      if (table == kSavedTables.end()) return read_end(*line);
      if (!line->ends_with('}')) return wrong("the line is no row");
      auto row = line->substr(row_head(*table).size());
      row.remove_suffix(1);
      file_.sum.add(*table, row);
      if (auto taken = take(*table, row); !taken) return tl::unexpected(taken.error());
    }
  }

 private:
  [[nodiscard]] tl::unexpected<Failure> wrong(std::string_view how) const {
    return failure(FailureKind::corrupt, fmt::format("{} line {}: {}", lines_.path(), lines_.line_number(), how));
  }

  Result<std::string_view> next() {
    const auto line = lines_.next();
    if (!line) return tl::unexpected(line.error());
    return *line ? Result<std::string_view>(**line) : wrong("it is cut off there: its end is missing");
  }

  Result<void> read_header() {
    const auto line = next();
    if (!line) return tl::unexpected(line.error());
    const auto header = flatten_json(*line);
    if (!header || !header->contains("format") || header->at("format") != kFormat) return wrong("it is no file of users");
    if (header->contains("version") && header->at("version") != std::to_string(kVersion)) {
      return wrong(fmt::format("it is of version {}, this program knows {}", header->at("version"), kVersion));
    }
    // Whatever version cannot be found is as good as one that is not known.
    for (int version = 1; version <= newest_schema_version(); ++version) {
      if (header->contains("schema_version") && header->at("schema_version") == std::to_string(version)) file_.schema_version = version;
    }
    return file_.schema_version > 0 ? Result<void>() : wrong("its tables are of a version that this program does not know: run a newer one");
  }

  Result<SavedFile> read_end(std::string_view line) {
    if (line != end_line(file_.sum)) return wrong("the rows do not add up to what its end says");
    const auto behind = lines_.next();
    if (!behind) return tl::unexpected(behind.error());
    if (*behind) return wrong("something stands behind its end");
    return std::move(file_);
  }

  LineReader lines_;
  SavedFile file_;
};

}  // namespace

void SavedSum::add(const SavedTable& table, std::string_view row) {
  digest_ = log::archive::hash_of(fmt::format("{}\n{}\n{}", digest_, table.name, row));
  ++rows_;
}

std::string header_line(int schema_version) {
  return JsonText()
      .open_object()
      .member("format", kFormat)
      .member("version", kVersion)
      .member("schema_version", schema_version)
      .close_object()
      .take();
}

std::string row_line(const SavedTable& table, std::string_view row) { return fmt::format("{}{}}}", row_head(table), row); }

std::string end_line(const SavedSum& sum) {
  return JsonText().open_object().member("end", true).member("rows", sum.rows()).member("digest", sum.digest()).close_object().take();
}

Result<SavedFile> read_saved(const std::string& path,
                             const std::function<Result<void>(const SavedTable&, std::string_view row)>& take) {
  auto lines = LineReader::open(path);
  if (!lines) return tl::unexpected(lines.error());
  return Reading(std::move(*lines)).read(take);
}

}  // namespace ordo::identity
