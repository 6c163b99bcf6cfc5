"""Whether our pages load anything from another host: none may, and neither may a lock name a registry."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("lms/templates/**/*.html", "lms/templates/**/*.css", "lms/static/**/*.css", "lms/static/**/*.js", "lms/static/**/*.svg")
HOST = r"""(?:https?:|wss?:)?//[\w.-]+"""
LOADS = (  # each ends with the address of another host
    re.compile(rf"""\b(?:src|srcset|poster|data|action|formaction|hx-\w+)\s*=\s*["']?\s*{HOST}""", re.IGNORECASE),
    re.compile(rf"""<link\b[^>]*\bhref\s*=\s*["']?\s*{HOST}""", re.IGNORECASE),
    re.compile(rf"""(?:url\(|@import)\s*["']?\s*{HOST}""", re.IGNORECASE),
    re.compile(rf"""(?:\bfrom|\bimport|\bimport\(|fetch\(|importScripts\(|WebSocket\(|EventSource\()\s*["'`]\s*{HOST}"""),
)
REGISTRY = re.compile(r'"resolved"|--(?:extra-)?index-url|--find-links|@ (?:https?|file):|^\s*registry', re.MULTILINE)


def main() -> int:
    faults = []
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            faults += [(path, text, found.start()) for load in LOADS for found in load.finditer(text)]
    for path in (*ROOT.glob("*.lock"), ROOT / "package-lock.json", ROOT / ".npmrc"):
        text = path.read_text(encoding="utf-8")
        faults += [(path, text, found.start()) for found in REGISTRY.finditer(text)]
    for path, text, at in faults:
        print(f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, at) + 1}: {text[at : at + 100].splitlines()[0]}")
    if faults:
        print("Nothing is loaded from another host: put it into package.json and tools/assets, or under lms/static/.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
