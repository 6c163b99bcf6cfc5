"""Whether every word of the pages is in every catalogue, translated; `--update` adds the new ones, to be translated.

Chinese is the language of the source. A translation that lacks a placeholder of its source, or has one more, is a fault.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "lms" / "translations"
KEYWORDS = ("_l", "_n:1,2", "lazy_gettext", "lazy_ngettext:1,2")
LANGUAGES = ("en",)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def main(update: bool) -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        _babel("extract", "--mapping-file=pyproject.toml", *(f"--keyword={word}" for word in KEYWORDS), "--no-location",
               "--sort-output", "--project=anke", "--omit-header", f"--output-file={template}", "lms")  # fmt: skip
        if update:
            for language in LANGUAGES:
                verb = "update" if (CATALOGUES / language / "LC_MESSAGES" / "messages.po").exists() else "init"
                _babel(verb, f"--input-file={template}", f"--output-dir={CATALOGUES}", f"--locale={language}",
                       *(("--no-fuzzy-matching", "--ignore-obsolete", "--omit-header") if verb == "update" else ()))  # fmt: skip
        wanted = [message for message in _read(template) if message.id]
    faults = [fault for language in LANGUAGES for fault in _faults(language, wanted)]
    for fault in faults:
        print(fault)
    if faults:
        print(f"{len(faults)} to mend. `make messages` adds new words to lms/translations, then translate them there.")
    return 1 if faults else 0


def _faults(language: str, wanted: list[Message]) -> list[str]:
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return [f"{path.relative_to(ROOT)} is missing"]
    catalogue = _read(path)
    faults = []
    for message in wanted:
        found = catalogue.get(message.id, message.context)
        if fault := _fault(message, found):
            faults.append(f"{language}: {fault}: {_first(message)}")
    known = {(_first(message), message.context) for message in wanted}
    faults += [
        f"{language}: no longer in the source: {_first(message)}"
        for message in catalogue
        if message.id and (_first(message), message.context) not in known
    ]
    return faults


def _fault(source: Message, found: Message | None) -> str | None:
    if found is None:
        return "missing"
    texts = found.string if isinstance(found.string, tuple) else (found.string,)
    if not all(texts):
        return "not translated"
    if found.fuzzy:
        return "marked fuzzy"
    placeholders = set(PLACEHOLDER.findall(_first(source)))
    if any(set(PLACEHOLDER.findall(text)) - placeholders for text in texts) or placeholders - set(PLACEHOLDER.findall(texts[-1])):
        return "other placeholders"
    return None


def _first(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _babel(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "babel.messages.frontend", *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


if __name__ == "__main__":
    sys.exit(main("--update" in sys.argv[1:]))
