#include "events/log/run_outline.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "events/log/v1/log.pb.h"

namespace ordo::log {
namespace {

using google::protobuf::internal::WireFormatLite;

constexpr auto kCheckpointTag = WireFormatLite::MakeTag(v1::Run::kCheckpointsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr auto kEventTag = WireFormatLite::MakeTag(v1::Run::kEventsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

}  // namespace

std::optional<RunOutline> outline_of(std::string_view run) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(run.data()), static_cast<int>(run.size()));
  RunOutline outline;
  while (const auto tag = in.ReadTag()) {
    if (tag == kCheckpointTag) {
      v1::Checkpoint checkpoint;
      if (!WireFormatLite::ReadMessage(&in, &checkpoint)) return std::nullopt;
      const auto& decided = checkpoint.decided();
      outline.checkpoints[static_cast<StreamKind>(checkpoint.stream())] = {decided.sequence(), decided.index()};
    } else if (!WireFormatLite::SkipField(&in, tag)) {
      return std::nullopt;
    } else if (tag == kEventTag) {
      ++outline.events;
    }
  }
  if (!in.ConsumedEntireMessage()) return std::nullopt;
  return outline;
}

}  // namespace ordo::log
