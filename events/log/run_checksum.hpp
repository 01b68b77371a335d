#pragma once
// Purpose: the last field of a stored run: a checksum over all bytes before it, so that every reader notices when what it reads is
//          not what was written, wherever on the way it changed. It guards against accidents, not against forgery: it has no key.
// Decision: each run stands for itself; runs are not chained. That none is missing, doubled or moved is held by sequences, by the
//          fence and by the causes that events name, and a chain without a key could be rewritten as easily. Streams with many
//          writers (COMMANDS, USERS) could not have one at all.
// Cost:    9 bytes per run; SipHash-2-4, about 1 ns per byte.
// Threads: pure functions.

#include <string>
#include <string_view>

namespace ordo::log {

// What the bytes of a run seem to end with. Runs were written before there were checksums, and of such one in 256 has the byte that a
// checksum begins with at just that place, as a rule in somebody's id: what is `wrong` may be such a run as well as a damaged one.
// `decode_run` tells them apart.
enum class ChecksumVerdict { sound, absent, wrong };

// Appends the field. Requires: `encoded` holds the run's other fields.
[[nodiscard]] std::string with_checksum(std::string encoded);

[[nodiscard]] ChecksumVerdict check_checksum(std::string_view bytes);

}  // namespace ordo::log
