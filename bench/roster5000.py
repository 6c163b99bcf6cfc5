"""A roster of 5,000 rows: looked at, then taken over, as the import page does it. Clean, and as firms have it: in GBK, or below a
title over all columns, with a hundred rows whose phone is none. In a workbook of 2003 nothing here writes so many rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import xlsxwriter

from bench.harness import scene, server
from bench.harness.figures import Report
from bench.harness.imports import take_over
from lms.core.uow import UnitOfWork
from lms.registry.models import ImportBatch, ImportKind, Person
from lms.registry.service import apply, open_batch

ROWS, EVERY = 5_000, 50
BAR_S = 10
TITLE = "压力测试有限公司职工花名册"


def run() -> Report:
    report = Report("roster5000")
    with scene.installation(server.free_port()) as (folder, _env, _app):
        people = scene.workers(ROWS)
        messy = [replace(one, phone=one.phone[:10]) if at % EVERY == EVERY - 1 else one for at, one in enumerate(people)]
        clean, wrong = scene.roster(people), scene.roster(messy)
        right = ROWS - ROWS // EVERY
        for name, content, rows in (
            ("roster.csv", clean, ROWS),
            ("roster.xlsx", _xlsx(_lines(clean), folder / "roster.xlsx"), ROWS),
            ("gbk.csv", wrong.decode("utf-8-sig").encode("gbk"), right),
            ("titled.xlsx", _xlsx(_lines(wrong), folder / "titled.xlsx", TITLE), right),
        ):
            take_over(report, name, content, rows, BAR_S, Person, _look, apply)
    return report


def _look(uow: UnitOfWork, enterprise_id: UUID, content: bytes, name: str) -> ImportBatch:
    return open_batch(uow, ImportKind.PEOPLE, content, name, enterprise_id=enterprise_id)


def _lines(roster: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(roster.decode("utf-8-sig"))))


def _xlsx(lines: Sequence[Sequence[str]], path: Path, title: str = "") -> bytes:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    if title:
        sheet.merge_range(0, 0, 0, len(lines[0]) - 1, title)
    for row, line in enumerate(lines, start=1 if title else 0):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text)
    book.close()
    return path.read_bytes()
