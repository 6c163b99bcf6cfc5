"""The file that a province's platform takes in (一张表): a row for each lecture held, its columns by a map that is data."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from lms.archives.official.forms import forms
from lms.archives.official.lectures import lecture_form
from lms.core.exports import Listing
from lms.core.sheets import Column
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Lecture
from lms.registry.models import Enterprise

TABLE = Path(__file__).parents[2] / "data" / "upload_fields.csv"
REGISTER = 9  # the form whose values the columns take


@dataclass(frozen=True, slots=True)
class Field:
    """column: what the platform calls it. source: the column of the register that it takes. required: never empty."""

    column: str
    source: str
    required: bool


@lru_cache(maxsize=1)
def fields(table: Path = TABLE) -> tuple[Field, ...]:
    """The columns in their order. Raises ValueError for one that takes what the register has not."""
    known = {column.name for column in forms()[REGISTER].columns}
    with table.open(encoding="utf-8-sig", newline="") as file:
        found = tuple(Field(row["column"], row["from"], row["required"] == "是") for row in csv.DictReader(file))
    if unknown := [one.source for one in found if one.source not in known]:
        raise ValueError(f"{table.name}: no such columns: {', '.join(unknown)}")
    return found


def report(uow: UnitOfWork, enterprise: Enterprise, year: int) -> Listing:
    """Every lecture of a year that was held. Nothing in it is typed again."""
    held = select(Lecture).where(Lecture.enterprise_id == enterprise.id, Lecture.year == year, Lecture.state.in_(HELD))
    rows = []
    for lecture in uow.session.scalars(held.order_by(Lecture.number)):
        told = lecture_form(uow, lecture, REGISTER).values
        rows.append([told.get(one.source) for one in fields()])
    columns = [Column(one.column, 16) for one in fields()]
    return Listing(f"{enterprise.name}-{year}-上报", (), columns, rows, uow.now, enterprise.name)
