"""A bulletin of a city, counted and printed, in seconds of processor; and figures against their lists in 1,000 sets of data."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar

from bench.harness.figures import Report
from lms.compliance.bulletins import printing
from lms.compliance.bulletins.rules import (
    LISTS,
    NAMING,
    Anchor,
    Firm,
    Frozen,
    Setting,
    first_words,
    frozen_from,
    listed,
    paper,
    to_text,
)
from lms.compliance.bulletins.workbook import workbook
from lms.compliance.rules import LECTURED, Reason, StandingState

SETS, CITY = 1_000, 20_000
BAR_S = 30
DAY = date(2026, 11, 23)
INDUSTRIES = ("工贸", "烟花爆竹", "危险化学品", "建筑施工", "人员密集场所", "交通运输")
R = TypeVar("R")


def run() -> Report:
    report = Report("bulletin")
    rng = Random(20261123)
    report.add(
        f"figures unlike their lists in {SETS} random sets",
        sum(_unlike(_frozen(rng, rng.randrange(60))) for _ in range(SETS)),
        "",
        0,
    )
    frozen = _frozen(rng, CITY)
    text, wrote = _timed(lambda: to_text(frozen))
    again, read = _timed(lambda: frozen_from(text))
    report.add("data of a city", len(text.encode()) / 1024 / 1024, "MB")
    report.add("written and hashed, read again", wrote + read, "s")
    setting = Setting(
        words=first_words(again),
        lists=NAMING,
        data_sha256=hashlib.sha256(text.encode()).hexdigest(),
        address="http://anke.example/bulletins/1",
    )
    printed, counted = _timed(lambda: paper(again, setting))
    spent = [wrote, read, counted]
    report.add("counted", counted, "s")
    for kind, make in (("pdf", printing.bulletin_pdf), ("docx", printing.document), ("xlsx", workbook)):
        made, seconds = _timed(lambda make=make: make(printed))
        report.add(f"{kind}, {len(made) // 1024} KB", seconds, "s")
        spent.append(seconds)
    report.add("all of it but the queries", sum(spent), "s", BAR_S)
    return report


def _unlike(frozen: Frozen) -> int:
    """How many figures of a paper are not as long as their list."""
    printed = paper(frozen, Setting(words={}, lists=NAMING))
    faults = sum(printed.totals.firms[name] != len(listed(frozen, name)) for name in LISTS)
    for code, _name, cells in printed.grid.rows:
        for industry, (lectured, asked) in zip((*frozen.industries, ""), cells, strict=True):
            faults += asked != len(listed(frozen, "asked", code, industry))
            faults += lectured != len([one for one in listed(frozen, "lectured", code, industry) if not one.exempt])
    return faults + sum(part.number != len(part.rows) for part in printed.lists)


def _frozen(rng: Random, number: int) -> Frozen:
    return Frozen(
        campaign="企业主要负责人讲安全课", starts_on=date(2026, 10, 1), due_on=DAY, bureau="岳阳市", area="岳阳市",
        as_of=datetime(2026, 11, 23, 8, tzinfo=UTC), day=DAY, rule_lines=("开讲率 = 已开讲的企业 ÷ 应开讲的企业。",),
        industries=INDUSTRIES, anchor=Anchor(number, number * 250, "0" * 64), firms=tuple(_firm(rng, at) for at in range(number)),
    )  # fmt: skip


def _firm(rng: Random, at: int) -> Firm:
    state = rng.choices(list(StandingState), (2, 1, 3, 14))[0]
    lectured = state in LECTURED
    expected = rng.randint(1, 120) if lectured else 0
    attended = rng.randint(0, expected)
    code = f"4306{rng.randrange(13):02}"
    return Firm(
        id=f"{at:036}", name=f"湖南省岳阳市第 {at} 有限责任公司", uscc=f"91430600MA{at:08}", place_code=code,
        place=f"第 {code} 区", street=f"第 {at % 150} 街道", industry=rng.choice(INDUSTRIES), officer=f"监管员 {at % 200}",
        state=state, due_on=DAY + timedelta(days=rng.randint(-20, 20)),
        lectured_on=DAY - timedelta(days=rng.randrange(60)) if lectured else None,
        minutes=60 if lectured else 0, expected=expected, attended=attended, examined=attended, passed=rng.randint(0, attended),
        reason=rng.choice(["", "", "", Reason.NOT_HEAD, Reason.TOO_SHORT]) if not lectured else "",
        note="" if lectured else "还没安排讲课", doubt="41 人的签到来自 2 部手机" if rng.random() < 0.01 else "",
        exempt="免除到 2026-12-31" if not lectured and rng.random() < 0.05 else "",
    )  # fmt: skip


def _timed(work: Callable[[], R]) -> tuple[R, float]:
    begun = time.process_time()
    done = work()
    return done, time.process_time() - begun
