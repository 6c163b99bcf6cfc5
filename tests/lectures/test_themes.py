"""The plan of themes: what an industry owes in which season, what its lectures cover, and what is missing."""

import csv
import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.campaigns import themes as table
from lms.campaigns.themes import TABLE, Theme, themes
from lms.core.uow import unit_of_work
from lms.lectures import queries, service
from lms.lectures.events import QuizPlan, Topic, TopicsAsked
from lms.lectures.models import Lecture, ThemeWaiver
from lms.lectures.rules import Given, theme_lines, theme_plan
from lms.lectures.rules.theme_plan import LEAD
from lms.registry.models import Enterprise
from lms.registry.rules.synonyms import INDUSTRIES
from tests.counting import asked
from tests.lectures.builders import make_lecture
from tests.lectures.test_pages import typed

SYSTEM = Actor.system("test")
LONG_AGO = date(2020, 1, 1)
FIRST = date(2026, 1, 1)
FIRE = Theme("T1", "冬季动火安全", ("工贸",), ("动火", "消防"), ("动火",), "11-01", "12-20", "", "")
DUE = date(2026, 12, 20)
ID = UUID(int=1)


def lecture(day, state="held", title="冬季动火", topics=()):
    return Given(ID, title, topics, day, state)


@pytest.fixture
def only_fire(monkeypatch):
    monkeypatch.setattr(theme_plan, "themes", lambda: (FIRE,))


def state_of(today, lectures=(), waived=(), industry="工贸", since=LONG_AGO):
    [line] = theme_lines(industry, today, since, lectures, waived)
    return line.state


def test_a_theme_is_missing_from_fourteen_days_before_its_last_day(only_fire):
    assert state_of(DUE - timedelta(days=15)) == "later"
    assert state_of(DUE - timedelta(days=14)) == "to_plan"
    assert state_of(DUE) == "to_plan"
    assert state_of(DUE + timedelta(days=1)) == "overdue"


@pytest.mark.parametrize(("lectures", "word"), [
    ([lecture(date(2026, 11, 1))], "done"),
    ([lecture(DUE)], "done"),
    ([lecture(DUE, "planned")], "planned"),
    ([lecture(DUE, "draft")], "to_plan"),  # nobody was told
    ([lecture(date(2026, 10, 31))], "to_plan"),  # before the season
    ([lecture(DUE + timedelta(days=1), "planned")], "to_plan"),  # too late
    ([lecture(date(2026, 11, 2), title="叉车安全")], "to_plan"),
    ([lecture(date(2026, 11, 2), title="总经理讲安全课", topics=("用电", "消防", "动火"))], "done"),
    ([lecture(date(2026, 11, 2), title="总经理讲安全课", topics=("消防",))], "to_plan"),  # half of it was asked
])  # fmt: skip
def test_what_covers_a_theme_three_days_before_its_last_day(only_fire, lectures, word):
    assert state_of(DUE - timedelta(days=3), lectures) == word


def test_after_its_last_day_a_lecture_counts_as_late_and_a_plan_not_before_it_is_held(only_fire):
    after = DUE + timedelta(days=5)

    assert state_of(after, [lecture(DUE + timedelta(days=2))]) == "late"
    assert state_of(after, [lecture(DUE + timedelta(days=6), "planned")]) == "overdue"
    assert state_of(after, [lecture(DUE - timedelta(days=6), "planned")]) == "overdue"


def test_what_does_not_apply_is_not_missing_but_what_was_given_all_the_same_counts(only_fire):
    assert state_of(DUE, waived={"T1"}) == "waived"
    assert state_of(DUE, [lecture(DUE)], waived={"T1"}) == "done"


def test_other_industries_and_what_was_due_before_the_enterprise_was_known_are_not_asked(only_fire):
    assert theme_lines("交通运输", DUE, LONG_AGO, []) == ()
    assert theme_lines("工贸", DUE, DUE + timedelta(days=1), []) == ()


days = st.dates(FIRST, date(2026, 12, 31))
lectures_of = st.lists(
    st.builds(
        Given, st.uuids(), st.sampled_from([theme.title for theme in themes()] + ["班前会"]),
        st.lists(st.sampled_from(["动火", "消防", "职责", "危化品"]), max_size=3).map(tuple), days,
        st.sampled_from(["held", "planned", "draft"]),
    ),
    max_size=8,
)  # fmt: skip
industries = st.sampled_from(["工贸", "危险化学品", "人员密集场所", "建筑施工", "其他"])


