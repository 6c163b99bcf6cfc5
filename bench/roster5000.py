"""A roster of 5,000 rows: looked at, then taken over, as the import page does it."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import xlsxwriter

from bench.harness import scene, server
from bench.harness.figures import Report
from bench.harness.imports import take_over
from lms.core.uow import UnitOfWork
from lms.registry.models import ImportBatch, ImportKind, Person
from lms.registry.service import apply, open_batch

ROWS = 5_000
BAR_S = 10


def run() -> Report:
    report = Report("roster5000")
    with scene.installation(server.free_port()) as (folder, _env, _app):
        csv = scene.roster(scene.workers(ROWS))
        for name, content in (("csv", csv), ("xlsx", _xlsx(csv, str(folder / "roster.xlsx")))):
            take_over(report, f"roster.{name}", content, ROWS, BAR_S, Person, _look, apply)
    return report


def _look(uow: UnitOfWork, enterprise_id: UUID, content: bytes, name: str) -> ImportBatch:
    return open_batch(uow, ImportKind.PEOPLE, content, name, enterprise_id=enterprise_id)


def _xlsx(csv: bytes, path: str) -> bytes:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, line in enumerate(csv.decode("utf-8-sig").splitlines()):
        for column, text in enumerate(line.split(",")):
            sheet.write_string(row, column, text)
    book.close()
    return Path(path).read_bytes()
