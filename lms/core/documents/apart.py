"""Prints in processes of their own: a big document, whose 100 to 250 MB are given back then, and many by several at once.

Run as a script: stdin a pickled (module, function, argument, memory), stdout a pickled (result, None) or (None, what was raised).
A helper's function returns another one, which each further pickled argument on stdin is given to, until there is none.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from lms.core.viewing.limits import confine

A = TypeVar("A")
R = TypeVar("R")
T = TypeVar("T")
COURTESY = 5  # of a helper: whoever waits for a page goes first


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


class Helper(Generic[T, R]):
    """A process that computes one thing after another, beside whoever gave the order. Use it in a `with`.

    It ends by itself when whoever started it is gone, in whichever way.
    """

    def __init__(self, begin: Callable[[A], Callable[[T], R]], argument: A) -> None:
        """begin: of a module's top level; makes of the argument, once, what computes. argument: values that pickle."""
        command = [sys.executable, "-m", __name__, "helper"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._send((begin.__module__, begin.__qualname__, argument, None))

    def order(self, argument: T) -> None:
        """Have it compute this; one thing at a time."""
        self._send(argument)

    def answer(self) -> R:
        """Wait for what was ordered. Raises what was raised there, and EOFError when the process is gone."""
        assert self._process.stdout is not None
        result: R
        result, raised = pickle.load(self._process.stdout)
        if raised:
            raise raised
        return result

    def _send(self, given: object) -> None:
        assert self._process.stdin is not None
        pickle.dump(given, self._process.stdin)
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()  # nothing that it still does is wanted
        self._process.communicate()


def _attempt(function: Callable[[Any], Any], argument: Any) -> tuple[Any, Exception | None]:
    try:
        return function(argument), None
    except Exception as error:  # carried over, not swallowed: the caller raises it
        return None, error


def _help(compute: Callable[[Any], Any]) -> None:
    try:
        while True:
            pickle.dump(_attempt(compute, pickle.load(sys.stdin.buffer)), sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except (EOFError, BrokenPipeError):  # whoever gave the orders is gone
        os._exit(0)


if __name__ == "__main__":
    module, name, given, most = pickle.load(sys.stdin.buffer)
    if most is not None:
        confine(most)
    called = getattr(importlib.import_module(module), name)
    if sys.argv[1:] == ["helper"]:
        os.nice(COURTESY)
        _help(called(given))
    else:
        sys.stdout.buffer.write(pickle.dumps(_attempt(called, given)))
