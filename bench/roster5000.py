"""A roster of 5,000 rows: looked at, then taken over, as the import page does it."""

from __future__ import annotations

import time
from pathlib import Path

import xlsxwriter
from sqlalchemy import func, select

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise, ImportBatch, ImportKind, Jurisdiction, Person
from lms.registry.service import apply, open_batch

ROWS = 5_000
BAR_S = 10


def run() -> Report:
    report = Report("roster5000")
    with scene.installation(server.free_port()) as (folder, _env, _app):
        people = scene.workers(ROWS)
        csv = scene.roster(people)
        for name, content in (("csv", csv), ("xlsx", _xlsx(csv, str(folder / "roster.xlsx")))):
            with unit_of_work(scene.BENCH, "system") as uow:
                street = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.name == "城陵矶街道")).one()
                firm = Enterprise(
                    name=f"压力测试有限公司 {name}", uscc=f"91430699MA0BENCH{name[:2].upper()}", jurisdiction_id=street.id,
                    industry="工贸", created_at=uow.now,
                )  # fmt: skip
                uow.session.add(firm)
            begun = time.perf_counter()
            with unit_of_work(scene.BENCH, "system") as uow:
                batch_id = open_batch(uow, ImportKind.PEOPLE, content, f"roster.{name}", enterprise_id=firm.id).id
            shown = time.perf_counter()
            with unit_of_work(scene.BENCH, "system") as uow:
                apply(uow, uow.session.get_one(ImportBatch, batch_id))
            done = time.perf_counter()
            with unit_of_work(scene.BENCH, "system", write=False) as uow:
                kept = uow.session.scalar(select(func.count(Person.id)).where(Person.enterprise_id == firm.id)) or 0
            report.add(f"{name}: look", shown - begun, "s")
            report.add(f"{name}: take over", done - shown, "s")
            report.add(f"{name}: both", done - begun, "s", BAR_S)
            report.add(f"{name}: people missing", ROWS - kept, "people", 0)
    return report


def _xlsx(csv: bytes, path: str) -> bytes:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, line in enumerate(csv.decode("utf-8-sig").splitlines()):
        for column, text in enumerate(line.split(",")):
            sheet.write_string(row, column, text)
    book.close()
    return Path(path).read_bytes()