@given(industries, days, lectures_of, lectures_of)
def test_another_lecture_never_makes_a_theme_missing(industry, today, some, more):
    before = {line.theme.code for line in theme_lines(industry, today, LONG_AGO, some) if line.is_missing}
    after = {line.theme.code for line in theme_lines(industry, today, LONG_AGO, some + more) if line.is_missing}

    assert after <= before


@given(industries, days, lectures_of)
def test_missing_means_near_its_last_day_or_past_it_and_nothing_held_in_its_season(industry, today, some):
    for line in theme_lines(industry, today, LONG_AGO, some):
        held = [
            each for each in some
            if each.state == "held" and each.day >= line.opens_on and line.theme.is_covered_by(each.title, each.topics)
        ]  # fmt: skip
        if line.is_missing:
            assert not held and today >= line.due_on - LEAD
        if line.state == "done":
            assert any(each.day <= line.due_on for each in held)


@given(industries, days, lectures_of)
def test_the_order_in_which_lectures_were_written_down_is_no_matter(industry, today, some):
    assume(len({each.lecture_id for each in some}) == len(some))

    assert theme_lines(industry, today, LONG_AGO, some) == theme_lines(industry, today, LONG_AGO, some[::-1])


def test_each_theme_of_the_table_is_recognised_by_its_own_title_and_lies_within_a_year():
    assert len(themes()) == len({theme.code for theme in themes()}) >= 10
    for theme in themes():
        assert theme.is_covered_by(theme.title, ())
        assert theme.opens_on(2027) < theme.due_on(2027)
        assert theme.due_on(2027) - LEAD > FIRST.replace(year=2027)  # what is listed early is listed in its own year
        assert set(theme.industries) <= {"全部", *INDUSTRIES}


def test_what_is_called_a_rule_names_it_and_the_rest_is_called_a_proposal():
    with TABLE.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))

    assert all("本产品建议" in row["source"] for row in rows if not row["basis"])
    assert all("令" in row["source"] for row in rows if "令" in row["basis"])
    assert not any("本产品建议" in row["source"] for row in rows if "令" in row["basis"]), "it asks for that itself"


@pytest.fixture
def near(monkeypatch, world):
    """A theme whose last day is in ten days, and a bank with its topic; the enterprise has been known for long."""
    from lms.core import uow as floor

    with unit_of_work(SYSTEM, "home") as uow:
        first, last = uow.today.replace(month=1, day=1), min(uow.today + timedelta(days=10), uow.today.replace(month=12, day=31))
        theme = Theme("T1", "冬季动火安全", ("工贸",), ("动火",), ("动火",), f"{first:%m-%d}", f"{last:%m-%d}", "", "")
        for firm in uow.session.scalars(select(Enterprise)):
            firm.created_at = uow.now - timedelta(days=400)
    for module in (theme_plan, table):
        monkeypatch.setattr(module, "themes", lambda: (theme,))
    monkeypatch.setitem(floor._responders, TopicsAsked, lambda _uow, _question: [Topic("动火", 42), Topic("用电", 6)])
    return theme


def section(client):
    found = re.search(r'id="themes".*?</section>', client.get("/lectures").text, re.S)
    return found.group(0) if found else ""


def test_the_trainer_sees_what_is_missing_and_one_button_opens_the_filled_in_plan(world, client_as, near):
    trainer = client_as(world.here.trainer)
    assert "待安排" in section(trainer)
    [url] = re.findall(r'href="(/lectures/new\?theme=[^"]+)"', section(trainer))

    page = trainer.get(url).text
    with unit_of_work(SYSTEM, "home") as uow:
        make_lecture(uow, world.here, title="冬季动火安全", starts_at=uow.now + timedelta(days=12))
    assert re.search(r"待安排.*赶不上", section(trainer), re.S), "planned after its last day"

    assert 'value="冬季动火安全"' in page
    assert re.search(r'value="动火" checked', page) and not re.search(r'value="用电" checked', page)


