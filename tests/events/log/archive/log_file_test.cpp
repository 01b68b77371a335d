#include "events/log/archive/log_file.hpp"

#include <catch2/catch.hpp>

#include "tests/events/log/archive/archive_fixture.hpp"

namespace ordo::log::archive {
namespace {

struct Written {
  Written() {
    fill(log, kOrders, 7);
    fill(log, kCommands, 9);
    log.expire_before(kCommands, 5);
    fill(log, {StreamKind::users, 0}, 2);
    log.expire_before({StreamKind::users, 0}, 3);
  }

  Sections write(const std::string& name, const DescribeEvent& describe = {}) {
    auto file = LogFileWriter::create(folder / name, compression_of(name), 1, describe).value();
    for (const auto stream : {kOrders, kCommands, kBilling, StreamName{StreamKind::users, 0}}) {
      REQUIRE(file.write(log, all_of(log, stream), {}));
    }
    return file.finish().value().sections;
  }

  TemporaryFolder folder;
  InMemoryLog log;
};

void require_same(Written& written, const std::vector<StoredMessage>& messages) {
  CHECK(messages.size() == 7 + 5);
  for (const auto& message : messages) {
    const auto stored = written.log.get(message.stream, message.sequence).value();
    CHECK(message.subject == stored.subject);
    CHECK(message.payload == stored.payload);
  }
}

TEST_CASE("a file gives every message back, from a stream's first that is left to its last") {
  Written written;
  const auto* const name = GENERATE("log.ndjson", "log.ndjson.zst");
  const auto sections = written.write(name);
  CHECK(sections.at(kOrders).events == 1 + 2 + 3 + 1 + 2 + 3 + 1);
  CHECK(sections.at(kCommands).first == 5);
  CHECK(sections.at(kCommands).last == 9);
  CHECK(sections.at(kBilling) == Section{1, 0, 0, 0, std::string(32, '0')});
  CHECK(sections.at({StreamKind::users, 0}) == Section{3, 2, 0, 0, std::string(32, '0')});
  require_same(written, read_all(written.folder / name).value());
  auto reader = LogFileReader::open(written.folder / name).value();
  CHECK(reader.partitions() == 1);
  while (reader.next().value()) {}
  CHECK(reader.sections() == sections);
}

TEST_CASE("a file for people has a line for every event, and is read back alike") {
  Written written;
  const auto sections = written.write("log.ndjson", [](JsonText& json, const LoggedEvent& event) {
    json.member("stream", text(event.at.stream)).member("sequence", event.at.position.sequence).member("index", event.at.position.index);
    json.member("subject", event.subject).member("type", event.event.payload.type);
  });
  CHECK(lines_of(written.folder / "log.ndjson").size() == 2 + sections.at(kOrders).events + sections.at(kCommands).events);
  require_same(written, read_all(written.folder / "log.ndjson").value());
}

TEST_CASE("a line that is lost, doubled, moved or changed is named") {
  Written written;
  (void)written.write("log.ndjson");
  auto lines = lines_of(written.folder / "log.ndjson");
  std::string where;
  SECTION("lost") {
    lines.erase(lines.begin() + 3);
    where = "line 4: ORDERS-0@4 stands where message 3 should";
  }
  SECTION("doubled") {
    lines.insert(lines.begin() + 3, lines[3]);
    where = "line 5: ORDERS-0@3 stands where message 4 should";
  }
  SECTION("moved") {
    std::swap(lines[3], lines[4]);
    where = "line 4: ORDERS-0@4 stands where";
  }
  SECTION("changed") {
    const auto at = lines[3].find("\"message\":\"") + 20;
    lines[3][at] = lines[3][at] == 'A' ? 'B' : 'A';
    where = "line 4: ORDERS-0@3 is not what it was";
  }
  SECTION("the first of a stream lost") {
    lines.erase(lines.begin() + 1);
    where = "line 2: ORDERS-0@2 is not what it was";
  }
  SECTION("under another subject") {
    const auto at = lines[3].find("orders.pending.0");
    lines[3].replace(at, 16, "orders.create.0");
    where = "line 4: ";
  }
  SECTION("the last of a stream lost") {
    lines.erase(lines.begin() + 7);
    where = "ORDERS-0 is not whole: 7 messages to 7 were promised, 6 to 6 are there";
  }
  write_lines_to(written.folder / "damaged", lines);
  const auto read = read_all(written.folder / "damaged");
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == FailureKind::corrupt);
  CHECK_THAT(read.error().text, Catch::Contains(where));
}

TEST_CASE("a file that is cut off at any line is not taken for a shorter one") {
  Written written;
  (void)written.write("log.ndjson");
  const auto lines = lines_of(written.folder / "log.ndjson");
  for (std::size_t count = 0; count < lines.size(); ++count) {
    write_lines_to(written.folder / "cut", {lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count)});
    const auto read = read_all(written.folder / "cut");
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error().text, Catch::Contains("its end is missing"));
  }
}

TEST_CASE("nothing may stand behind a file's end, before its header or in another's partition") {
  Written written;
  (void)written.write("log.ndjson");
  auto lines = lines_of(written.folder / "log.ndjson");
  SECTION("behind the end") { lines.push_back(lines[1]); }
  SECTION("before the header") { lines.erase(lines.begin()); }
  SECTION("a second header") { lines.insert(lines.begin() + 2, lines[0]); }
  SECTION("of another version") { lines[0] = R"({"format":"ordo-log","version":7,"partitions":1})"; }
  SECTION("of a partition that there is not") {
    for (auto& line : lines) {
      if (const auto at = line.find("\"ORDERS-0\""); at != std::string::npos) line.replace(at, 10, "\"ORDERS-1\"");
    }
  }
  write_lines_to(written.folder / "wrong", lines);
  CHECK(read_all(written.folder / "wrong").error().kind == FailureKind::corrupt);
}

TEST_CASE("a message that is no run is kept as it is") {
  Written written;
  REQUIRE(settled(append(written.log, {kBilling, "billing.payments.0", "no run at all"})));
  const auto sections = written.write("log.ndjson", [](JsonText& json, const LoggedEvent&) { json.member("never", "called for it"); });
  CHECK(sections.at(kBilling).messages == 1);
  CHECK(sections.at(kBilling).events == 0);
}

}  // namespace
}  // namespace ordo::log::archive
