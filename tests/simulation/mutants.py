"""What the simulation is worth: the code is broken on purpose, in one place at a time, and it must notice each time.

    /usr/bin/python3 tests/simulation/mutants.py [NAME…]     prints a table; exit 1 when one was not noticed

A mutant is a text in a source file and what it is replaced by. The sources stay as they are: the changed one is compiled by itself
and linked before the libraries of build/release.
"""

import json
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"
OVERLAYS = ROOT / "build/mutants"
CCACHE = ["ccache"] if shutil.which("ccache") else []
SEEDS = 300
LIMIT_S = 300


@dataclass
class Mutant:
    name: str
    file: str
    old: str
    new: str
    units: list[str] = field(default_factory=list)  # the sources to compile; the file itself unless it is a header


MUTANTS = [
    Mutant("no fence", "command-side/runtime/journal.cpp", "run.payload, run.sequence - 1}", "run.payload, std::nullopt}"),
    Mutant("a time-out is taken for stored", "command-side/runtime/journal.cpp",
           "run->stored = ack.outcome && *ack.outcome == run->sequence;",
           "run->stored = ack.outcome || ack.outcome.error().kind == FailureKind::timeout;"),
    Mutant("a refusal is taken for stored", "command-side/runtime/journal.cpp",
           "run->stored = ack.outcome && *ack.outcome == run->sequence;", "run->stored = true;"),
    Mutant("whose message stands there is not asked", "command-side/runtime/journal.cpp",
           "if (stored->payload != run.payload) return Progress::fenced;", ""),
    Mutant("what was lost is not appended again", "command-side/runtime/journal.cpp", "    run.waiting = true;\n    send(run);", "    run.waiting = true;"),
    Mutant("a checkpoint is ahead of its events", "command-side/runtime/context.hpp",
           "    if (auto read = this->read(input); !read) return read;\n    if (read_->input) {",
           "    if (auto read = this->read(input); !read) return read;\n"
           "    journal.decided(input.stream, {input.position.sequence + 1, 0});\n    if (read_->input) {",
           ["command-side/orders/context.cpp", "command-side/billing/context.cpp"]),
    Mutant("the checkpoint's message is not read again", "command-side/runtime/inlet.cpp",
           "const auto from = std::max<std::uint64_t>(decided.sequence, 1);", "const auto from = decided.sequence + 1;"),
    Mutant("a fenced owner keeps its state", "command-side/runtime/partition_owner.cpp",
           "context_ = make_context_(*mailbox_);", "if (!context_) context_ = make_context_(*mailbox_);"),
    Mutant("an effect may come before its cause", "command-side/runtime/partition_owner.cpp",
           "if (cause && cause->stream != input.stream) source", "if (false) source"),
    Mutant("money before the account", "command-side/runtime/partition_owner.cpp",
           "source.needs.push_back({**first, bounds->last_sequence});", ""),
    Mutant("old state takes a healthy log for damaged", "command-side/runtime/partition_owner.cpp",
           "if (*overtaken) {", "if (false) {"),
    Mutant("a snapshot without its checkpoints", "command-side/runtime/snapshot_keeping.cpp",
           "journal.begin_at(snapshot.end);", "journal.begin_at({snapshot.end.sequence, snapshot.end.run, {}});"),
    Mutant("a snapshot's checkpoints are ahead", "command-side/runtime/snapshot_keeping.cpp",
           "journal.begin_at(snapshot.end);",
           "for (auto& [stream, position] : snapshot.end.checkpoints) ++position.sequence;\n  journal.begin_at(snapshot.end);"),
    Mutant("a snapshot is trusted without its log's message", "command-side/runtime/snapshot_keeping.cpp",
           "if (run && !run->events.empty() && run->events.front().id == end.run) return std::nullopt;", "if (run) return std::nullopt;"),
    Mutant("a snapshot of what is not stored yet", "command-side/runtime/partition_owner.cpp",
           "if (is_settled() && keeping_.is_due(*journal_))", "if (keeping_.is_due(*journal_))"),
    Mutant("a damaged snapshot is not noticed", "command-side/runtime/snapshot.cpp",
           "if (bytes.substr(content.size()) != std::string_view(checksum.data(), checksum.size())) {", "if (checksum.empty()) {"),
    Mutant("what follows a snapshot is not all read", "command-side/runtime/folding.cpp",
           "inlet_->open({journal.last_sequence(), ", "inlet_->open({journal.last_sequence() + (journal.last_sequence() > 0 ? 1 : 0), "),
    Mutant("a snapshot forgets the ended orders", "command-side/orders/order_book_state.cpp",
           "OrderBook book(std::move(decided));", "OrderBook book;"),
    Mutant("a snapshot forgets the pending orders", "command-side/orders/order_book_state.cpp",
           "  book.put(pending->purchase.order_id, Pending{pending->purchase, pending->requested_at});\n", ""),
    Mutant("a snapshot forgets the decided top-ups", "command-side/billing/ledger_state.cpp",
           "runtime::read(in, ledger.decided);", "IdSet<OperationId> forgotten;\n  runtime::read(in, forgotten);"),
    Mutant("a snapshot forgets the charges", "command-side/billing/ledger_state.cpp",
           "runtime::read(in, ledger.charges);", "IdMap<OperationId, Charge> forgotten;\n  runtime::read(in, forgotten);"),
    Mutant("a snapshot forgets the letters sent", "command-side/notifications/letter_state.cpp",
           "Letters letters{LetterBook(std::move(done)), {}};", "Letters letters{LetterBook(), {}};"),
    Mutant("a snapshot forgets the letters that wait", "command-side/notifications/letter_state.cpp",
           "    letters.book.postpone(std::move(retry));\n", ""),
    Mutant("a snapshot forgets what is parked", "command-side/runtime/snapshot_keeping.cpp", "  parking = std::move(*parked);\n", ""),
    Mutant("nothing is parked behind a broken input", "command-side/runtime/deciding.cpp",
           "if (!key) return context_.take(input, journal_);", "return context_.take(input, journal_);"),
    Mutant("a parked user's orders go on", "command-side/runtime/parking.cpp",
           "{key, log::Key{key.user, std::nullopt}}", "{key}"),
    Mutant("what is parked is not folded", "command-side/runtime/folding.cpp",
           "parking::is_parking(event.payload) ? parking.fold(event)", "parking::is_parking(event.payload) ? Result<void>{}"),
    Mutant("a release forgets what is left", "command-side/runtime/parking.cpp",
           "  if (queue.empty()) {\n    queues_.erase(found);\n    return;\n  }\n", "  queues_.erase(found);\n  if (bytes_ == 0) return;\n  return;\n"),
    Mutant("what a dead instance held is never taken", "command-side/runtime/partition_share.hpp",
           "return !presence.leaving && unmoved < kRunsOutAfter;", "return !presence.leaving;", ["command-side/runtime/partition_share.cpp"]),
    Mutant("a lease is not let go when another has taken it", "command-side/runtime/partition_share.cpp",
           "if (known.revision < revision) known", "if (known.revision < revision && known.lease.holder != self_.id) known"),
    Mutant("a failed append's followers are sent", "events/log/jetstream/pending_appends.cpp",
           "return lane.failed_expectation && *append.expected_last_sequence == *lane.failed_expectation + 1;", "return false;"),
    Mutant("ended orders are forgotten", "command-side/orders/order.cpp", "  decided_.put(id, decided);\n", ""),
    Mutant("decided top-ups are forgotten", "command-side/billing/ledger.cpp",
           "if (ledger.has_decided(command.operation_id)) return std::nullopt;", ""),
    Mutant("a wallet may go below zero", "command-side/billing/ledger.cpp", "balance < purchase.total.minor", "false"),
    Mutant("a payment does not move the wallet", "command-side/billing/ledger.cpp",
           "  ledger.wallets[place].balance.minor = payment.balance_after;\n", ""),
    Mutant("a refund does not move the wallet", "command-side/billing/ledger.cpp",
           "  ledger.wallets[ledger.places.at(refund.user_id)].balance.minor = refund.balance_after;\n", ""),
    Mutant("a refund gives back less", "command-side/billing/ledger.cpp", "{charge->amount(), wallet.balance.currency}", "{charge->amount() - 1, wallet.balance.currency}"),
    Mutant("a refund is given once more", "command-side/billing/ledger.cpp",
           "if (charge == nullptr || charge->refunded()) return std::nullopt;", "if (charge == nullptr) return std::nullopt;"),
    Mutant("a charge is forgotten", "command-side/billing/ledger.cpp", "  ledger.charges.put(operation, Charge(place, payment.amount.minor));\n", ""),
    Mutant("an order is cancelled again and again", "command-side/orders/order.cpp", "if (decided != Decided::paid) return std::nullopt;", ""),
    Mutant("a payment settles a cancelled order", "command-side/orders/order.cpp",
           "[](Decided) -> Decision { return std::nullopt; });",
           "[&](Decided decided) -> Decision {\nif (decided != Decided::cancelled_while_pending || !payment.paid()) return std::nullopt;\n"
           "OrderUpdateMessage update{{payment.order_id, payment.user_id, {{\"s\", \"\", 1, 1}}, payment.amount, {}}, {}};\n"
           "update.version = 4;\nupdate.payment_operation_id = std::get<OperationId>(payment.outcome);\nreturn update;\n});"),
    Mutant("a cancelled order's row forgets what it was made of", "projections/orders/order_rows.cpp", "    row.purchase = std::move(held.purchase);\n", ""),
    Mutant("letters are recorded out of order", "command-side/notifications/letter_context.cpp",
           "while (!queue_.empty() && (!queue_.front().ticket || queue_.front().report)) {", "while (!queue_.empty()) {"),
    Mutant("a failed letter counts as sent", "command-side/notifications/letter_book.cpp",
           "[&, &delivery = delivery, at = at](const Undelivered& failed) -> Event {\n",
           "[&, &delivery = delivery, at = at](const Undelivered& failed) -> Event {\n"
           "if (attempts < 99) return NotificationSent{delivery.notification_id, delivery.order_id, delivery.user_id, Channel::email,\n"
           "delivery.kind, Locale::english, 1, attempts};\n"),
    Mutant("a failed letter is not tried again", "command-side/notifications/letter_context.cpp",
           "if (retries_.size() >= kRetriesUnderWayMax) return {};\n  // Those", "if (true) return {};\n  // Those"),
    Mutant("the gateway answers before the log has", "gateway/commands/append_lanes.cpp",
           "  if (outcome) {\n    settle_stored(state, *outcome, out);", "  if (true) {\n    settle_stored(state, outcome.value_or(1), out);"),
    Mutant("an older row replaces a newer", "projections/orders/order_rows.cpp",
           "if (row.version <= held.version) return;", ""),
]


