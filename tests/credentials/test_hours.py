"""Hours that add up: one cycle after another, time that cannot have been, and what closes the gap."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lms.archives.queries import hours_by_category, hours_of_enterprise
from lms.attendance.models import AttendanceEvent, Mark, Method, Trust
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials import queries, service
from lms.credentials.listeners import issue_certificates, open_cycles
from lms.credentials.models import HoursCycle, HoursLine
from lms.credentials.rules import (
    Entered,
    Span,
    closing,
    corrections,
    cycle_on,
    full_days,
    initial_hours,
    required_hours,
    shared_minutes,
)
from lms.lectures import service as lectures
from lms.lectures.models import Lecture, Sitting
from lms.ledger.service import verify
from lms.registry.models import Enterprise, Person, PersonPost
from tests.credentials.scenes import SYSTEM, certificates, held, mark
from tests.lectures.builders import make_lecture

FULL = (0, 60)
NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
OTHERS, HEAD = "其他从业人员", "主要负责人"


def span(begins: int, ends: int, title: str = "甲") -> Span:
    return Span(NINE + timedelta(minutes=begins), NINE + timedelta(minutes=ends), title)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)).map(sorted), max_size=6))
@settings(max_examples=30)
def test_each_minute_in_several_lectures_at_once_is_shared_once(others):
    minutes, _titles = shared_minutes(span(20, 70), [span(begins, ends) for begins, ends in others])

    assert minutes == len({minute for begins, ends in others for minute in range(max(begins, 20), min(ends, 70))})


def test_a_day_holds_no_more_hours_than_are_worth_believing():
    day = date(2026, 11, 23)

    assert full_days([(day, Decimal(5)), (day, Decimal("3.5")), (date(2026, 11, 24), Decimal(8))], Decimal(8)) == [
        (day, Decimal("8.5"))
    ]


def test_a_gap_is_closed_by_the_first_planned_lecture_that_reaches_it():
    planned = [("甲", Decimal(1)), ("乙", Decimal(2)), ("丙", Decimal(1))]

    assert (closing(Decimal("2.5"), planned).by, closing(Decimal(5), planned)) == ("乙", closing(Decimal(1), []))


@pytest.mark.parametrize(
    ("category", "industry", "hours"),
    [(HEAD, "工贸", 32), (HEAD, "危险化学品", 48), (OTHERS, "工贸", 24), (OTHERS, "非煤矿山", 72), (OTHERS, "建筑施工", 50)],
)
def test_hours_before_the_first_day_of_work_by_law(category, industry, hours):
    assert initial_hours(category, industry, date(2026, 11, 23)).hours == hours


def test_a_new_version_of_a_rule_asks_nothing_of_a_cycle_that_has_begun():
    row = {
        "rule_id": "TH02", "person_category": HEAD, "industry_scope": "一般工矿商贸", "kind": "再培训", "min_hours": "12",
        "hours_stated": "是", "period": "yearly", "legal_article": "第九条", "effective_from": "2006-03-01", "source": "规定",
    }  # fmt: skip
    rows = (row, row | {"rule_id": "TH99", "min_hours": "16", "effective_from": "2027-07-01"})

    assert [required_hours(HEAD, "工贸", date(year, 1, 1), rows).hours for year in (2026, 2027, 2028)] == [12, 12, 16]
    assert cycle_on(HEAD, "工贸", None, date(2026, 11, 23)).starts_on == date(2026, 1, 1)


def test_whoever_is_new_is_asked_for_the_initial_training_for_a_year():
    new = date(2026, 10, 1)

    first, then = (cycle_on(OTHERS, "工贸", new, day) for day in (date(2026, 11, 23), date(2027, 10, 1)))
    assert (first.kind, first.required, first.starts_on, first.ends_on) == ("initial", 24, new, date(2027, 9, 30))
    assert (then.kind, then.required) == ("yearly", None)


def test_two_lectures_at_the_same_time_count_once_and_the_second_counts_when_the_first_is_void(world, client_as, monkeypatch):
    here, who, same = world.here, world.here.person_ids[2], clock.now()
    with monkeypatch.context() as stopped:  # however long it takes to hold the first
        stopped.setattr(clock, "now", lambda: same)
        first, second = held(here, {2: FULL, 3: FULL}), held(here, {2: FULL}, title="动火作业安全")
    issue_certificates()

    def earned(lecture_id):
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            wanted = select(HoursLine.hours).where(HoursLine.lecture_id == lecture_id, HoursLine.person_id == who)
            return sum(uow.session.scalars(wanted))

    assert (earned(first), earned(second)) == (1, 0)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        said = queries.completion_of(uow, second, who).reasons
    assert any(clause.startswith("其中 60 分钟与《") and clause.endswith("同时，只计一次") for clause in said)
    page = client_as(here.officer).get(f"/enterprises/{here.enterprise_id}/hours").text
    assert "不合常理的时间" in page and "同时，只计一次" in page
    assert certificates(second)[0].data["hours"] == "0"

    with unit_of_work(SYSTEM, "system") as uow:
        lectures.void(uow, uow.session.get_one(Lecture, first), "讲的是另一个企业的内容")
    issue_certificates()

    assert (earned(first), earned(second)) == (0, 1)
    assert certificates(second)[-1].data["hours"] == "1"


KEYED = (Method.PAPER, Trust.PAPER)


def test_what_is_struck_is_taken_back_as_it_was_known_and_what_is_known_otherwise_counts_as_that(world, client_as):
    here, trainer = world.here, client_as(world.here.trainer)
    on_paper, on_the_spot = here.person_ids[3], here.person_ids[2]
    lecture_id = held(here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        wrong = [mark(uow, lecture, on_paper, kind, at, by=KEYED).id for kind, at in ((Mark.IN, 0), (Mark.OUT, 60))]
        scanned = list(uow.session.scalars(select(AttendanceEvent.id).where(AttendanceEvent.person_id == on_the_spot)))
        mark(uow, lecture, on_the_spot, Mark.IN, 0, by=KEYED)
        mark(uow, lecture, on_the_spot, Mark.OUT, 60, by=KEYED)

    def by_trust(person_id):
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            seen = queries.hours_in(uow, [person_id], clock.now().year, first_hand=True).get(person_id, 0)
            of_each = select(HoursLine.trust, func.sum(HoursLine.hours)).where(HoursLine.person_id == person_id)
            return seen, {trust: hours for trust, hours in uow.session.execute(of_each.group_by(HoursLine.trust)) if hours}

    assert by_trust(on_paper) == (0, {"paper": 1})
    for event_id in (*wrong, *scanned):
        trainer.post(f"/marks/{event_id}/correct", data={"what": "void", "reason": "认错了人"})

    assert by_trust(on_paper) == (0, {})
    assert by_trust(on_the_spot) == (0, {"paper": 1}), "the minutes are the same, how they are known is not"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole


def test_who_came_to_a_later_sitting_was_taught_on_its_day(world, client_as):
    here, who = world.here, world.here.person_ids[2]
    lecture_id = held(here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        lecture, week = uow.session.get_one(Lecture, lecture_id), timedelta(days=7)
        times = ("planned_starts_at", "planned_ends_at", "opened_at", "started_at", "ended_at", "closed_at")
        before = {name: getattr(lecture.sitting, name) - week for name in times}
        uow.session.add(Sitting(enterprise_id=here.enterprise_id, lecture_id=lecture_id, place="食堂", **before))
        uow.session.flush()
        uow.session.refresh(lecture)
        came, over = (clock.local_date(at) for at in (lecture.sittings[-1].started_at, lecture.sittings[-1].ended_at))
        assert clock.local_date(lecture.sitting.started_at) == came - week
        service.settle(uow, lecture, [who])

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [line.earned_on for line in queries.hours_lines_of(uow, who)] == [over]
    trainer = client_as(here.trainer)
    (certificate,) = certificates(lecture_id)
    page = trainer.get(f"/verify/{certificate.public_code}").text
    assert f"<dd>{came}</dd>" in page and f"<dd>{came - week}</dd>" not in page
    sheet = openpyxl.load_workbook(io.BytesIO(trainer.get(f"/lectures/{lecture_id}/forms/1.xlsx").data)).active
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert f"{came - week}、{came}" in cells and any(cell.startswith(f"{came} ") for cell in cells)


@given(st.lists(st.none() | st.tuples(st.sampled_from(Trust), st.integers(0, 1), st.integers(0, 4)), max_size=6))
def test_after_every_correction_the_ledger_says_what_is_known_and_nothing_below_zero(facts):
    sums = {}
    for fact in facts:
        wanted = {Entered(fact[0], NINE.date() + timedelta(fact[1])): Decimal(fact[2]) / 2} if fact else {}
        for as_what, hours in corrections(sums, wanted).items():
            sums[as_what] = sums.get(as_what, 0) + hours
            assert sums[as_what] >= 0
        assert {one: hours for one, hours in sums.items() if hours} == {one: hours for one, hours in wanted.items() if hours}
        assert not corrections(sums, wanted)


def test_another_category_within_a_year_closes_the_cycle_and_takes_the_hours_along(world, monkeypatch):
    here, who = world.here, world.here.person_ids[2]
    held(here, {2: FULL})
    open_cycles()
    open_cycles()
    tomorrow = clock.now() + timedelta(days=1)
    with unit_of_work(SYSTEM, "system") as uow:
        before = uow.session.scalars(select(PersonPost).where(PersonPost.person_id == who)).one()
        before.ends_on = uow.today
        uow.session.flush()
        uow.session.add(
            PersonPost(
                enterprise_id=here.enterprise_id, person_id=who, department_id=here.department_id, category="安全生产管理人员",
                starts_on=uow.today + timedelta(days=1),
            )
        )  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    open_cycles()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        rows = uow.session.scalars(select(HoursCycle).where(HoursCycle.person_id == who).order_by(HoursCycle.starts_on)).all()
        assert uow.session.query(HoursCycle).filter(HoursCycle.enterprise_id == here.enterprise_id).count() == 6
    assert [(row.category, row.required, row.closed_at is None) for row in rows] == [
        (OTHERS, None, False), ("安全生产管理人员", 12, True),
    ]  # fmt: skip
    assert rows[1].starts_on == rows[0].ends_on + timedelta(days=1)


def test_everybody_sees_what_is_asked_earned_and_missing_and_what_closes_the_gap(world, client_as):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, here.enterprise_id).industry = "危险化学品"
        uow.session.get_one(Person, here.person_ids[4]).hired_on = uow.today - timedelta(days=10)
    lecture_id = held(here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        make_lecture(uow, here, title="冬季防冻", minutes=19 * 60, starts_at=uow.now + timedelta(minutes=1))
    open_cycles()

    page = client_as(here.officer).get(f"/enterprises/{here.enterprise_id}/hours").text
    assert "学时达标率" in page and "还差" in page
    flat = "".join(page.split())
    for part in ("按人员类别", "按部门"):  # each with required, earned, missing, and what closes the gap of how many
        table = flat[flat.index(part) :][:4000]
        assert 'data-label="要求"class="end">' in table and "冬季防冻</a>" in table and "人还要再排课" in table
    row = page[page.index("刘洋") :][:1800]
    assert "19" in row and "冬季防冻" in row
    assert "已安排的课听完还差" in page[page.index("何军") :][:1800]  # new: 72 hours before the first day of work
    assert client_as(here.trainer).get(f"/enterprises/{here.enterprise_id}/hours?show=enough").status_code == 200
    own = client_as(here.head).get(f"/people/{here.person_ids[2]}/file").text
    assert "还差" in own and "听完" in own and "冬季防冻" in own and "就够了" in own
    phone = client_as(here.employee).get("/me/hours").text
    assert "要求 20 学时" in phone and "还差 19" in phone and "冬季防冻" in phone
    assert f"/lectures/{lecture_id}" in own and "生产经营单位安全培训规定" in own and "每年再培训" in own
    assert client_as(world.there.head).get(f"/people/{here.person_ids[2]}/file").status_code == 404


def test_what_somebody_new_heard_before_the_turn_of_the_year_counts_for_their_first_training(world, monkeypatch):
    here, december = world.here, datetime(2025, 12, 10, 8, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: december)
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, here.enterprise_id).industry = "危险化学品"
        uow.session.get_one(Person, here.person_ids[2]).hired_on = uow.today - timedelta(days=10)
    open_cycles()
    held(here, {2: FULL})
    later = datetime(2026, 2, 1, 8, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: later)
    held(here, {2: FULL})
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        told = hours_of_enterprise(uow, uow.session.get_one(Enterprise, here.enterprise_id), 2026)
    own = next(one for one in told.people if one.line.person_id == here.person_ids[2])
    assert (own.kind, own.required, own.earned, own.missing) == ("initial", 72, 2, 70)


def test_the_file_of_an_enterprise_asks_of_people_what_their_cycles_do(world):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        enterprise = uow.session.get_one(Enterprise, here.enterprise_id)
        enterprise.industry = "危险化学品"
        for place in (2, 3, 4):
            uow.session.get_one(Person, here.person_ids[place]).hired_on = uow.today - timedelta(days=10)
    open_cycles()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        told = {row.category: row for row in hours_by_category(uow, here.enterprise_id, "危险化学品")}
    assert told[OTHERS].required == 72 and told[OTHERS].enough == 0  # new ones: before the first day of work
