"""A list of 20,000 enterprises of which 300 are wrong: looked at, taken over but for these, mended and uploaded again."""

from __future__ import annotations

import resource
import time
from uuid import UUID

from sqlalchemy import func, select

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.core.sheets import Column, Sheet, xlsx
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.models import Enterprise, ImportBatch, ImportKind, Jurisdiction
from lms.registry.rules.identifiers import uscc_check
from lms.registry.service import apply, look, open_batch

ROWS, WRONG = 20_000, 300
BAR_S = 30
HEADINGS = ("单位名称", "统一社会信用代码", "街道", "行业", "负责人", "人数")
INDUSTRIES = ("工贸", "危险化学品", "建筑施工", "交通运输", "仓储物流")


def run() -> Report:
    report = Report("enterprises20000")
    with scene.installation(server.free_port()) as (_folder, _env, _app):
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            street = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.name == "城陵矶街道")).one()
            district = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.id == street.parent_id)).one()
            at, before = uow.now, _firms(uow)
        rows = [_row(number) for number in range(ROWS)]
        columns = tuple(Column(heading) for heading in HEADINGS)
        content = xlsx((Sheet("企业底数", columns, rows),), title="企业底数", author="", created_at=at)
        begun = _used()
        with unit_of_work(scene.BENCH, "system") as uow:
            batch = open_batch(uow, ImportKind.ENTERPRISES, content, "底数.xlsx", jurisdiction_id=district.id, looked=False)
            batch_id = batch.id
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            looked = look(uow, uow.session.get_one(ImportBatch, batch_id))
            wrong, kept_out = len(looked.faulty), len(looked.kept_out)
            unsaid = sum(not fault.reason for row in looked.faulty for fault in row.faults.values())
        seen = _used()
        with unit_of_work(scene.BENCH, "system") as uow:
            batch = uow.session.get_one(ImportBatch, batch_id)
            apply(uow, batch)
            rest_id = UUID((batch.result or {})["rest"])
        done = _used()
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            taken, rest = _firms(uow) - before, len(look(uow, uow.session.get_one(ImportBatch, rest_id)).faulty)
    report.add("the file is uploaded and looked at", _wall(begun, seen), "s")
    report.add("take over", _wall(seen, done), "s")
    report.add("both", _wall(begun, done), "s", BAR_S)
    report.add("both, of the processor", done[1] - begun[1], "s")
    report.add("rows told wrong, with a reason each", wrong - unsaid, "rows")
    report.add("wrong rows not told, or right ones kept out", abs(WRONG - wrong) + abs(WRONG - kept_out) + unsaid, "rows", 0)
    report.add("enterprises missing afterwards", ROWS - WRONG - taken, "enterprises", 0)
    report.add("wrong rows that do not wait to be mended", WRONG - rest, "rows", 0)
    return report


def _row(number: int) -> tuple[str, str, str, str, str, str]:
    """An enterprise of its own; every sixty-sixth is wrong in one of three ways, 300 in all."""
    body = f"91430699MA{number:07}"
    code, street = body + uscc_check(body), "城陵矶街道"
    if number % 66 == 0 and number // 66 < WRONG:
        code, street = (("", street), (code[:12], street), (code, "没有这条街道"))[number // 66 % 3]
    return f"底数企业 {number:05}", code, street, INDUSTRIES[number % len(INDUSTRIES)], "王强", str(5 + number % 200)


def _firms(uow: UnitOfWork) -> int:
    return uow.session.scalar(select(func.count(Enterprise.id))) or 0


def _used() -> tuple[float, float]:
    """The clock, and the seconds of processor of this process and those it began."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in spent)


def _wall(begun: tuple[float, float], done: tuple[float, float]) -> float:
    return done[0] - begun[0]
