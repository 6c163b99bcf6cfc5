"""Whether every word of the pages is in every catalogue, translated; `--update` adds the new ones, to be translated.

Chinese is the language of the source. A translation that lacks a placeholder of its source, or has one more, is a fault.
"""

import re
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "lms" / "translations"
KEYWORDS = ("_l", "lazy_gettext", "lazy_ngettext:1,2")
LANGUAGES = ("en",)
ABOUT = {"project": "anke", "version": "1", "msgid_bugs_address": "-", "last_translator": "-", "language_team": "-"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def main(update: bool) -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        _extract(template)
        source = _read(template)
    if update:
        for language in LANGUAGES:
            _update(language, source)
    wanted = [message for message in source if message.id]
    faults = [fault for language in LANGUAGES for fault in _faults(language, wanted)]
    for fault in faults:
        print(fault)
    if faults:
        print(f"{len(faults)} to mend. `make messages` adds new words to lms/translations, then translate them there.")
    return 1 if faults else 0


def _faults(language: str, wanted: list[Message]) -> list[str]:
    path = _path(language)
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
    texts = [str(text or "") for text in (found.string if isinstance(found.string, (tuple, list)) else [found.string])]
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


def _extract(template: Path) -> None:
    command = [sys.executable, "-m", "babel.messages.frontend", "extract", "--mapping-file=pyproject.toml", "--no-location"]
    keywords = [f"--keyword={word}" for word in KEYWORDS]
    done = subprocess.run([*command, *keywords, f"--output-file={template}", "lms"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def _update(language: str, source: Catalog) -> None:
    path = _path(language)
    catalogue = _read(path) if path.exists() else Catalog(locale=language, fuzzy=False, **ABOUT)
    catalogue.header_comment = "# The words of the pages. The keys are the Chinese of the source; `make messages` adds new ones."
    catalogue.update(source, no_fuzzy_matching=True, update_header_comment=False)
    written = BytesIO()
    write_po(written, catalogue, width=130, sort_output=True, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    # The hour of an extraction says nothing of the words, and would make every catalogue differ from the last.
    path.write_bytes(re.sub(rb'"(POT-Creation|PO-Revision)-Date: [^"]*"\n', b"", written.getvalue()))


def _path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


if __name__ == "__main__":
    sys.exit(main("--update" in sys.argv[1:]))
