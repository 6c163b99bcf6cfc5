"""Whether every public function, and every public method of a class of our own, says what it takes, gives and raises.

Apart from those that something else speaks for: a page (its address), a form, a command (its help), a listener (its event), a
property (its name), a method of a class that has one above it. Who raises an error itself, and does not catch it again, names its
class, or one above that.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPOKEN_FOR = ("views", "forms", "commands", "listeners")


def main() -> int:
    product = ROOT / "lms"
    paths = sorted(product.rglob("*.py"))
    modules = [path for path in paths if not _is_spoken_for(path.relative_to(product))]
    above = dict(pair for path in paths for pair in _classes(path))
    faults = [fault for path in modules for fault in _silent(path, above)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def _is_spoken_for(path: Path) -> bool:
    """By a folder or the file: `views/lists.py`, `views.py`, `reply_views.py`; `interviews.py` is none of them."""
    return any(part.rpartition("_")[2] in SPOKEN_FOR for part in path.with_suffix("").parts)


def _classes(path: Path) -> list[tuple[str, list[str]]]:
    """The classes of a module, each with the names of those above it."""
    found = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    return [(node.name, [_last(base) for base in node.bases]) for node in found]


def _silent(path: Path, above: dict[str, list[str]]) -> list[str]:
    body = ast.parse(path.read_text()).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    for each in body:
        if isinstance(each, ast.ClassDef) and not each.name.startswith("_") and not each.bases:
            functions += [node for node in each.body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    faults = []
    for one in functions:
        told = ast.get_docstring(one) or ""
        if one.name.startswith("_") or one.name == "init":
            continue
        if not told:
            faults.append((one, "has no docstring"))
        elif not any("command" in ast.unparse(mark) for mark in one.decorator_list):
            unsaid = sorted({name for name in _raised(one) if not _names(told, name, above)})
            faults += [(one, f"does not say that it raises {name}") for name in unsaid]
    return [f"{path.relative_to(ROOT)}:{one.lineno}: {one.name} {fault}" for one, fault in faults]


def _raised(node: ast.AST) -> Iterator[str]:
    """The classes that it raises outside of a try and of what is defined within it; an error that was made elsewhere has none."""
    for one in ast.iter_child_nodes(node):
        if isinstance(one, (ast.Try, ast.FunctionDef, ast.ClassDef)):
            continue
        if isinstance(one, ast.Raise) and one.exc is not None:
            name = _last(one.exc.func if isinstance(one.exc, ast.Call) else one.exc)
            if name[:1].isupper():
                yield name
        yield from _raised(one)


def _names(told: str, name: str, above: dict[str, list[str]]) -> bool:
    return name in told or any(_names(told, base, above) for base in above.get(name, ()))


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


if __name__ == "__main__":
    sys.exit(main())
