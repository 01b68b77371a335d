// The messages of the log: bytes to runs of events and back.

#include <string>

#include "events/log/event.hpp"
#include "events/log/logged_event.hpp"
#include "events/log/run_checksum.hpp"
#include "tests/fuzz/property.hpp"

namespace {

using namespace ordo;
using namespace ordo::log;
using ordo::fuzz::require;

void check_run(const std::string& bytes) {
  const auto run = decode_run(bytes);
  if (!run) {
    require(run.error().kind == FailureKind::corrupt && !run.error().text.empty(), "what is no run is corrupt");
    return;
  }
  const auto written = encode_run(*run);
  const auto again = decode_run(written);
  require(again && *again == *run, "a run that is written as it was read is read as the same");
  require(encode_run(*again) == written, "the same run gives the same bytes");
  if (!run->events.empty()) require(first_time_in_run(written) == run->events.front().time, "the first time is the first event's");
  for (const auto& event : run->events) {
    require(!event.payload.type.empty(), "an event has a type");
    require(!text(event.time).empty(), "a time can be shown");
  }
}

}  // namespace

// A run begins behind its first byte: '0' as it is, '1' with the checksum that it lacks.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto input = fuzz::text_of(data, size);
  const bool seal = fuzz::take_case(input, 2) == 1;
  (void)first_time_in_run(input);
  (void)check_checksum(input);
  check_run(seal ? with_checksum(std::string(input)) : std::string(input));
  return 0;
}
