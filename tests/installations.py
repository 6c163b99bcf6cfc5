"""What is made once in a run, for all its workers: each kind of installation, of which whoever asks gets a copy; templates."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache

from lms.app import Product
from tests.services import FOLDER

ROOT = Path(__file__).parent.parent
SECRET = "a secret of installations in tests, 32 characters and more"
INIT = {"production": (), "demo": ("--demo",)}
ANKE = [sys.executable, "-m", "lms"]


@pytest.fixture(scope="session", autouse=True)
def compiled(pytestconfig: pytest.Config) -> None:
    """Templates as Jinja compiled them, known again by what stands in them, for every application of these processes."""
    folder = pytestconfig.stash[FOLDER] / "templates"
    folder.mkdir(exist_ok=True)
    Product.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(folder))}


@pytest.fixture(scope="session")
def installation(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """installation(env): the data folder of a new installation, production or demo, with SECRET for its key."""

    def copied(env: str) -> Path:
        folder = tmp_path_factory.mktemp(f"installation-{env}")
        shutil.copytree(_made(pytestconfig.stash[FOLDER], env), folder, dirs_exist_ok=True)
        return folder

    return copied


def environment(env: str, folder: Path) -> dict[str, str]:
    """What a process of an installation finds in its environment."""
    own = {"ANKE_ENV": env, "ANKE_DATA_DIR": str(folder), "ANKE_SECRET_KEY": SECRET, "PYTHONPATH": str(ROOT)}
    return {name: value for name, value in os.environ.items() if not name.startswith("ANKE_")} | own


def _made(shared: Path, env: str) -> Path:
    made, unfinished = shared / env, shared / f"{env}.unfinished"
    with (shared / f"{env}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            command = [*ANKE, "init", *INIT[env]]
            done = subprocess.run(command, env=environment(env, unfinished), cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
            unfinished.rename(made)
    return made
