"""Which forms there are, with which columns; and one of them filled: its values by the names of its columns, and nothing else."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parents[2] / "data" / "form_columns.csv"
# Columns that are a list, a row for each person or hazard; the others are told once, above and below it.
LISTED = {1: (11, 20), 4: (5, 11), 12: (1, 24)}
OF_LECTURE, OF_PERSON, OF_FIRM, OF_CAMPAIGN = (1, 2, 3, 4, 8, 9, 11), (5, 6, 7), (12, 13), (10,)
WRITTEN_BY_HAND = ("签名", "签字", "意见", "签收")  # room to write in
BLANK_ROWS = 8

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """note: what belongs there, where the table says it."""

    name: str
    required: bool
    note: str

    @property
    def by_hand(self) -> bool:
        return self.name.endswith(WRITTEN_BY_HAND)


@dataclass(frozen=True, slots=True)
class Form:
    """number: as the table counts them, 1 … 13; 0: of a plug-in. source: where its columns are from. list_at: which columns are
    the list, first and last, from 1; as LISTED says where it is not told.
    """

    number: int
    name: str
    columns: tuple[Column, ...]
    source: str
    list_at: tuple[int, int] | None = None

    @property
    def head(self) -> tuple[Column, ...]:
        """What is told once, above the list."""
        return self.columns[: self._listed[0] - 1]

    @property
    def listed(self) -> tuple[Column, ...]:
        """What each row of the list tells; nothing where the form has none."""
        return self.columns[self._listed[0] - 1 : self._listed[1]]

    @property
    def foot(self) -> tuple[Column, ...]:
        """What is told once, below the list."""
        return self.columns[self._listed[1] :]

    @property
    def _listed(self) -> tuple[int, int]:
        return self.list_at or LISTED.get(self.number, (len(self.columns) + 1, len(self.columns)))


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with what is known. about: what it is of, for its title. values, rows: by the name of the column; what is left out
    is left blank, to be written by hand. remark: what the note says besides. drawn: signatures by finger, paths of an SVG each,
    for paper. Raises ValueError for a name that is none of its
    columns.
    """

    form: Form
    about: str
    values: Mapping[str, Value]
    rows: Sequence[Mapping[str, Value]] = field(default=())
    remark: str = ""
    drawn: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        once = {column.name for column in (*self.form.head, *self.form.foot)}
        each = {column.name for column in self.form.listed}
        unknown = {*self.values} - once | {name for row in self.rows for name in row} - each
        if unknown:
            raise ValueError(f"{self.form.name}: no such columns: {', '.join(sorted(unknown))}")

    @property
    def lines(self) -> Sequence[Mapping[str, Value]]:
        """The rows; empty ones to write in where there is none."""
        return self.rows or [{}] * (BLANK_ROWS if self.form.listed else 0)

    @property
    def note(self) -> str:
        """Where the form is from, and which of its columns nothing is recorded for."""
        told = {name for line in (self.values, *self.rows) for name, value in line.items() if value not in (None, "")}
        blank = [column.name for column in self.form.columns if column.name not in told]
        end = f"没有记录、留空手写的栏目：{'、'.join(blank)}。" if blank else ""
        return f"表式：{self.form.source}。由安课按记录填写。{self.remark}{end}"

    def pairs(self, columns: Sequence[Column]) -> Iterator[tuple[Column, Value]]:
        for column in columns:
            yield column, self.values.get(column.name)


def _shown(source: str) -> str:
    """Where a form is from, in words: addresses are for checking, and how sure somebody was is in the table."""
    return re.split(r"[;；]?\s*(?:要素参考|填写要点参考)?\s*https?://|（凭知识|（见 ", source)[0].strip() or "实务通行格式"


@lru_cache(maxsize=1)
def forms() -> Mapping[int, Form]:
    """By number."""
    found: dict[int, list[dict[str, str]]] = {}
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(int(row["form"][:2]), []).append(row)
    return {
        number: Form(
            number,
            rows[0]["form"][2:],
            tuple(Column(row["column"], row["required"] == "是", row["note"]) for row in rows),
            _shown(rows[0]["source"]),
        )
        for number, rows in found.items()
    }
