"""What operators do with projections while everything runs: look, compare, swap, take back, hold."""

import json
import signal
import time
from typing import Any

import pytest
from ledger import await_finished, await_shown, checksums, require_sound_money
from load import make_users, place_orders
from people import User
from stack import Stack, until


@pytest.fixture(scope="module")
def sold(request: pytest.FixtureRequest) -> Any:
    """A stack with some orders in it; each test leaves it as it found it, but for more orders."""
    stack = Stack()
    request.addfinalizer(stack.remove)
    users = make_users(stack, 3)
    await_finished(stack, [order.order_id for order in place_orders(users, 60, seed=11)])
    return stack, users[0]


def overview(stack: Stack) -> dict[str, dict[str, Any]]:
    told = json.loads(stack.ordo("projections", "ls", "--output", "json"))
    return ({row["projection"]: row for row in told["projections"]} | {row["schema"]: row for row in told["schemas"]})


def test_a_changed_projection_is_compared_swapped_in_and_taken_back(sold: tuple[Stack, User]) -> None:
    stack, user = sold
    await_shown(stack)
    before = checksums(stack)
    stack.ordo("projections", "rebuild", "--no-swap", "--reason", "a look")
    same = stack.try_ordo("projections", "diff")
    assert same.returncode == 0 and same.stdout.startswith("nothing differs: "), same

    # As a version would have it that rounds totals up and loses somebody's wallet.
    stack.psql("update read_next.orders set total = total + 1000 - total % 1000 where total % 1000 <> 0")
    stack.psql("delete from read_next.balances where user_id = (select user_id from read_next.balances order by user_id limit 1)")
    rounded = stack.number("select count(*) from read.orders where total % 1000 <> 0")
    assert rounded > 0
    different = stack.try_ordo("projections", "diff", "--samples", "2")
    assert different.returncode == 2, different
    summary, *_ = different.stdout.splitlines()
    assert summary == (f"1 balances and {rounded} orders differ: balances 1 only in read; "
                       f"orders {rounded} changed (total {rounded})"), summary
    assert different.stdout.count("  total: ") == 2
    told = json.loads(stack.try_ordo("projections", "diff", "--output", "json").stdout)
    assert told["summary"] == summary and not told["same"]
    assert checksums(stack) == before

    stack.ordo("projections", "swap", "--reason", "a mistake")
    assert stack.number("select count(*) from read.orders where total % 1000 <> 0") == 0
    begun = time.monotonic()
    stack.ordo("projections", "rollback", "--reason", "totals are wrong")
    assert time.monotonic() - begun < 5
    assert checksums(stack) == before
    assert stack.number("select count(*) from read_previous.orders where total % 1000 <> 0") == 0
    paid = user.order(100, Prefer="wait=10").expect(201)
    user.get(f"/api/orders/{paid.json()['id']}", Ordo_After=paid.headers["Ordo-Position"]).expect(200)
    require_sound_money(stack)


def test_what_destroys_asks_and_without_a_terminal_does_nothing(sold: tuple[Stack, User]) -> None:
    stack, _ = sold
    stack.ordo("projections", "rebuild")
    refused = stack.try_ordo("projections", "drop", "previous", "--reason", "old")
    assert refused.returncode == 1 and "--yes" in refused.stderr
    assert "read_previous" in overview(stack)
    assert stack.try_ordo("projections", "drop", "previous", "--yes").returncode != 0, "without a reason"
    stack.ordo("projections", "drop", "previous", "--yes", "--reason", "old")
    assert "read_previous" not in overview(stack)
    assert stack.try_ordo("projections", "drop", "next", "--yes", "--reason", "old").returncode == 2
    back = stack.try_ordo("projections", "rollback", "--reason", "no")
    assert back.returncode == 1 and "only a swap leaves one" in back.stderr


def test_readers_of_a_paused_projection_hear_the_lag_and_see_all_when_it_goes_on(sold: tuple[Stack, User]) -> None:
    stack, user = sold
    stack.ordo("projections", "pause", "orders", "--reason", "a look at totals")
    try:
        answer = user.order(100, Prefer="wait=10").expect(201)
        path, position = f"/api/orders/{answer.json()['id']}", answer.headers["Ordo-Position"]
        begun = time.monotonic()
        lagging = user.get(path, Ordo_After=position).expect(503)
        assert 4 < time.monotonic() - begun < 15
        assert lagging.json()["code"] == "projection_lagging"
        assert lagging.json()["lag"] and all(behind > 0 for behind in lagging.json()["lag"].values())
        state = overview(stack)["orders"]
        assert (state["state"], state["reason"]) == ("paused", "a look at totals") and state["events_behind"] > 0
        troubles = [line["what"] for line in json.loads(stack.try_ordo("status", "--output", "json").stdout)["troubles"]]
        assert any("projection orders is paused since" in what and "a look at totals" in what for what in troubles), troubles

        stack.kill_and_await_return("projections")
        stack.ordo("projections", "rebuild", "balances")  # neither a restart nor a swap lets it go on
        assert overview(stack)["orders"]["state"] == "paused"
    finally:
        stack.ordo("projections", "resume")
    user.get(path, Ordo_After=position).expect(200)
    assert "paused" not in stack.try_ordo("status").stdout


