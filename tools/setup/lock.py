"""Write the locks: hashes of what is installed, but no address it came from, so that any mirror serves. `--upgrade` for newer."""

import os
import subprocess
import sys
from pathlib import Path

import steps

COMPILE = [
    "--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-header",
    "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options",
]  # fmt: skip
LOCKS = {  # each with what it is made of; the second holds all of the first, at the same versions
    "requirements.lock": ["--build-deps-for=editable", "pyproject.toml"],
    "requirements-dev.lock": ["--build-deps-for=editable", "--extra=dev", "--constraint=requirements.lock", "pyproject.toml"],
    "requirements-node.lock": ["tools/setup/node.in"],
}


def main() -> None:
    os.chdir(Path(__file__).resolve().parents[2])
    for lock, source in LOCKS.items():
        subprocess.run([sys.executable, "-m", "piptools", "compile", *COMPILE, *sys.argv[1:], *source, "-o", lock], check=True)
        text = Path(lock).read_text()
        Path(lock).write_text("# Written by `make lock`.\n" + text)
    verb = "update" if "--upgrade" in sys.argv else "install"
    subprocess.run([*steps.npm(), verb, "--package-lock-only", "--ignore-scripts"], check=True)
    named = [lock for lock in (*LOCKS, "package-lock.json") if "://" in _without_comments(Path(lock).read_text())]
    if named:
        sys.exit(f"These locks name an address: {', '.join(named)}")


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#") and '"url":' not in line)


if __name__ == "__main__":
    main()