def test_a_lecture_told_of_is_planned_and_one_held_is_done_but_a_make_up_is_neither(world, client_as, near):
    trainer = client_as(world.here.trainer)
    with unit_of_work(SYSTEM, "home") as uow:
        again = make_lecture(uow, world.here, title="冬季动火安全")
        again.makes_up_for_id = make_lecture(uow, world.here, title="叉车").id
    assert "待安排" in section(trainer)
    with unit_of_work(SYSTEM, "home") as uow:
        planned = make_lecture(uow, world.here, title="冬季动火安全")
        planned_id = planned.id
    assert "已安排" in section(trainer) and f"/lectures/{planned_id}" in section(trainer)
    with unit_of_work(SYSTEM, "home") as uow:
        make_lecture(uow, world.here, title="总经理讲安全课", state="closed", quiz=QuizPlan(("动火",), 5, 80))

    assert "1 个，已安排 0 个，待安排 0 个" in section(trainer) and "时长不足" not in section(trainer)

    with unit_of_work(SYSTEM, "home") as uow:
        sitting = uow.session.scalars(select(Lecture).where(Lecture.state == "closed")).one().sitting
        sitting.ended_at = sitting.started_at + timedelta(minutes=9)
    for page in (section(trainer), client_as(world.here.officer).get(f"/enterprises/{world.here.enterprise_id}").text):
        assert re.search(r"时长不足.*讲了 9 分钟，应讲 \d+ 分钟", page, re.S), "counted all the same, and told"
    assert "1 个，已安排 0 个，待安排 0 个" in section(trainer)


def test_a_theme_that_does_not_apply_is_a_dated_line_with_its_reason_and_can_be_taken_back(world, client_as, near):
    trainer = client_as(world.here.trainer)
    empty = trainer.post("/lectures/themes/T1", data={"reason": " "})
    assert empty.status_code == 422 and "请写明为什么不适用" in empty.text

    trainer.post("/lectures/themes/T1", data={"reason": "本厂没有动火作业"})
    assert "本厂没有动火作业" in section(trainer) and "待安排 0 个" in section(trainer)
    assert "待安排 1 个" in section(client_as(world.there.trainer))  # nobody else's
    trainer.post("/lectures/themes/T1/restore")

    assert "待安排 1 个" in section(trainer)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        [line] = uow.session.scalars(select(ThemeWaiver))
        assert (line.reason, line.waived_by, line.starts_on, line.ends_on) == ("本厂没有动火作业", "赵倩", uow.today, uow.today)


def test_a_theme_that_no_table_knows_is_not_found(world, client_as):
    trainer = client_as(world.here.trainer)

    assert trainer.get("/lectures/themes/T999").status_code == 404
    assert trainer.post("/lectures/themes/T999/restore").status_code == 404
    assert trainer.get("/lectures/new?theme=T999").status_code == 200


def test_the_head_reads_it_without_buttons_and_the_officer_in_one_line_of_the_enterprises_page(world, client_as, near):
    head = client_as(world.here.head)
    assert "待安排" in section(head)
    assert "theme=" not in section(head) and "/lectures/themes/" not in section(head)
    assert head.get("/lectures/themes/T1").status_code == 404

    page = client_as(world.here.officer).get(f"/enterprises/{world.here.enterprise_id}").text

    assert re.search(r"缺 1 个：</p><ul[^>]*><li>冬季动火安全 ", page)

    client_as(world.here.trainer).post("/lectures/themes/T1", data={"reason": "本厂没有动火作业"})
    page = client_as(world.here.officer).get(f"/enterprises/{world.here.enterprise_id}").text

    assert "缺 0 个" in page and "冬季动火安全（本厂没有动火作业，赵倩" in page


def test_the_plan_asks_as_often_for_many_lectures_as_for_one(world, near):
    def taken():
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
            with asked() as sent:
                queries.theme_plan(uow, firm)
        return len(sent)

    with unit_of_work(SYSTEM, "home") as uow:
        make_lecture(uow, world.here)
        service.waive_theme(uow, world.here.enterprise_id, near, "没有")
    before = taken()
    with unit_of_work(SYSTEM, "home") as uow:
        for _n in range(9):
            make_lecture(uow, world.here, state="closed")

    assert taken() == before == 3


def test_a_lecture_planned_for_a_theme_covers_it_whatever_its_title_says(world, client_as, near):
    trainer = client_as(world.here.trainer)
    assert f'<option value="{near.code}">' in trainer.get("/lectures/new").text

    assert (
        trainer.post(
            "/lectures/new", data=typed(world.here, title="年底再说一次", theme=near.code, no_quiz="y", topics=[])
        ).status_code
        == 303
    )

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        [line] = queries.theme_plan(uow, uow.session.get_one(Enterprise, world.here.enterprise_id)).lines
    assert (line.state, line.given.title) == ("planned", "年底再说一次")
