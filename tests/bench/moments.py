"""When orders were readable as PAID, and their letters as recorded: by the time that Postgres itself notes at each commit.

Nobody has to look on meanwhile, so the load is not disturbed. The time is taken as the last thing before the commit is written to the
log and shown to others: with synchronous_commit = off, as projections commit, that is some microseconds early; rows and checkpoint show
together."""

import subprocess

from stack import Stack

COMMITTED_US = "(extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000000)::bigint"
EARLIER_S = 60  # an order's own time is not later than its commit, and clocks of one machine agree


def committed_us(stack: Stack, table: str, condition: str, since_us: int) -> dict[str, int]:
    """Order id → Unix µs of the commit that wrote the row as it stands."""
    question = (f"copy (select order_id, {COMMITTED_US} from read.{table} where {condition}"
                f" and created_at >= to_timestamp({since_us / 1e6 - EARLIER_S:.6f})) to stdout")
    done = subprocess.run(["psql", "-XqAt", stack.address["ORDO_POSTGRES_URL"], "-c", question], capture_output=True, text=True, check=True)
    return {order: int(at) for order, _, at in (line.partition("\t") for line in done.stdout.splitlines())}


def paid_us(stack: Stack, since_us: int) -> dict[str, int]:
    return committed_us(stack, "orders", "status = 'PAID'", since_us)


def recorded_us(stack: Stack, since_us: int) -> dict[str, int]:
    return committed_us(stack, "notifications", "state = 'sent'", since_us)
