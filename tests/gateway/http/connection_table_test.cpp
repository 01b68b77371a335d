#include "gateway/http/connection_table.hpp"

#include <catch2/catch.hpp>

using namespace ordo::http;
using namespace std::chrono_literals;

TEST_CASE("who waits until all have gone waits for those who were accepted and have not arrived, too") {
  ConnectionTable table({10s, 10s}, 1s, 10);
  CHECK(table.wait_until_empty(0ms));
  table.note_accepted();
  CHECK_FALSE(table.wait_until_empty(20ms));
  table.note_arrived();
  CHECK(table.wait_until_empty(0ms));
  table.stop();
}
