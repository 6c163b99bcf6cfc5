"""What the product prints in a process of its own: the first of each kind is in a test run too, the next ones in a bare thread.

A new process reads in the printer for a second, each time. The thread has what the process has: values that were pickled,
and no application, no request and no language around it.
"""

from __future__ import annotations

import importlib
import pickle
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from lms.core.documents import apart


@pytest.fixture(scope="session", autouse=True)
def printed_near() -> Iterator[None]:
    begun: set[tuple[str, str]] = set()

    def run(command: list[str], *, input: bytes, timeout: float | None, **how: Any) -> subprocess.CompletedProcess[bytes]:
        module, name, given, memory = pickle.loads(input)
        if memory is not None or timeout is not None or (module, name) not in begun:
            begun.add((module, name))
            return subprocess.run(command, input=input, timeout=timeout, **how)
        function = getattr(importlib.import_module(module), name)
        done = bare.submit(apart._attempt, function, given).result()
        return subprocess.CompletedProcess(command, 0, pickle.dumps(done), b"")

    with ThreadPoolExecutor(1) as bare, pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "subprocess", SimpleNamespace(**vars(subprocess) | {"run": run}))
        yield


@pytest.fixture
def printed_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is printed in a process of its own, as in the product."""
    monkeypatch.setattr(apart, "subprocess", subprocess)