def test_tables_of_another_version_are_not_read_until_they_are_rebuilt(sold: tuple[Stack, User]) -> None:
    stack, user = sold
    await_shown(stack)
    before = checksums(stack)
    stack.psql("update read.schema_version set version = 999")

    def refused() -> dict[str, Any] | None:
        answer = user.get("/api/orders?limit=1")
        return answer.json() if answer.status == 503 else None
    reason = until(refused, "nothing is read", 10)
    assert isinstance(reason, dict) and "another version" in reason["detail"]
    checks = {check["name"]: check["state"] for check in user.get("/readyz?verbose").expect(200).json()["checks"]}
    assert checks["read_model"] == "other_version"
    user.order(100).expect(202)  # what is asked for is not lost
    stack.kill("projections")  # it would notice with the next event at the latest
    said = stack.folder / "logs" / "projections.log"
    until(lambda: "ordo projections rebuild" in said.read_text(), "the projector says what to do", 30)
    told = stack.try_ordo("status")
    assert told.returncode != 0 and "of version 999" in told.stdout
    assert not overview(stack)["read"]["fits"]

    stack.ordo("projections", "rebuild")
    until(lambda: user.get("/api/orders?limit=1").status == 200, "everything is read again", 30)
    until(lambda: stack.number("select count(*) from read.orders where status = 'NEW'") == 0, "the projector goes on", 60)
    await_shown(stack)
    assert before.keys() == checksums(stack).keys()
    require_sound_money(stack)


def test_every_change_is_recorded_with_who_and_why(sold: tuple[Stack, User]) -> None:
    stack, _ = sold
    stack.ordo("projections", "pause", "notifications", "--as", "anna", "--reason", "a look at letters")
    stack.ordo("projections", "resume", "notifications", "--as", "boris")
    acts = [json.loads(line) for line in stack.ordo("audit", "--limit", "0", "--output", "ndjson").splitlines()]
    told = {(act["action"], act["actor"], act.get("reason", ""), act["outcome"]) for act in acts}
    assert ("projections pause", "anna", "a look at letters", "paused: notifications") in told, acts
    assert ("projections resume", "boris", "", "resumed: notifications") in told
    assert {"projections rebuild", "projections swap", "projections rollback", "projections drop"} <= {act["action"] for act in acts}


def test_a_dry_run_says_what_would_be_done_and_does_nothing(sold: tuple[Stack, User]) -> None:
    stack, _ = sold
    plan = json.loads(stack.ordo("projections", "rebuild", "--dry-run", "--output", "json"))
    assert plan["events_left"] > 0 and plan["messages_done"] == 0 and not plan["goes_on"]
    part = json.loads(stack.ordo("projections", "rebuild", "notifications", "--dry-run", "--output", "json"))
    assert 0 < part["events_left"] < plan["events_left"] and part["makes"] == "notifications made anew, the rest kept"
    assert "read_next" not in overview(stack)
    unknown = stack.try_ordo("projections", "rebuild", "order_timeline")
    assert unknown.returncode != 0 and "there are orders, balances, notifications" in unknown.stderr


def test_the_past_can_be_looked_at_beside_what_serves(sold: tuple[Stack, User]) -> None:
    stack, user = sold
    await_shown(stack)
    order_id = user.order(100, Prefer="wait=10").expect(201).json()["id"]
    until(lambda: stack.number(f"select count(*) from read.order_timeline where order_id = '{order_id}' and type like 'OrderPending%'"), "it is shown")
    [[stream, sequence, index]] = stack.psql(
        f"select stream, sequence, index from read.order_timeline where order_id = '{order_id}' and type like 'OrderPending%'")
    stack.ordo("projections", "rebuild", "--to-position", f"{stream}@{sequence}.{index}")
    assert stack.psql(f"select status from read_next.orders where order_id = '{order_id}'") == [["PENDING"]]
    assert stack.number(f"select count(*) from read_next.operations where order_id = '{order_id}'") == 0
    assert overview(stack)["read_next"]["holds"].startswith("the past up to ")
    assert stack.try_ordo("projections", "swap").returncode == 1
    stack.ordo("projections", "drop", "next", "--yes", "--reason", "seen")


def test_a_rebuild_that_ends_while_projectors_are_killed_shows_every_event_once(sold: tuple[Stack, User]) -> None:
    stack, user = sold
    placed = place_orders([user], 40, seed=12)
    stack.kill("projections", signal.SIGKILL)
    stack.ordo("projections", "rebuild")
    await_finished(stack, [order.order_id for order in placed])
    await_shown(stack)
    before = stack.ordo("projections", "checksum")
    stack.ordo("projections", "rebuild")
    assert stack.ordo("projections", "checksum") == before
    require_sound_money(stack)
