"""Prints a big document in a process of its own: what it takes, 100 to 250 MB, is given back when it is done.

Run as a script: stdin a pickled (module, function, argument, memory), stdout a pickled (bytes, None) or (None, what was raised).
"""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import TypeVar

from lms.core.viewing.limits import confine

T = TypeVar("T")


def print_apart(function: Callable[[T], bytes], argument: T, *, memory: int | None = None, seconds: float | None = None) -> bytes:
    """function(argument), computed elsewhere. function: of a module's top level; argument: values that pickle.

    memory: bytes, and seconds: the most it may take, where the argument is a file of somebody's. Raises what the function
    raises, subprocess.CalledProcessError, with what the process said, when that dies, and subprocess.TimeoutExpired.
    """
    order = pickle.dumps((function.__module__, function.__qualname__, argument, memory))
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, input=order, capture_output=True, check=False, timeout=seconds)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, function.__qualname__, stderr=done.stderr[-4000:].decode())
    printed, raised = pickle.loads(done.stdout)
    if raised:
        raise raised
    return bytes(printed)


if __name__ == "__main__":
    module, name, given, most = pickle.loads(sys.stdin.buffer.read())
    if most is not None:
        confine(most)
    answer: tuple[bytes | None, Exception | None]
    try:
        answer = getattr(importlib.import_module(module), name)(given), None
    except Exception as error:  # carried over, not swallowed: the caller raises it
        answer = None, error
    sys.stdout.buffer.write(pickle.dumps(answer))
