"""Whether every public function says what it takes, gives and raises.

Apart from those that something else speaks for: a page (its address), a form, a command (its help), a listener (its event).
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPOKEN_FOR = ("views", "forms", "commands", "listeners")


def main() -> int:
    modules = sorted(path for path in (ROOT / "lms").rglob("*.py") if not any(word in str(path) for word in SPOKEN_FOR))
    faults = [fault for path in modules for fault in _silent(path)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def _silent(path: Path) -> list[str]:
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    return [
        f"{path.relative_to(ROOT)}:{one.lineno}: {one.name} has no docstring"
        for one in functions
        if not one.name.startswith("_") and one.name != "init" and not ast.get_docstring(one)
    ]


if __name__ == "__main__":
    sys.exit(main())
