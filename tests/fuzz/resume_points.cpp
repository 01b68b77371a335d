// Where clients say that they are: cursors of lists, `Last-Event-ID`, `Ordo-Position`.

#include <string>

#include <sodium.h>

#include "events/log/position.hpp"
#include "gateway/event_streams/place.hpp"
#include "gateway/reads/cursor.hpp"
#include "gateway/reads/page.hpp"
#include "tests/fuzz/base64url.hpp"
#include "tests/fuzz/property.hpp"

namespace {

using namespace ordo;
using ordo::fuzz::base64url;
using ordo::fuzz::require;

constexpr std::string_view kList = "orders of anna";

void check_foreign_cursor(std::string_view cursor) {
  // Of a key that has sealed nothing: libFuzzer remembers what is compared, good cursors of the other key too.
  static const reads::CursorSeal seal("a secret that is never used");
  const auto opened = seal.open(kList, cursor);
  require(!opened && opened.error().code == http::ProblemCode::invalid_cursor, "nobody else can make a cursor");
}

// The first two bytes change one character of a good cursor.
void check_sealed(const reads::CursorSeal& seal, std::string_view input) {
  if (input.size() < 2 || input.size() > 300) return;
  const auto place = input.substr(2);
  const auto cursor = seal.seal(kList, place);
  require(seal.open(kList, cursor) == std::string(place), "a cursor of ours opens");
  require(!seal.open("orders of berta", cursor), "a cursor is one list's");
  auto changed = cursor;
  changed[static_cast<unsigned char>(input[0]) % changed.size()] = input[1];
  require(changed == cursor || !seal.open(kList, changed), "a cursor that was changed anywhere is none");
  require(!seal.open(kList, cursor + input[1]) && !seal.open(kList, cursor.substr(0, cursor.size() - 1)), "a cursor has its length");
}

void check_timed_place(std::string_view input) {
  const auto place = reads::parse_timed_place(input);
  if (!place) return;
  const auto again = reads::parse_timed_place(reads::text_of_place(place->time, place->id));
  require(again && again->time == place->time && again->id == place->id, "a place that is written as it was read is read as the same");
}

void check_stream_place(std::string_view input) {
  const auto place = event_streams::parse_place(input);
  if (!place) return;
  require(event_streams::parse_place(event_streams::text(*place)) == place, "a place that is written as it was read is read as the same");
  for (std::size_t kind = 0; kind < event_streams::kWatchedKinds.size(); ++kind) {
    const auto first = event_streams::first_beyond(*place, kind, 2);
    require(event_streams::watched_kind(first.stream) == kind, "what comes next is of the same kind");
  }
}

void check_position_token(std::string_view token) {
  const auto positions = log::decode_position_token(token);
  if (!positions) return;
  require(!positions->empty() && log::encode_position_token(*positions) == token, "a position is written in one way");
}

void check_stream_position(std::string_view input) {
  const auto position = log::parse_stream_position(input);
  if (position) require(log::parse_stream_position(log::text(*position)) == position, "a position reads as it was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const reads::CursorSeal seal("a secret of the tests");
  auto input = fuzz::text_of(data, size);
  switch (fuzz::take_case(input, 7)) {
    case 0: check_foreign_cursor(input); break;
    case 1: check_sealed(seal, input); break;
    case 2: check_timed_place(input); break;
    case 3: check_stream_place(input); break;
    case 4: check_position_token(input); break;
    case 5: check_position_token(base64url(input)); break;
    default: check_stream_position(input);
  }
  return 0;
}
