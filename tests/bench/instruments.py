"""What the instruments themselves can do, so that none of them is taken for the limit of what is measured."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from processors import TICKS_PER_SECOND
from rig import TOOLS, Sink, free_port, takes_connections
from settings import Figures, Measure, Settings, milliseconds, table
from stack import until

NGINX_CONF = """
daemon off; pid nginx.pid; error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:PORT;
    location / { return 202 '{"id":"00000000-0000-0000-0000-000000000000","status":"NEW"}'; }
  }
}
"""
LETTER = (b"MAIL FROM:<orders@ordo.test> BODY=8BITMIME\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\n"
          + b"A line of a letter, about as long as they are.\r\n" * 20 + b".\r\n")
LETTERS_AT_ONCE = (1, 50)
SENDERS = 4


def loader(settings: Settings) -> Figures:
    """Against an nginx that answers every order at once."""
    nginx = shutil.which("nginx") or str(Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ordo/nginx/usr/sbin/nginx")
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        (Path(folder) / "nginx.conf").write_text(NGINX_CONF.replace("PORT", str(port)))
        (Path(folder) / "tokens").write_text(f"{'t' * 400}\n" * settings.users)
        server = subprocess.Popen([nginx, "-p", folder, "-c", "nginx.conf", "-e", "stderr"])
        try:
            until(lambda: takes_connections(port), "nginx takes connections", 10)
            return {str(rate): against(port, Path(folder), settings, rate) for rate in (0, 1_000, 5_000, 20_000)}
        finally:
            server.terminate()
            server.wait(10)


def against(port: int, folder: Path, settings: Settings, rate: int) -> dict[str, Any]:
    process = subprocess.Popen([TOOLS / "bench_load", "--host", "127.0.0.1", "--port", str(port), "--tokens", folder / "tokens", "--samples",
                                folder / "samples", "--seconds", str(settings.shorter(10)), "--connections", str(settings.connections),
                                "--rate", str(rate)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    told = json.loads(process.stdout.read())
    _, _, used = os.wait4(process.pid, 0)
    requests = sum(told["answers"].values())
    return {"per_second": round(requests / told["elapsed_us"] * 1e6), "loader_us": round((used.ru_utime + used.ru_stime) * 1e6 / requests, 1),
            "p50_us": told["p50_us"], "p99_us": told["p99_us"], "missed": requests - told["answers"].get("202", 0) + told["never_sent"]}


def show_loader(figures: Figures) -> str:
    head = ["offered", "answered/s", "processor µs", "p50 ms", "p99 ms", "missed"]
    return table([head, *([f"{int(rate):,}/s" if rate != "0" else "as fast as it takes", f"{made['per_second']:,}", str(made["loader_us"]),
                           milliseconds(made["p50_us"]), milliseconds(made["p99_us"]), str(made["missed"])] for rate, made in figures.items())])


def send_letters(port: int, end: float, at_once: int) -> None:
    """Pipelined, over one kept connection."""
    batch = LETTER * at_once
    with socket.create_connection(("127.0.0.1", port), 10) as connection, connection.makefile("rb") as lines:
        lines.readline()
        while time.monotonic() < end:
            connection.sendall(batch)
            for _ in range(4 * at_once):
                lines.readline()


def sink(settings: Settings) -> Figures:
    return {str(at_once): mailed(settings.shorter(5), at_once) for at_once in LETTERS_AT_ONCE}


def mailed(seconds: int, at_once: int) -> dict[str, Any]:
    mailbox = Sink()
    try:
        began = time.monotonic()
        senders = [threading.Thread(target=send_letters, args=(mailbox.port, began + seconds, at_once)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        took, letters = time.monotonic() - began, mailbox.letters()
        ticks = sum(map(int, Path(f"/proc/{mailbox.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
    finally:
        mailbox.end()
    return {"per_second": round(letters / took), "sink_us": round(ticks / TICKS_PER_SECOND * 1e6 / letters, 2)}


def show_sink(figures: Figures) -> str:
    """The senders are a Python program, and the slower side."""
    head = ["pipelined on each connection", "letters/s", "the sink's processor µs", "so it could take"]
    return table([head, *([f"{at_once} letters", f"{made['per_second']:,}", str(made["sink_us"]), f"{1e6 / max(0.01, made['sink_us']):,.0f}/s"]
                          for at_once, made in figures.items())])


MEASURES = {
    "loader": Measure(loader, show_loader, "the loader's own limit, against nginx that answers at once"),
    "sink": Measure(sink, show_sink, "the mail sink's own limit"),
}
