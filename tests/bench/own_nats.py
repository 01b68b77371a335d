"""A nats-server of a bench's own, with the settings that Ordo runs with."""

import socket
import subprocess
import time
from pathlib import Path

LIMIT_S = 600


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int, what: str) -> None:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise SystemExit(f"{what} did not start")


def end(process: subprocess.Popen) -> None:
    process.terminate()
    if process.wait(LIMIT_S) not in (0, 1, -15):
        raise SystemExit(f"{process.args} ended with {process.returncode}")


class Server:
    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder, self.port = program, folder, free_port()
        self.url = f"nats://127.0.0.1:{self.port}"
        (folder / "nats.conf").write_text(f'listen: 127.0.0.1:{self.port}\n'
                                          f'jetstream {{ store_dir: "{folder}/store", sync_interval: always }}\n')
        self.process = self.start()

    def start(self) -> subprocess.Popen:
        process = subprocess.Popen([self.program, "-c", self.folder / "nats.conf", "-l", self.folder / "nats.log"])
        await_port(self.port, "the NATS server")
        return process

    def restart(self) -> None:
        end(self.process)
        self.process = self.start()
