"""Stacks for the tests: one that all share who leave it as it is, and others to be broken."""

from collections.abc import Callable, Iterator

import pytest
from people import User, new_user
from stack import Stack


# These take longest: begun last, each would keep one worker busy while the others have nothing left to do.
LONGEST = ("test_postgres_restarts.py", "test_owners.py", "test_replay.py", "test_scripts.py", "test_load.py", "test_interrupted_rebuild.py",
           "test_contract.py", "test_backup.py", "test_outages.py", "test_projections.py", "test_event_streams.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Whoever reads that something did not happen in time reads what the processes said meanwhile; the stack is gone by then."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        stacks = {name: value for name, value in item.funcargs.items() if isinstance(value, Stack)}
        report.sections += [(f"Last lines of {name}", value.log_tail()) for name, value in stacks.items()]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Shared by every test that disturbs no process and looks only at users of its own."""
    shared = Stack()
    yield shared
    shared.remove()


@pytest.fixture(scope="session")
def frail_stack() -> Iterator[Stack]:
    """Shared by the tests that kill or pause its processes; each leaves it healed."""
    shared = Stack()
    yield shared
    shared.remove()


@pytest.fixture
def own_stack() -> Iterator[Stack]:
    own = Stack()
    yield own
    own.remove()


@pytest.fixture(params={"gateway": "ORDO_GATEWAY_URL", "nginx": "ORDO_URL"}.items(), ids=lambda door: door[0])
def door(request: pytest.FixtureRequest, stack: Stack) -> str:
    """Where HTTP is spoken: straight at the gateway, and through nginx."""
    return stack.address[request.param[1]]


@pytest.fixture
def nobody_falls(stack: Stack) -> Iterator[None]:
    """Whatever a test sends, the processes that read it are the same afterwards."""
    before = [stack.process_id(role) for role in ("gateway", "nginx")]
    yield
    assert [stack.process_id(role) for role in ("gateway", "nginx")] == before


@pytest.fixture
def user(stack: Stack) -> User:
    return new_user(stack, money=100_000)


@pytest.fixture
def make_user(stack: Stack) -> Callable[..., User]:
    return lambda **wishes: new_user(stack, **wishes)
