#pragma once
// Purpose: what an owner does with one input: has its context decide it, parks it when that cannot be done, passes over what another owner
//          has parked, and releases what was parked when an operator says so.
// Errors:  `take` answers what the context answered; `failed` answers corrupt for what cannot be parked: an event that does not say whose it
//          is, or one too many. The owner must not go on then.
// Threads: the owner's.

#include <chrono>
#include <map>
#include <optional>

#include "command-side/runtime/context.hpp"
#include "command-side/runtime/journal.hpp"
#include "command-side/runtime/parking.hpp"

namespace ordo::runtime {

// So often an input is tried before it is parked,
inline constexpr std::uint32_t kAttemptsMax = 3;
// with this pause between two attempts, unless another one was parked within the second figure: many broken inputs do not add up.
inline constexpr std::chrono::milliseconds kAttemptPause{100};
inline constexpr std::chrono::seconds kParkedRecently{10};

class Deciding {
 public:
  Deciding(Context& context, Journal& journal, Clock& clock) : context_(context), journal_(journal), clock_(clock) {}

  [[nodiscard]] Parking& parking() { return parking_; }
  [[nodiscard]] const Parking& parking() const { return parking_; }

  // As Context::wants_first, for inputs that the context will see.
  [[nodiscard]] Result<std::optional<log::StreamKind>> wants_first(const Input& input);
  [[nodiscard]] Result<void> take(const Input& input);

  // `take` or `wants_first` could not understand the input. Answers how long to wait before the next attempt; nothing: it is parked.
  [[nodiscard]] Result<std::optional<std::chrono::milliseconds>> failed(const Input& input, const Failure& failure);

 private:
  [[nodiscard]] Result<void> act_on(const Input& input);
  [[nodiscard]] bool is_for_context(const Input& input) const;
  [[nodiscard]] std::optional<log::Key> blocked_by(const Input& input) const;
  void park(const log::Key& key, const Input& input, std::optional<parking::Fault> fault);
  [[nodiscard]] Result<void> operate(const Input& input);
  [[nodiscard]] Result<parking::ParkedReleased> release(const parking::ReleaseRequested& request);
  [[nodiscard]] parking::Fault fault_of(std::optional<parking::Fault> before, const Failure& failure) const;

  Context& context_;
  Journal& journal_;
  Clock& clock_;
  Parking parking_;
  std::map<log::StreamKind, parking::Fault> attempted_;  // of the first input of each stream
  std::optional<Timestamp> parked_last_;
};

}  // namespace ordo::runtime
