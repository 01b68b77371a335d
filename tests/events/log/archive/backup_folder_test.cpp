#include "events/log/archive/backup_folder.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "events/log/archive/sorting.hpp"
#include "tests/events/log/archive/archive_fixture.hpp"

namespace ordo::log::archive {
namespace {

namespace fs = std::filesystem;

struct Source {
  Source() {
    fill(log, kOrders, 20);
    fill(log, kCommands, 9);
    log.expire_before(kCommands, 5);
  }

  Result<Manifest> back_up(const std::string& path) {
    Manifest manifest{.made = {1}, .made_by = "test", .partitions = 1, .streams = {}, .files = {}};
    auto backup = NewBackup::begin(path);
    if (!backup) return tl::unexpected(backup.error());
    const Cut cut{{kOrders, 20}, {kCommands, 9}, {kBilling, 0}};
    return write_streams(log, cut, *backup, manifest, {}, {}).and_then([&] { return backup->publish(manifest); }).map([&] {
      return manifest;
    });
  }

  TemporaryFolder folder;
  InMemoryLog log;
};

Result<void> check(const std::string& path) {
  return read_manifest(path).and_then([&](const Manifest& manifest) { return check_backup(path, manifest, {}, {}); });
}

TEST_CASE("a backup lies whole in its folder, for its owner's eyes only") {
  Source source;
  const auto manifest = source.back_up(source.folder / "backup/").value();
  CHECK(read_manifest(source.folder / "backup").value() == manifest);
  CHECK(check(source.folder / "backup"));
  CHECK_FALSE(fs::exists(source.folder / "backup.partial"));
  struct stat status {};
  REQUIRE(::stat((source.folder / "backup").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  CHECK(manifest.streams.at(kCommands).first == 5);
  CHECK(manifest.streams.at(kBilling).messages == 0);
}

TEST_CASE("a backup is never written over another, nor over anything") {
  Source source;
  REQUIRE(source.back_up(source.folder / "backup"));
  const auto again = source.back_up(source.folder / "backup");
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == FailureKind::conflict);
  CHECK(check(source.folder / "backup"));
}

TEST_CASE("two backups into one folder do not mix") {
  Source source;
  const auto first = NewBackup::begin(source.folder / "backup").value();
  const auto second = NewBackup::begin(source.folder / "backup");
  REQUIRE_FALSE(second);
  CHECK_THAT(second.error().text, Catch::Contains("another backup is being written"));
}

TEST_CASE("a backup that is given up leaves nothing, and what a killed one left goes with the next") {
  Source source;
  { const auto given_up = NewBackup::begin(source.folder / "backup").value(); }
  CHECK_FALSE(fs::exists(source.folder / "backup.partial"));
  fs::create_directory(source.folder / "backup.partial");
  write_content_to(source.folder / "backup.partial/ORDERS-0.ndjson.zst", "half");
  REQUIRE(source.back_up(source.folder / "backup"));
  CHECK(check(source.folder / "backup"));
}

TEST_CASE("whatever byte of a backup is changed, its file is named") {
  Source source;
  REQUIRE(source.back_up(source.folder / "backup"));
  for (const auto& entry : fs::directory_iterator(source.folder / "backup")) {
    const auto path = entry.path().string();
    const auto whole = content_of(path);
    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 40) {
      auto changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 16);
      write_content_to(path, changed);
      const auto checked = check(source.folder / "backup");
      REQUIRE_FALSE(checked);
      CHECK(checked.error().kind == FailureKind::corrupt);
      CHECK_THAT(checked.error().text, Catch::Contains(path));
    }
    write_content_to(path, whole);
  }
  CHECK(check(source.folder / "backup"));
}

TEST_CASE("a backup whose file is missing or cut off is refused by its name") {
  Source source;
  REQUIRE(source.back_up(source.folder / "backup"));
  const auto path = source.folder / "backup/ORDERS-0.ndjson.zst";
  const auto whole = content_of(path);
  write_content_to(path, whole.substr(0, whole.size() - 1));
  CHECK_THAT(check(source.folder / "backup").error().text, Catch::Contains("ORDERS-0"));
  fs::remove(path);
  CHECK_THAT(check(source.folder / "backup").error().text, Catch::Contains("ORDERS-0") && Catch::Contains("No such file"));
  CHECK_THAT(check(source.folder / "nowhere").error().text, Catch::Contains("a backup is a folder with a manifest.json"));
}

TEST_CASE("a file of many streams is sorted into a backup, the same each time") {
  Source source;
  auto file = LogFileWriter::create(source.folder / "log.ndjson", Compression::none, 1).value();
  for (const auto stream : {kOrders, kBilling, kCommands}) REQUIRE(file.write(source.log, all_of(source.log, stream), {}));
  const auto sections = file.finish().value().sections;
  std::vector<std::string> names;
  for (const auto* const name : {"one", "two"}) {
    auto backup = NewBackup::begin(source.folder / name).value();
    const auto manifest = sort_into(backup, source.folder / "log.ndjson", {}).value();
    CHECK(manifest.streams == sections);
    CHECK(check(backup.unpublished_path()));
    names.push_back(name_of(manifest));
  }
  CHECK(names[0] == names[1]);
}

}  // namespace
}  // namespace ordo::log::archive
