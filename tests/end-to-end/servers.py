"""NATS, Postgres and a mail sink, and no role: for those who write the log themselves before anybody reads it."""

from stack import Stack


class Servers(Stack):
    """After `stop` and `Stack.start`, a whole Ordo with the same data."""

    def start(self, *arguments: str) -> None:
        super().start("services", *arguments)
