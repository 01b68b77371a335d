#include "events/log/archive/line_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/events/log/archive/archive_fixture.hpp"

namespace ordo::log::archive {
namespace {

FileDigest write(const std::string& path, Compression compression, const std::vector<std::string>& lines) {
  auto writer = LineWriter::create(path, compression).value();
  for (const auto& line : lines) REQUIRE(writer.write(line));
  return writer.finish().value();
}

Result<std::vector<std::string>> read(const std::string& path) {
  auto reader = LineReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  std::vector<std::string> lines;
  for (;;) {
    const auto line = reader->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return lines;
    lines.emplace_back(**line);
  }
}

// Some that compress well and some that do not, beyond every buffer.
std::vector<std::string> many_lines() {
  std::vector<std::string> lines{"", "one"};
  for (int number = 0; number < 3000; ++number) lines.push_back("line " + std::to_string(number));
  std::string noise(1 << 20, '\0');
  randombytes_buf(noise.data(), noise.size());
  for (auto& character : noise) character = static_cast<char>('a' + (static_cast<unsigned char>(character) % 26));
  lines.push_back(noise);
  lines.push_back(std::string(1 << 20, 'x'));
  return lines;
}

TEST_CASE("lines are read as they were written, compressed or not") {
  const TemporaryFolder folder;
  const auto compression = GENERATE(Compression::none, Compression::zstd);
  const auto lines = GENERATE(std::vector<std::string>{}, many_lines());
  const auto digest = write(folder / "file", compression, lines);
  CHECK(read(folder / "file").value() == lines);
  CHECK(digest_of(folder / "file").value() == digest);
  CHECK(digest.bytes == std::filesystem::file_size(folder / "file"));
}

TEST_CASE("a name says whether its file is compressed") {
  CHECK(compression_of("events.ndjson.zst") == Compression::zstd);
  CHECK(compression_of("events.ndjson") == Compression::none);
  CHECK(compression_of("-") == Compression::none);
}

TEST_CASE("a file is for its owner's eyes only, and never written over") {
  const TemporaryFolder folder;
  write(folder / "file", Compression::none, {"kept"});
  struct stat status {};
  REQUIRE(::stat((folder / "file").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const auto again = LineWriter::create(folder / "file", Compression::none);
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == FailureKind::conflict);
  CHECK(read(folder / "file").value() == std::vector<std::string>{"kept"});
}

TEST_CASE("a compressed file that is cut off anywhere is damaged, not shorter") {
  const TemporaryFolder folder;
  write(folder / "file", Compression::zstd, {"a line", "another line", "and a third"});
  const auto whole = content_of(folder / "file");
  for (std::size_t size = 4; size < whole.size(); ++size) {
    write_content_to(folder / "cut", whole.substr(0, size));
    const auto found = read(folder / "cut");
    CAPTURE(size);
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == FailureKind::corrupt);
    CHECK_THAT(found.error().text, Catch::Contains("cut"));
  }
}

TEST_CASE("a plain file that ends within a line is damaged") {
  const TemporaryFolder folder;
  write_content_to(folder / "file", "whole\nnot who");
  CHECK(read(folder / "file").error().kind == FailureKind::corrupt);
}

TEST_CASE("no flipped bit of a compressed file goes unnoticed") {
  const TemporaryFolder folder;
  const std::vector<std::string> lines{"a line", "another line", "and a third"};
  const auto digest = write(folder / "file", Compression::zstd, lines);
  const auto whole = content_of(folder / "file");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    write_content_to(folder / "changed", changed);
    CHECK_FALSE(digest_of(folder / "changed").value() == digest);
  }
}

TEST_CASE("a line that does not end is refused before it fills the memory") {
  const TemporaryFolder folder;
  write_content_to(folder / "file", std::string(kLineBytesMax + (1 << 20), 'x'));
  CHECK_THAT(read(folder / "file").error().text, Catch::Contains("without an end"));
}

TEST_CASE("a file that is not there is named with the reason") {
  const TemporaryFolder folder;
  const auto found = read(folder / "nothing");
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == FailureKind::unavailable);
  CHECK_THAT(found.error().text, Catch::Contains("nothing") && Catch::Contains("No such file"));
}

}  // namespace
}  // namespace ordo::log::archive
