#pragma once
// Purpose: how far one partition is behind what was accepted. Every command stands in one of these queues until it is done and shown:
//            COMMANDS   an order, a cancellation: until orders has decided it; a top-up, an account: until billing has
//            ORDERS     a pending order: until billing has charged it
//            BILLING    a payment, a refund: until orders has heard of it
//            ORDERS, BILLING   what became of it: until the read model shows it
//          How far an owner has come stands in the checkpoints of what he appends. Letters do not count: a mail server that is slow, or
//          dead, is no reason to take no orders.
// Units: commands, or the events that each of them has become.
// Threads: plain values.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "events/log/event_log.hpp"
#include "events/log/run_outline.hpp"
#include "gateway/admission/unpassed.hpp"

namespace ordo::admission {

class Undone {
 public:
  explicit Undone(log::Partition partition);

  // Letters, users and the like do not.
  [[nodiscard]] static bool concerns(log::StreamKind stream) {
    return stream == log::StreamKind::commands || stream == log::StreamKind::orders || stream == log::StreamKind::billing;
  }

  // A message of this partition, of a stream that concerns it, as the log stored it. Those of a stream come in order; some may be missing.
  void stored(const log::StoredMessage& message, const log::RunOutline& run);
  // The read model has passed this sequence of the partition's stream.
  void shown(log::StreamKind stream, std::uint64_t sequence);

  [[nodiscard]] std::uint64_t undecided() const { return undecided_; }
  // Decided, and not shown.
  [[nodiscard]] std::uint64_t unshown() const { return unshown_; }
  // Commands, since the beginning: heard of, or known to have been there.
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

  // Each queue by itself: who works on one may stand still while another moves.
  struct Standing {
    std::uint64_t undone = 0;
    std::uint64_t passed = 0;  // since the beginning
    bool is_for_read_model = false;
  };
  static constexpr std::size_t kQueues = 6;
  [[nodiscard]] std::array<Standing, kQueues> queues() const;

 private:
  struct Queue {
    std::size_t stage = 0;
    std::vector<std::string> subjects;
    Unpassed unpassed;
    std::uint64_t passed = 0;
  };

  void store(Queue& queue, const log::StoredMessage& message, std::uint32_t events);
  void pass(Queue& queue, log::Position up_to);

  std::vector<Queue> queues_;
  std::uint64_t undecided_ = 0;
  std::uint64_t unshown_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace ordo::admission
