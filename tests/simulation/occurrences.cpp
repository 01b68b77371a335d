#include "tests/simulation/occurrences.hpp"

namespace ordo::simulation {

std::string_view text(Occurrence occurrence) {
  switch (occurrence) {
    case Occurrence::request_lost: return "an append is lost";
    case Occurrence::request_late: return "an append comes late, up to 30 s";
    case Occurrence::request_of_the_dead: return "an append comes when its sender is dead";
    case Occurrence::request_twice: return "an append comes twice";
    case Occurrence::acknowledged_with_zero: return "an append is acknowledged with sequence 0";
    case Occurrence::answer_lost: return "an append is stored, its ack lost";
    case Occurrence::delivery_late: return "a message is delivered late, up to 3 s";
    case Occurrence::log_down: return "the log is down";
    case Occurrence::line_cut: return "an owner is cut off from the log";
    case Occurrence::foreign_append: return "a stranger appends to an owner's stream";
    case Occurrence::commands_forgotten: return "COMMANDS forgets what is old";
    case Occurrence::killed_before_append: return "an owner is killed before its append is stored";
    case Occurrence::killed_before_ack: return "an owner is killed between append and ack";
    case Occurrence::killed_after_ack: return "an owner is killed before it reads an ack";
    case Occurrence::killed_at_rest: return "an owner is killed with nothing under way";
    case Occurrence::ended_in_order: return "an owner ends in order";
    case Occurrence::slept_seconds: return "an owner sleeps for seconds";
    case Occurrence::slept_up_to_an_hour: return "an owner sleeps for minutes, up to an hour";
    case Occurrence::second_owner: return "a second owner runs beside the first";
    case Occurrence::woke_as_zombie: return "an owner wakes when another has taken over";
    case Occurrence::fenced_off: return "an owner is fenced off";
    case Occurrence::lease_moved: return "a lease moves to another instance";
    case Occurrence::leases_silent: return "the leases do not answer";
    case Occurrence::leases_lied: return "a call to the leases is lost, or its answer";
    case Occurrence::instance_replaced: return "an instance is replaced by its next life";
    case Occurrence::clock_forward: return "a clock jumps forward, up to an hour";
    case Occurrence::clock_back: return "a clock jumps back, up to an hour";
    case Occurrence::snapshot_lost: return "a snapshot is lost";
    case Occurrence::snapshot_torn: return "a snapshot is torn";
    case Occurrence::snapshot_damaged: return "a snapshot is damaged in one bit";
    case Occurrence::snapshot_refused: return "a snapshot cannot be stored";
    case Occurrence::snapshot_replaced_by_older: return "a snapshot is replaced by an older one";
    case Occurrence::snapshot_of_another_log: return "a snapshot is of another log";
    case Occurrence::snapshot_unreadable: return "the snapshots do not answer";
    case Occurrence::killed_before_snapshot: return "an owner is killed before its snapshot is stored";
    case Occurrence::begun_from_snapshot: return "an owner begins from a snapshot";
    case Occurrence::broken_command: return "a command comes that no owner can read";
    case Occurrence::parked_behind: return "an input is parked behind a broken one";
    case Occurrence::parked_retried: return "an operator has what is parked retried";
    case Occurrence::parked_discarded: return "an operator discards what is broken";
    case Occurrence::gateway_killed: return "the gateway is killed";
    case Occurrence::command_repeated: return "a customer repeats a command";
    case Occurrence::projector_killed: return "a projector is killed";
    case Occurrence::second_projector: return "a second projector runs beside the first";
    case Occurrence::mail_refused: return "the mail server refuses a letter";
    case Occurrence::mail_late: return "the mail server hangs, up to 20 s";
    case Occurrence::mail_answer_lost: return "a letter is taken, the answer lost";
  }
  return "nothing";
}

}  // namespace ordo::simulation
