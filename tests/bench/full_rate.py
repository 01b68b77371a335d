"""As fast as it takes: what a stack does at its limit, and what each order costs there."""

from footprint import difference, look
from loads import Load, run_load
from memory import memory_now
from monolith import run_pgbench
from rig import Rig
from settings import Figures, Measure, Settings, milliseconds, table
from stack import Stack

MANY_USERS = 100_000


def full_rate(rig: Rig, settings: Settings) -> Figures:
    before = look(rig)
    figures = run_load(rig, Load(seconds=settings.seconds, connections=settings.connections))
    cost = difference(rig, before, look(rig), figures["accepted"])
    return figures | cost | {"users": rig.users, "memory_mb": memory_now(rig.stack.folder, {"sink": rig.sink.process.pid})}


def throughput(settings: Settings) -> Figures:
    """The bare SQL is measured twice, before anything else runs and afterwards beside an idle Ordo; the better one counts."""
    seconds = 3 if settings.quick else 15
    monolith: list[Figures] = []

    def compare(servers: Stack) -> None:
        monolith.append(run_pgbench(servers, settings.users, seconds))
    with Rig(settings.users, compare, **settings.environment) as rig:
        figures = full_rate(rig, settings)
        compare(rig.stack)
    best = max(made["per_second"] for made in monolith)
    return figures | {"pgbench": {"before": monolith[0], "after": monolith[1]}, "of_pgbench": round(figures["per_second"] / best, 3)}


def hot_wallet(settings: Settings) -> Figures:
    with Rig(1, **settings.environment) as rig:
        return full_rate(rig, settings)


def many_users(settings: Settings) -> Figures:
    with Rig(2_000 if settings.quick else MANY_USERS, **settings.environment) as rig:
        return full_rate(rig, settings)


def speed_of(figures: Figures) -> str:
    refused = f", {figures['missed']:,} missed" if figures["missed"] else ""
    return (f"{figures['per_second']:,} orders/s paid and recorded ({figures['accepted']:,} accepted{refused}, users: {figures['users']:,}); after the last POST: "
            f"last one paid {figures['tail_paid_s']:.2f} s, last letter recorded {figures['tail_recorded_s']:.2f} s")


def cost_of(figures: Figures) -> str:
    spent, fsyncs, size = figures["processor_us"], figures["fsyncs"], figures["bytes"]
    ours = sum(us for name, us in spent.items() if name not in ("machine",))
    return "\n".join([
        f"  processor time per order, µs: {ours} = " + " + ".join(f"{name} {us}" for name, us in spent.items() if name != "machine" and us)
        + f"; loader {figures['loader_us']}; whole machine {spent['machine']} (stolen {figures['stolen']:.1%}); switches between threads {figures['switches']}",
        "  appends per order: " + ", ".join(f"{kind} {count:.3f}" for kind, count in figures["appends"].items()),
        "  events per append: " + ", ".join(f"{kind} {count}" for kind, count in figures["events_per_append"].items()),
        f"  fsyncs per order: {fsyncs['both']:.3f} = nats {fsyncs['nats']:.3f} + postgres {fsyncs['postgres']:.4f}",
        f"  bytes per order: log {size['log']:,.0f}, tables {size['tables']:,.0f}, Postgres's WAL {size['wal']:,.0f}",
        "  memory, MB (resident): " + ", ".join(f"{name} {mb['proportional']} ({mb['resident']})" for name, mb in figures["memory_mb"].items()),
    ])


def show(figures: Figures) -> str:
    lines = [speed_of(figures)]
    if "of_pgbench" in figures:
        before, after = (figures["pgbench"][when]["per_second"] for when in ("before", "after"))
        lines.append(f"  pgbench {before:,}/s before, {after:,}/s after: Ordo makes {figures['of_pgbench']:.2f} of the better")
    head = ["from when it was due, ms", "p50", "p99", "p99.9"]
    rows = [[name, *map(milliseconds, figures[key].values())] for name, key in
            (("POST → 202", "answer"), ("POST → PAID readable", "paid"), ("POST → letter recorded", "recorded"))]
    return "\n".join([*lines, cost_of(figures), table([head, *rows])])


MEASURES = {
    "throughput": Measure(throughput, show, "as fast as it takes, beside pgbench"),
    "hot_wallet": Measure(hot_wallet, show, "the same, all orders on one user"),
    "users": Measure(many_users, show, f"the same, {MANY_USERS:,} users"),
}
