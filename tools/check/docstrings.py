"""Whether every public function, and every public method of a class of our own, says what it takes, gives and raises.

Apart from those that something else speaks for: a page (its address), a form, a command (its help), a listener (its event), a
property (its name), a method of a class that has one above it. Who raises something itself, and does not catch it again, names it
after "raises".
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPOKEN_FOR = ("views", "forms", "commands", "listeners")


def main() -> int:
    product = ROOT / "lms"
    paths = sorted(product.rglob("*.py"))
    modules = [path for path in paths if not any(word in str(path.relative_to(product)) for word in SPOKEN_FOR)]
    faults = [fault for path in modules for fault in _silent(path)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def _silent(path: Path) -> list[str]:
    body = ast.parse(path.read_text()).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    for each in body:
        if isinstance(each, ast.ClassDef) and not each.name.startswith("_") and not each.bases:
            functions += [node for node in each.body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    faults = []
    for one in functions:
        told = (ast.get_docstring(one) or "").lower()
        if one.name.startswith("_") or one.name == "init":
            continue
        if not told:
            faults.append((one, "has no docstring"))
        elif "raise" not in told and _raises(one) and not any("command" in ast.unparse(mark) for mark in one.decorator_list):
            faults.append((one, "does not say what it raises"))
    return [f"{path.relative_to(ROOT)}:{one.lineno}: {one.name} {fault}" for one, fault in faults]


def _raises(node: ast.AST) -> bool:
    """Whether it raises anything outside of a try and of what is defined within it."""
    apart = (ast.Try, ast.FunctionDef, ast.ClassDef)
    inner = [one for one in ast.iter_child_nodes(node) if not isinstance(one, apart)]
    return any((isinstance(one, ast.Raise) and one.exc is not None) or _raises(one) for one in inner)


if __name__ == "__main__":
    sys.exit(main())
