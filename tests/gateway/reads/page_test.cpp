#include <catch2/catch.hpp>

#include "gateway/reads/page.hpp"

namespace ordo::reads {
namespace {

http::Request asking(http::Parameters query) {
  http::Request request;
  request.path = "/api/orders";
  request.query = std::move(query);
  return request;
}

}  // namespace

TEST_CASE("a page has twenty entries unless it is said otherwise, at most a hundred") {
  struct Row {
    http::Parameters query;
    std::size_t limit;
    std::size_t offset;
  };
  const auto row = GENERATE(Row{{}, 20, 0}, Row{{{"limit", "1"}}, 1, 0}, Row{{{"limit", "100"}, {"offset", "10000"}}, 100, 10'000});
  const auto request = asking(row.query);
  QueryReader query(request);
  const auto page = read_page(query);
  REQUIRE(query.finish());
  REQUIRE(page.limit == row.limit);
  REQUIRE(page.offset == row.offset);
}

TEST_CASE("a page of what is degraded says why in general, and a sound one says nothing") {
  const auto request = asking({});
  const QueryReader query(request);
  REQUIRE(page_response(query, "[]", {}).body == R"({"items":[]})");
  REQUIRE(page_response(query, "[]", {}, "an event waits").body == R"({"items":[],"degraded":true,"degraded_reason":"an event waits"})");
}

TEST_CASE("what is wrong with the parameters of a page is told at once") {
  struct Row {
    http::Parameters query;
    std::vector<std::string> pointers;
  };
  const auto row = GENERATE(
      Row{{{"limit", "0"}}, {"/limit"}}, Row{{{"limit", "101"}}, {"/limit"}}, Row{{{"limit", "-1"}}, {"/limit"}},
      Row{{{"limit", "1.5"}}, {"/limit"}}, Row{{{"limit", ""}}, {"/limit"}}, Row{{{"limit", "99999999999999999999"}}, {"/limit"}},
      Row{{{"limit", "x"}, {"offset", "-1"}}, {"/limit", "/offset"}}, Row{{{"offset", "10001"}}, {"/offset"}},
      Row{{{"offset", "1"}, {"cursor", "x"}}, {"/offset"}});
  const auto request = asking(row.query);
  QueryReader query(request);
  static_cast<void>(read_page(query));
  const auto refused = query.finish();
  REQUIRE_FALSE(refused.has_value());
  REQUIRE(refused.error().code == http::ProblemCode::invalid_parameter);
  std::vector<std::string> pointers;
  for (const auto& error : refused.error().errors) pointers.push_back(error.pointer);
  REQUIRE(pointers == row.pointers);
}

TEST_CASE("an id in a parameter must be one") {
  const auto request = asking({{"user_id", "me"}});
  QueryReader query(request);
  REQUIRE_FALSE(query.id<UserId>("user_id"));
  REQUIRE_FALSE(query.finish());
}

TEST_CASE("the link to the next page keeps what was read, and nothing else that was sent") {
  const auto request = asking({{"status", "a&b>"}, {"offset", "5"}, {"cursor", "old"}, {"limit", "2"}, {"x", "never asked for"}});
  QueryReader query(request);
  static_cast<void>(read_page(query));
  REQUIRE(query.text("status") == "a&b>");
  const auto response = page_response(query, "[1]", "new");
  REQUIRE(response.body == R"({"items":[1],"next_cursor":"new"})");
  REQUIRE(http::find_header(response.headers, "Link") == "</api/orders?limit=2&status=a%26b%3E&cursor=new>; rel=\"next\"");
  const auto last = page_response(query, "[]", std::nullopt);
  REQUIRE(last.body == R"({"items":[]})");
  REQUIRE_FALSE(http::find_header(last.headers, "Link"));
}

TEST_CASE("a place by time and id is read as it was written, and nothing else is") {
  const auto id = random_uuid();
  const auto place = parse_timed_place(text_of_place({1'700'000'000'123}, id));
  REQUIRE(place->time == Timestamp{1'700'000'000'123});
  REQUIRE(place->id == id);
  for (const auto* nonsense : {"", " ", "1", "1 x", "x 01890a5d-ac96-774b-bcce-b302099a8057", "1.5 01890a5d-ac96-774b-bcce-b302099a8057"}) {
    REQUIRE_FALSE(parse_timed_place(nonsense));
  }
}

}  // namespace ordo::reads
