"""A file looked at, then taken over, as an import page does it."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select

from bench.harness import scene
from bench.harness.figures import Report
from lms.core.uow import UnitOfWork, unit_of_work
from lms.quizzes.models import Question
from lms.registry.models import Enterprise, ImportBatch, Jurisdiction, Person

Look = Callable[[UnitOfWork, UUID, bytes, str], ImportBatch]
Apply = Callable[[UnitOfWork, ImportBatch], object]


def take_over(
    report: Report,
    file: str,
    content: bytes,
    rows: int,
    bar: float,
    model: type[Person | Question],
    look: Look,
    apply: Apply,
) -> UUID:
    """Let a firm of its own import a file by look(uow, its id, content, file) and apply(uow, batch), and add to the report how
    long each took, in seconds, and how many of its rows are no row of `model` now. bar: seconds for both. Returns the firm.
    """
    name = file.removeprefix("roster.").removeprefix("questions.")
    code = name.replace(".", "")[-7:].upper()
    with unit_of_work(scene.BENCH, "system") as uow:
        street = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.name == "城陵矶街道")).one()
        firm = Enterprise(
            name=f"导入测试有限公司 {name}", uscc=f"91430699MA0{code:0>7}", jurisdiction_id=street.id,
            industry="工贸", created_at=uow.now,
        )  # fmt: skip
        uow.session.add(firm)
    begun = time.perf_counter()
    with unit_of_work(scene.BENCH, "system") as uow:
        batch_id = look(uow, firm.id, content, file).id
    shown = time.perf_counter()
    with unit_of_work(scene.BENCH, "system") as uow:
        apply(uow, uow.session.get_one(ImportBatch, batch_id))
    done = time.perf_counter()
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        kept = uow.session.scalar(select(func.count(model.id)).where(model.enterprise_id == firm.id)) or 0
    report.add(f"{name}: look", shown - begun, "s")
    report.add(f"{name}: take over", done - shown, "s")
    report.add(f"{name}: both", done - begun, "s", bar)
    report.add(f"{name}: missing", abs(rows - kept), "rows", 0)
    return firm.id
