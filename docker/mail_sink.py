#!/usr/bin/python3
"""A mail server that delivers every letter into one Maildir and sends none: for ./run and the tests."""

import argparse
import asyncio
import contextlib
import itertools
import os
import pathlib
import signal
import time

from aiosmtpd.smtp import SMTP

LETTER_BYTES_MAX = 10 * 1024 * 1024
IDLE_SECONDS_MAX = 3600  # senders keep their connection from one letter to the next


def say(text):
    """Where a letter has no room, neither has what is said of it; the answer to its sender counts."""
    with contextlib.suppress(OSError):
        print(f"mail sink: {text}", flush=True)


class Delivery:
    """Stores a letter as it came, below two lines that say from whom and to whom the envelope was."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for name in ("tmp", "new", "cur"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.names = (f"{time.time_ns() // 1000}.P{os.getpid()}Q{number}.ordo" for number in itertools.count(1))

    async def handle_DATA(self, server, session, envelope):
        name = next(self.names)
        head = f"Return-Path: <{envelope.mail_from or ''}>\r\nDelivered-To: {', '.join(envelope.rcpt_tos)}\r\n"
        # Written aside and moved, so that whoever looks into the mailbox sees whole letters only.
        letter = self.folder / "tmp" / name
        try:
            letter.write_bytes((head.encode() + envelope.content).replace(b"\r\n", b"\n"))
            letter.rename(self.folder / "new" / name)
        except OSError as error:
            # A disk that is full is no fault of the letter: whoever sends it must come again.
            with contextlib.suppress(OSError):
                letter.unlink(missing_ok=True)
            say(str(error))
            return "452 4.3.1 Insufficient system storage"
        return f"250 OK: kept as {name}"


async def serve(host, port, folder):
    delivery = Delivery(folder)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(delivery, hostname="mail.ordo.test", enable_SMTPUTF8=True, decode_data=False,
                     data_size_limit=LETTER_BYTES_MAX, timeout=IDLE_SECONDS_MAX, loop=loop),
        host=host, port=port, backlog=256)
    say(f"{host}:{port} -> {folder}")
    await stopped.wait()
    server.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--maildir", required=True)
    arguments.add_argument("--host", default="127.0.0.1")
    options = arguments.parse_args()
    asyncio.run(serve(options.host, options.port, options.maildir))


if __name__ == "__main__":
    main()
