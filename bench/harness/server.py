"""A server in a process tree of its own on a free port, with nobody else's data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
START_SECONDS = 180  # on a machine that does other things; one that died is noticed at once


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. pid: of the process that began it."""

    port: int
    pid: int
    started_in: float  # seconds until the first answer


@contextmanager
def running(command: Sequence[str], port: int, env: dict[str, str], health: str = "/health") -> Iterator[Running]:
    """Start, wait for the first answer, stop at the end. Raises RuntimeError with what it said when it does not start."""
    begun = time.perf_counter()
    log = Path(env["ANKE_DATA_DIR"]) / "server.log"
    with log.open("wb") as told:
        process = subprocess.Popen(command, env=env, cwd=CHECKOUT, stdout=told, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        while not _answers(port, health):
            if process.poll() is not None or time.perf_counter() - begun > START_SECONDS:
                raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        yield Running(port, process.pid, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its own session: nobody else is in it
            process.wait()


def serve(port: int, env: dict[str, str]) -> AbstractContextManager[Running]:
    """What is in use: `anke serve`, until the end."""
    return running(anke("serve", "--port", str(port)), port, env)


def anke(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "lms", *arguments]


def environment(folder: Path, port: int, env: str = "demo") -> dict[str, str]:
    """An installation in a folder of its own, set up as in production but for HTTPS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANKE_")}
    return kept | {
        "ANKE_DATA_DIR": str(folder), "ANKE_ENV": env, "PORT": str(port), "PYTHONPATH": str(CHECKOUT),
    }  # fmt: skip


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return b" 200 " in connection.recv(64)
    except OSError:
        return False
