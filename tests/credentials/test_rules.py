"""Completion, hours and validity by their rules."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lms.credentials.rules import (
    CertificateState,
    Counting,
    Facts,
    Rule,
    changes,
    counting_on,
    decide,
    required_hours,
    state_on,
    valid_until,
)

QUIZ = Rule(min_presence=80, pass_mark=80)
NO_QUIZ = Rule(min_presence=80, pass_mark=None)
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "rule", "outcome", "said"),
    [
        pytest.param(Facts(True, 52, 60, 85), QUIZ, "CAEP", "在场 52/60 分钟，考核 85 分，合格", id="there and passed"),
        pytest.param(Facts(True, 48, 60, 80), QUIZ, "CAEP", "在场 48/60 分钟，考核 80 分，合格", id="exactly enough"),
        pytest.param(
            Facts(True, 47, 60, 100), QUIZ, "EP", "在场 47/60 分钟，不足 80%，考核 100 分，未完成", id="a minute too short"
        ),
        pytest.param(
            Facts(True, 60, 60, 79), QUIZ, "AE", "在场 60/60 分钟，考核 79 分，不到 80 分，未合格", id="a point too few"
        ),
        pytest.param(Facts(True, 60, 60), QUIZ, "A", "在场 60/60 分钟，还没有考核成绩，未完成", id="quiz not taken"),
        pytest.param(
            Facts(True, None, 60, 90), QUIZ, "EP", "未签退，在场时长待确认，考核 90 分，未完成", id="no check-out is not known"
        ),
        pytest.param(Facts(True, 60, 60), NO_QUIZ, "CA", "在场 60/60 分钟，不设考核，合格", id="no quiz to pass"),
        pytest.param(Facts(False, None, 60), NO_QUIZ, "", "未到课，不设考核，未完成", id="never came"),
        pytest.param(Facts(False, None, 60, excused="病假"), QUIZ, "", "请假（病假），还没有考核成绩，未完成", id="on leave"),
        pytest.param(Facts(True, 0, 0), NO_QUIZ, "", "在场 0/0 分钟，不足 80%，不设考核，未完成", id="nothing took place"),
        pytest.param(Facts(True, 60, 0), NO_QUIZ, "", "在场 60/0 分钟，不足 80%，不设考核，未完成", id="not held"),
        pytest.param(Facts(True, 1, 60), Rule(0, None), "CA", "在场 1/60 分钟，不设考核，合格", id="no share asked"),
    ],
)
def test_decide(facts, rule, outcome, said):
    decision = decide(facts, rule)

    words = {"C": decision.completed, "A": decision.attended, "E": decision.examined, "P": decision.passed}
    assert "".join(letter for letter, true in words.items() if true) == outcome
    assert "，".join(decision.reasons) == said


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, "0"), (29, "0"), (30, "0.5"), (59, "0.5"), (60, "1"), (89, "1"), (90, "1.5"), (480, "8")]
)
def test_hours_are_rounded_down_to_half_ones(minutes, hours):
    assert counting_on(DAY).hours(minutes) == Decimal(hours)


def test_a_new_version_of_the_counting_rule_changes_only_lectures_held_from_its_first_day_on():
    hour, lesson = (
        Counting(name, day, minutes, Decimal("0.5"), Decimal(8), Decimal(24))
        for name, day, minutes in (("old", date(2000, 1, 1), 60), ("new", date(2027, 1, 1), 45))
    )

    assert [counting_on(day, [lesson, hour]).hours(90) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [
        Decimal("1.5"), Decimal(2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({}, ()),
        ({"minutes": 30, "completed": False}, ("在场 60 → 30 分钟", "合格 → 未合格")),
        ({"minutes": None}, ("在场 60 → — 分钟",)),
        ({"score": 90}, ("考核 85 → 90 分",)),
        ({"reasons": ["在场 60/60 分钟", "本次讲课已作废（内容不对）"]}, ("合格 → 本次讲课已作废（内容不对）",)),
    ],
)
def test_a_decision_that_came_out_otherwise_says_what_is_different(after, said):
    before = {"minutes": 60, "score": 85, "completed": True, "reasons": ["在场 60/60 分钟", "合格"]}

    assert changes(before, before | after) == said


@pytest.mark.parametrize(
    ("category", "industry", "hours"),
    [
        ("主要负责人", "工贸", "12"),
        ("安全生产管理人员", "人员密集场所", "12"),
        ("主要负责人", "烟花爆竹", "16"),
        ("安全生产管理人员", "非煤矿山", "16"),
        ("其他从业人员", "危险化学品", "20"),
        ("特种作业人员", "危险化学品", "20"),
        ("主要负责人", "建筑施工", "30"),
        ("安全生产管理人员", "建筑施工", "40"),
        ("其他从业人员", "建筑施工", "15"),
    ],
)
def test_hours_of_a_year_by_law(category, industry, hours):
    found = required_hours(category, industry, DAY)

    assert found is not None
    assert found.hours == Decimal(hours)
    assert "规定" in found.article
    assert "http" not in found.article


def test_where_the_law_names_no_number_there_is_none():
    assert required_hours("其他从业人员", "工贸", DAY) is None
    assert required_hours("特种作业人员", "工贸", DAY) is None
    assert required_hours("主要负责人", "工贸", date(1990, 1, 1)) is None


@pytest.mark.parametrize(
    ("issued_on", "last"),
    [(date(2026, 11, 23), date(2027, 11, 22)), (date(2026, 1, 1), date(2026, 12, 31)), (date(2028, 2, 29), date(2029, 2, 28))],
)
def test_a_certificate_is_good_for_a_year(issued_on, last):
    assert valid_until(issued_on) == last


@pytest.mark.parametrize(
    ("revoked", "superseded", "until", "state"),
    [
        (None, None, DAY, CertificateState.VALID),
        (None, None, None, CertificateState.VALID),
        (None, None, date(2026, 11, 22), CertificateState.EXPIRED),
        (AT, None, date(2020, 1, 1), CertificateState.REVOKED),
        (None, AT, date(2020, 1, 1), CertificateState.SUPERSEDED),
        (AT, AT, DAY, CertificateState.REVOKED),
    ],
)
def test_state_on_a_day(revoked, superseded, until, state):
    assert state_on(DAY, revoked, superseded, until) is state
