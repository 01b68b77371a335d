#pragma once
// Purpose: how a command ends, told to whoever has no eyes for its text. The same everywhere; what a command says beside is in its --help.
// Threads: plain values.

namespace ordo::cli::exit_code {

inline constexpr int kGood = 0;      // done, healthy, sound, found
inline constexpr int kFailed = 1;    // not done, and stderr says why; or seen, and not in order: degraded, a warning, something left
inline constexpr int kNo = 2;        // looked, and the answer is no: down, in danger, different, not there, refused
inline constexpr int kMisused = 64;  // the command line was not understood; nothing was done

}  // namespace ordo::cli::exit_code
