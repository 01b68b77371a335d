"""A network of namespaces: one per NATS server, joined by a bridge, with the stack outside; and how one is cut off."""

import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from faults import Fault

NODES = 3
# 198.18.0.0/15 is set aside for tests of networks, so nobody's real address lies there.
SUBNET = "198.18.{subnet}.{host}"
OUTSIDE = 254


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


def namespaces() -> list[str]:
    listed = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    return [line.split()[0] for line in listed.splitlines()]


def why_no_network() -> str:
    """Why namespaces cannot be made here; empty when they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "there is no `ip` (package iproute2)"
    try:
        with network():
            return ""
    except subprocess.CalledProcessError as error:
        return f"{' '.join(error.cmd)}: {error.stderr.strip()}"


@dataclass(frozen=True)
class Node:
    namespace: str
    address: str

    def drop_what_goes_to(self, other: "Node") -> None:
        ip("-n", self.namespace, "route", "replace", "blackhole", f"{other.address}/32")

    def reach(self, other: "Node") -> None:
        with contextlib.suppress(subprocess.CalledProcessError):  # it was not cut
            ip("-n", self.namespace, "route", "del", "blackhole", f"{other.address}/32")


@contextlib.contextmanager
def network() -> Iterator[list[Node]]:
    """Nothing of it is left when the block ends, and nothing of others is touched."""
    mark = secrets.token_hex(3)
    subnet = secrets.randbelow(256)
    bridge = f"ordo{mark}"
    nodes = [Node(f"ordo-{mark}-{number}", SUBNET.format(subnet=subnet, host=number)) for number in range(1, NODES + 1)]
    try:
        ip("link", "add", bridge, "type", "bridge")
        ip("address", "add", f"{SUBNET.format(subnet=subnet, host=OUTSIDE)}/24", "dev", bridge)
        ip("link", "set", bridge, "up")
        for number, node in enumerate(nodes, 1):
            join(node, bridge, f"{bridge}-{number}")
        yield nodes
    finally:
        for node in nodes:
            subprocess.run(["ip", "netns", "delete", node.namespace], check=False, capture_output=True)
        subprocess.run(["ip", "link", "delete", bridge], check=False, capture_output=True)


def join(node: Node, bridge: str, cable: str) -> None:
    ip("netns", "add", node.namespace)
    ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", node.namespace)
    ip("link", "set", cable, "master", bridge, "up")
    ip("-n", node.namespace, "address", "add", f"{node.address}/24", "dev", "eth0")
    ip("-n", node.namespace, "link", "set", "eth0", "up")
    ip("-n", node.namespace, "link", "set", "lo", "up")


class Cut(Fault):
    """One node and the others do not reach each other; the roles reach all of them."""

    hold_s = (6.0, 12.0)
    kills = 0

    def __init__(self, node: Node, others: list[Node], speaks: bool, hears: bool) -> None:
        super().__init__({(False, False): "one cut off", (True, False): "one that hears nobody",
                          (False, True): "one that nobody hears"}[speaks, hears])
        self._node, self._others, self._speaks, self._hears = node, others, speaks, hears

    def apply(self) -> None:
        for other in self._others:
            if not self._speaks:
                self._node.drop_what_goes_to(other)
            if not self._hears:
                other.drop_what_goes_to(self._node)

    def heal(self) -> None:
        for other in self._others:
            self._node.reach(other)
            other.reach(self._node)


def cuts(nodes: list[Node]) -> list[Fault]:
    ways = [(False, False), (True, False), (False, True)]
    return [Cut(node, [other for other in nodes if other != node], *way) for node in nodes for way in ways]
