#include "command-side/runtime/snapshot.hpp"

#include <array>

#include <fmt/format.h>
#include <sodium.h>

#include "command-side/runtime/state_bytes.hpp"

namespace ordo::runtime {
namespace {

constexpr std::string_view kMark = "ORDOSNAP";
constexpr std::uint32_t kFormatVersion = 1;
constexpr std::size_t kChecksumBytes = crypto_generichash_BYTES;

std::array<char, kChecksumBytes> checksum_of(std::string_view bytes) {
  std::array<char, kChecksumBytes> checksum{};
  crypto_generichash(reinterpret_cast<unsigned char*>(checksum.data()), checksum.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr, 0);
  return checksum;
}

void write(const StreamEnd& end, StateWriter& out) {
  out.number(end.sequence);
  out.id(end.run);
  out.number(static_cast<std::uint64_t>(end.checkpoints.size()));
  for (const auto& [stream, position] : end.checkpoints) {
    out.number(static_cast<std::uint8_t>(stream));
    out.number(position.sequence);
    out.number(position.index);
  }
}

StreamEnd read_end(StateReader& in) {
  StreamEnd end;
  end.sequence = in.number<std::uint64_t>();
  end.run = in.id<EventId>();
  for (auto left = in.count(13); left > 0; --left) {
    const auto stream = static_cast<log::StreamKind>(in.number<std::uint8_t>());
    const auto sequence = in.number<std::uint64_t>();
    end.checkpoints[stream] = {sequence, in.number<std::uint32_t>()};
  }
  return end;
}

tl::unexpected<Failure> damaged(std::string_view why) { return failure(FailureKind::corrupt, std::string(why)); }

}  // namespace

std::string encode_snapshot(const Snapshot& snapshot) {
  StateWriter out;
  out.reserve(snapshot.state.size() + snapshot.parked.size() + 256);
  out.raw(kMark);
  out.number(kFormatVersion);
  out.text(log::text(snapshot.stream));
  out.number(snapshot.state_version);
  write(snapshot.end, out);
  out.signed_number(snapshot.taken.unix_ms);
  out.text(snapshot.state);
  out.text(snapshot.parked);
  auto bytes = out.take();
  const auto checksum = checksum_of(bytes);
  return bytes.append(checksum.data(), checksum.size());
}

Result<Snapshot> decode_snapshot(std::string_view bytes) {
  if (bytes.size() < kMark.size() + kChecksumBytes || !bytes.starts_with(kMark)) return damaged("it is no snapshot, or torn");
  const auto content = bytes.substr(0, bytes.size() - kChecksumBytes);
  const auto checksum = checksum_of(content);
  if (bytes.substr(content.size()) != std::string_view(checksum.data(), checksum.size())) {
    return damaged("it is damaged: its checksum is not that of its bytes");
  }
  StateReader in(content.substr(kMark.size()));
  if (const auto version = in.number<std::uint32_t>(); version != kFormatVersion) {
    return damaged(fmt::format("it has format version {} instead of {}", version, kFormatVersion));
  }
  Snapshot snapshot;
  const auto stream = log::parse_stream_name(in.text());
  snapshot.state_version = in.number<std::uint32_t>();
  snapshot.end = read_end(in);
  snapshot.taken = {in.signed_number()};
  snapshot.state = in.text();
  snapshot.parked = in.text();
  if (!stream || !in.is_whole()) return damaged("its fields do not fit");
  snapshot.stream = *stream;
  return snapshot;
}

}  // namespace ordo::runtime
