"""Whether the licence of everything that the lock files install fits a product under Apache-2.0.

Code under these licences may be used by, and shipped beside, code under Apache-2.0; what only tools and tests use is held to
the same. A package that does not say its licence in its metadata is named in STATED, with the file that says it.
"""

import json
import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==", re.MULTILINE)
# Short names as in the SPDX list, and the words that older metadata uses. LGPL and MPL bind changes to those packages
# themselves, which we do not make: they are installed as they are and can be exchanged.
FITS = re.compile(
    r"MIT|0?BSD|ISC|Apache|PSF-2\.0|Python Software Foundation|MPL-2\.0|Mozilla Public License (?:1\.1|2\.0)|LGPL-3\.0-only"
)
STATED = {
    "axe-playwright-python": "MIT",  # LICENSE in its wheel; the axe-core in it is MPL-2.0, as its first lines say
    "huey": "MIT",  # LICENSE in its wheel
}


def main() -> int:
    faults = []
    for name in sorted({name for lock in LOCKS for name in NAME.findall((ROOT / lock).read_text(encoding="utf-8"))}):
        try:
            said = STATED.get(name) or licence(metadata(name))
        except PackageNotFoundError:
            continue  # of another platform
        if not fits(said):
            faults.append(f"{name}: {said or 'says no licence'}")
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    faults += [f"{at}: {told.get('license')}" for at, told in packages.items() if not fits(told.get("license", ""))]
    for fault in faults:
        print(fault)
    if faults:
        print("A package whose licence does not fit is not used; one that says none is looked up and named in STATED.")
    return 1 if faults else 0


def licence(told: PackageMetadata) -> str:
    """An SPDX expression, else what the classifiers say, which are choices, else the first line of the free text."""
    if "License-Expression" in told:
        return told["License-Expression"]
    classified = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or () if each.startswith("License ::")]
    if named := [each for each in classified if each != "OSI Approved"]:
        return " OR ".join(named)
    return told["License"].partition("\n")[0] if "License" in told else ""


def fits(said: str) -> bool:
    """Every part of it, or one of the choices."""
    return any(all(FITS.match(part.strip(" ()")) for part in choice.split(" AND ")) for choice in said.split(" OR "))


if __name__ == "__main__":
    sys.exit(main())