def compile_command(unit: str) -> tuple[list[str], str]:
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        if Path(entry["file"]) == ROOT / unit:
            return shlex.split(entry["command"]), entry["directory"]
    raise SystemExit(f"{unit} is not built by the release preset")


def link_command() -> str:
    done = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "simulation"], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def build(mutant: Mutant, link: str) -> Path:
    overlay = OVERLAYS / mutant.name.replace(" ", "-").replace("'", "")
    changed = overlay / mutant.file
    changed.parent.mkdir(parents=True, exist_ok=True)
    text = (ROOT / mutant.file).read_text()
    if text.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.name}: its text stands {text.count(mutant.old)} times in {mutant.file}; tell the mutant what it is now")
    changed.write_text(text.replace(mutant.old, mutant.new))
    objects = []
    for unit in mutant.units or [mutant.file]:
        command, folder = compile_command(unit)
        source = str(overlay / unit) if unit == mutant.file else str(ROOT / unit)
        target = overlay / (unit.replace("/", "_") + ".o")
        at = command.index(next(word for word in command if word.startswith("-I")))
        arguments = [*command[:at], f"-I{overlay}", *command[at:]]
        arguments[arguments.index("-o") + 1] = str(target)
        arguments[arguments.index("-c") + 1] = source
        # Compiling takes longer than noticing: nothing is optimized, and what was compiled before is not compiled again.
        arguments = [*CCACHE, *arguments, "-O0", "-g0"]
        subprocess.run(arguments, cwd=folder, check=True, capture_output=True, text=True)
        objects.append(target)
    program = overlay / "simulation"
    words = link.replace("-o tests/simulation/simulation", f"{shlex.join(map(str, objects))} -o {shlex.quote(str(program))}")
    subprocess.run(["bash", "-c", words], cwd=BUILD, check=True, capture_output=True, text=True)
    return program


def notice(mutant: Mutant, link: str) -> tuple[Mutant, str]:
    try:
        program = build(mutant, link)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{mutant.name} does not build:\n{error.stderr}") from error
    done = subprocess.run([program, "--seeds", str(SEEDS), "--jobs", "1"], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode < 0:
        return mutant, f"ended by signal {-done.returncode}"
    told = [line for line in done.stdout.splitlines() if " breaks a promise: " in line]
    return mutant, told[0] if told else ""


def notice_all(chosen: list[Mutant]) -> dict[str, str]:
    """By name: the promise that the simulation saw broken, or nothing."""
    link = link_command()
    with ThreadPoolExecutor(2) as pool:
        return {mutant.name: told for mutant, told in pool.map(lambda mutant: notice(mutant, link), chosen)}


def table(results: dict[str, str]) -> str:
    width = max(map(len, results))
    lines = [f"{name:<{width}}  {told or 'NOT NOTICED'}" for name, told in results.items()]
    return "\n".join([*lines, f"{sum(map(bool, results.values()))} of {len(results)} mutants noticed"])


def main(names: list[str]) -> int:
    results = notice_all([mutant for mutant in MUTANTS if not names or mutant.name in names])
    print(table(results))
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
