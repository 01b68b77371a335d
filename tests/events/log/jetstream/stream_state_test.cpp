#include "events/log/jetstream/stream_state.hpp"

#include <vector>

#include <catch2/catch.hpp>

namespace ordo::log::jetstream {

using namespace std::chrono_literals;

TEST_CASE("a server is believed to lead only as long as a majority has answered it lately") {
  struct Row {
    const char* what;
    std::vector<Replica> others;
    bool leads;
  };
  const std::vector<Row> rows{
      {"one server, alone", {}, true},
      {"of three, all answer", {{false, 20ms}, {false, 900ms}}, true},
      {"of three, one is offline", {{false, 900ms}, {true, 20ms}}, true},
      {"of three, one is silent", {{false, 900ms}, {false, 5s}}, true},
      {"of three, none has answered for as long as nobody can have been elected", {{false, 3s}, {false, 3s}}, true},
      {"of three, none has answered for longer", {{false, 3001ms}, {false, 3001ms}}, false},
      {"of three, one is offline and the other silent", {{true, 0ms}, {false, 4s}}, false},
      {"of three, just elected: nobody has answered yet", {{false, std::chrono::nanoseconds::max()}, {false, std::chrono::nanoseconds::max()}},
       false},
      {"of five, two answer", {{false, 0ms}, {false, 0ms}, {true, 0ms}, {false, 9s}}, true},
      {"of five, one answers", {{false, 0ms}, {true, 0ms}, {true, 0ms}, {false, 9s}}, false},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    CHECK(certainly_leads(row.others) == row.leads);
  }
}

}  // namespace ordo::log::jetstream
