"""Rules of law are data: no row without the source it was read in, and nobody's certainty left unsaid."""

import csv
from pathlib import Path

import pytest

import lms

FILES = sorted((Path(lms.__file__).parent / "data").glob("*.csv"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_row_says_where_it_comes_from_and_how_sure_it_is(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert rows
    assert [row for row in rows if not row["source"].strip()] == []
    assert {row["confidence"] for row in rows} <= {"verified", "known", "check"}


def test_the_readme_names_every_file():
    told = (FILES[0].parent / "README.md").read_text(encoding="utf-8")

    assert [file.name for file in FILES if file.name not in told] == []
