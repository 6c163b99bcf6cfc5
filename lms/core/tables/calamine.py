"""What calamine finds in an xlsx or xls file, fetched from a process with limits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from lms.core.tables.faults import FileDamaged, UnpackedTooBig
from lms.core.tables.limits import CHILD_BYTES, CHILD_SECONDS, MAX_CHARACTERS

SCRIPT = Path(__file__).with_name("child.py")
DAMAGED = 3


def sheets_of(content: bytes) -> list[dict[str, Any]]:
    """The sheets as child.py describes them. Raises FileDamaged, UnpackedTooBig, and RuntimeError when the child cannot run."""
    command = [sys.executable, "-I", str(SCRIPT), str(CHILD_BYTES), str(CHILD_SECONDS), str(MAX_CHARACTERS)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=CHILD_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnpackedTooBig from error
    if done.returncode == DAMAGED:
        raise FileDamaged
    if done.returncode == 1:  # a fault of ours, not of the file
        raise RuntimeError(done.stderr.decode(errors="replace"))
    if done.returncode:  # stopped by a limit, ours or the system's
        raise UnpackedTooBig
    sheets: list[dict[str, Any]] = json.loads(done.stdout)["sheets"]
    return sheets
