"""The check that everything public says what it does."""

import shutil
import subprocess
import sys
from pathlib import Path

CHECK = Path(__file__).resolve().parents[2] / "tools" / "check" / "docstrings.py"
CODE = """
def silent():
    return 1


class Shelf:
    def take(self):
        \"\"\"What is on it.\"\"\"
        raise LookupError

    def _own(self):
        return 1

    @property
    def full(self):
        return True
"""


def test_it_looks_at_functions_and_methods_wherever_the_checkout_lies(tmp_path):
    checkout = tmp_path / "forms-and-views"
    for path in ("tools/check/docstrings.py", "lms/things.py", "lms/things/views.py"):
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(CHECK, checkout / "tools/check")
    for path in ("lms/things.py", "lms/things/views.py"):
        (checkout / path).write_text(CODE)

    done = subprocess.run([sys.executable, checkout / "tools/check/docstrings.py"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.splitlines()) == (
        1, ["lms/things.py:2: silent has no docstring", "lms/things.py:7: take does not say that it raises LookupError"],
    )  # fmt: skip
