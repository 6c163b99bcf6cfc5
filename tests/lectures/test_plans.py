"""A plan that people were told of is changed with a reason, and a lecture is passed on from the top down."""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance.service import make_sheet
from lms.campaigns.themes import themes
from lms.compliance.queries.evidence import _passing as evidence_counts
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures import queries, rules, service
from lms.lectures.models import ChangeKind, Lecture, PlanChange
from lms.lectures.rules import Asked, Audience, Part
from lms.lectures.rules.levels import WORKSHOP
from lms.lectures.service import feeds
from lms.notices.models import Notice
from lms.registry.models import Department, Person, PersonPost
from tests.lectures.builders import make_lecture

SYSTEM = Actor.system("test")
THEME = themes()[0]
ONE, TWO = UUID(int=1), UUID(int=2)


def moved_to(lecture, days, place="食堂二楼"):
    sitting = lecture.sitting
    later = timedelta(days=days)
    return service.Plan(
        title=lecture.title, campaign_id=None, lecturer_id=lecture.lecturer_id, quiz=None,
        audience=Audience.read(lecture.audience),
        slots=(service.Slot(sitting.planned_starts_at + later, sitting.planned_ends_at + later, place, "", sitting.id),),
    )  # fmt: skip


def test_everybody_listed_is_told_why_it_was_put_off_and_the_old_plan_stays_readable(world, uow):
    lecture = make_lecture(uow, world.here)
    planned = lecture.sitting.planned_starts_at

    service.revise(uow, lecture, moved_to(lecture, 3), "厂里临时检修")

    [row] = queries.changes_of(uow, lecture.id)
    assert (row.change.kind, row.change.reason, row.change.told) == (ChangeKind.MOVED, "厂里临时检修", 5)
    assert [slot.starts_at for slot in row.before] == [planned]
    assert [(slot.starts_at, slot.place) for slot in row.after] == [(planned + timedelta(days=3), "食堂二楼")]
    last = uow.session.scalars(select(Notice).order_by(Notice.id.desc()).limit(5)).all()
    assert len({notice.person_id for notice in last}) == 5
    assert all("厂里临时检修" in notice.body and f"{clock.local(planned):%H:%M}" in notice.body for notice in last)


def test_another_lecturer_is_told_to_everybody_and_both_and_stays_readable_as_title_theme_and_level_do(world, uow, client_as):
    lecture = make_lecture(uow, world.here, audience=Audience(person_ids=(str(world.here.person_ids[3]),)))
    deputy, plan = world.here.person_ids[1], moved_to(lecture, 0, lecture.sitting.place)

    service.revise(uow, lecture, replace(plan, lecturer_id=deputy), "总经理出差")
    service.revise(uow, lecture, replace(plan, lecturer_id=deputy, title="换个题目"))
    service.revise(uow, lecture, replace(plan, lecturer_id=deputy, title="换个题目", theme=THEME.code, level=WORKSHOP))

    counted, titled, spoke = queries.changes_of(uow, lecture.id)
    assert (counted.themes, counted.levels, counted.change.told) == (("", THEME.title), ("", WORKSHOP), 0)
    assert (spoke.lecturers, spoke.titles, spoke.change.reason) == (("陈建国 0001", "赵倩 0002"), None, "总经理出差")
    assert (titled.lecturers, titled.titles[1], titled.change.told) == (None, "换个题目", 0)
    changed = uow.session.scalars(select(Notice).where(Notice.kind == "lecture.changed")).all()
    assert {notice.person_id for notice in changed} == {world.here.head_id, deputy, world.here.person_ids[3]}
    assert all(notice.title.startswith("安全课换了讲课人") and "原定主讲 陈建国" in notice.body for notice in changed)
    assert uow.session.scalars(select(Notice.person_id).where(Notice.kind == "lecture.lecturer")).all() == [
        world.here.head_id,
        deputy,
    ]
    uow.session.commit()
    page = client_as(world.here.trainer).get(f"/lectures/{lecture.id}").text
    assert "换讲课人" in page and "改标题" in page
    assert f"主题原定“不指定”，改为“{THEME.title}”" in page and "级别原定“都不是”，改为“车间级”" in page


def test_of_many_shifts_the_reason_comes_first_and_what_is_cut_says_so(world, uow):
    begins, hour = uow.now + timedelta(days=2), timedelta(hours=1)
    slots = tuple(service.Slot(begins + n * hour, begins + (n + 1) * hour, "三号会议室" * 12, f"第{n}班") for n in range(6))
    lecture = make_lecture(uow, world.here, slots=slots)
    kept = [
        service.Slot(one.planned_starts_at + hour, one.planned_ends_at + hour, one.place, one.name, one.id)
        for one in lecture.sittings
    ]

    service.revise(uow, lecture, replace(moved_to(lecture, 0), slots=tuple(kept)), "厂里临时检修")

    body = uow.session.scalars(select(Notice.body).where(Notice.kind == "lecture.changed")).first()
    assert body.startswith("原因：厂里临时检修。") and body.endswith("…") and len(body) == 500


def test_a_shift_calendars_know_is_taken_out_and_one_with_a_printed_sheet_is_not(world, uow):
    begins, hour = uow.now + timedelta(days=2), timedelta(hours=1)
    slots = tuple(
        service.Slot(begins + n * hour, begins + (n + 1) * hour, "一号厅", name)
        for n, name in enumerate(("早班", "中班", "夜班"))
    )
    lecture = make_lecture(uow, world.here, slots=slots)
    feeds.subscribe(uow, world.here.enterprise_id, world.here.head_id)
    feed = feeds.running_feed(uow, world.here.enterprise_id, world.here.head_id)
    assert feeds.written(uow, feed, "https://anke.example").count(b"BEGIN:VEVENT") == 3
    plan = moved_to(lecture, 0)
    kept = tuple(
        service.Slot(one.planned_starts_at, one.planned_ends_at, one.place, one.name, one.id) for one in lecture.sittings
    )  # fmt: skip

    service.revise(uow, lecture, replace(plan, slots=kept[:2]), "夜班停产")

    assert [one.name for one in lecture.sittings] == ["早班", "中班"]
    assert feeds.written(uow, feed, "https://anke.example").count(b"BEGIN:VEVENT") == 2
    make_sheet(uow, lecture.sittings[1])
    with pytest.raises(service.SittingPrepared):
        service.revise(uow, lecture, replace(plan, slots=kept[:1]), "中班停产")
    assert [one.name for one in lecture.sittings] == ["早班", "中班"]


def test_a_cancelled_plan_says_what_it_was(world, uow):
    lecture = make_lecture(uow, world.here)
    service.revise(uow, lecture, moved_to(lecture, 3), "检修")
    service.cancel(uow, lecture, "停产")

    assert [row.change.kind for row in queries.changes_of(uow, lecture.id)] == [ChangeKind.CANCELLED, ChangeKind.MOVED]


def test_a_draft_is_changed_without_a_history(world, uow):
    lecture = make_lecture(uow, world.here, state="draft")

    service.revise(uow, lecture, moved_to(lecture, 3))

    assert uow.session.scalars(select(PlanChange)).all() == []


@pytest.mark.parametrize(("parts", "days", "word"), [
    ([["closed"]], -3, "done"), ([["archived", "draft"]], 3, "done"), ([["notified"]], 3, "planned"),
    ([["notified"]], -1, "overdue"), ([["draft"]], 3, "waiting"), ([[]], 0, "waiting"), ([[]], -1, "overdue"),
    ([["closed"], ["archived"]], 3, "done"), ([["closed"], ["open"]], 3, "planned"), ([["closed"], []], 3, "waiting"),
    ([["closed"], ["notified"]], -1, "overdue"),
])  # fmt: skip
def test_whether_a_department_has_passed_it_on(parts, days, word):
    today = date(2026, 11, 25)

    assert rules.passed_on(parts, today + timedelta(days=days), today) == word


def two_departments(uow, side):
    """A second department with two of the people."""
    filling = Department(enterprise_id=side.enterprise_id, name="灌装车间")
    uow.session.add(filling)
    uow.session.flush()
    for line in uow.session.scalars(select(PersonPost).where(PersonPost.person_id.in_(side.person_ids[3:]))):
        line.department_id = filling.id
    uow.session.flush()
    return side.department_id, filling.id


def test_the_tree_shows_who_has_passed_it_on_and_who_has_not(world, uow):
    pressing, filling = two_departments(uow, world.here)
    head = make_lecture(uow, world.here, state="closed")
    assert service.require_follow_ups(uow, head, [(pressing, ""), (filling, "")], uow.today + timedelta(days=7)) == 2
    plan = replace(moved_to(head, 0), audience=Audience(departments=(str(pressing),)), passes_on_id=head.id)
    slot = replace(plan.slots[0], sitting_id=None)
    below = service.schedule(uow, world.here.enterprise_id, replace(plan, slots=(slot,)))

    tree = queries.cascade_of(uow, head)
    assert {branch.name: branch.state for branch in tree.branches} == {"压榨车间": "planned", "灌装车间": "waiting"}

    service.open_check_in(uow, below)
    service.close(uow, below, uow.now - timedelta(minutes=20), uow.now)
    team = service.schedule(uow, world.here.enterprise_id, replace(plan, slots=(slot,), passes_on_id=below.id))

    tree = queries.cascade_of(uow, head)
    done = {branch.name: branch for branch in tree.branches}["压榨车间"]
    assert (tree.done, done.state, done.given[0].lecture.id) == (1, "done", below.id)
    assert [node.lecture.id for node in done.given[0].others] == [team.id]


def test_a_team_is_asked_plans_its_own_lecture_and_is_shown_and_counted_apart_from_its_department(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        for n, line in enumerate(uow.session.scalars(select(PersonPost).where(PersonPost.person_id.in_(world.here.person_ids)))):
            line.shift = ("甲班", "乙班")[n % 2]
        lecture_id = make_lecture(uow, world.here, state="closed").id
        due = (uow.today + timedelta(days=7)).isoformat()
    trainer, own, page = client_as(world.here.trainer), str(world.here.department_id), f"/lectures/{lecture_id}"
    asking = trainer.get(f"{page}/cascade").text
    assert "压榨车间 · 甲班" in asking and "压榨车间 · 乙班" in asking

    asked = {"departments": [f"{own}:甲班", f"{own}:乙班"], "due_on": due}
    assert trainer.post(f"{page}/cascade", data=asked).status_code == 303
    assert trainer.post(f"{page}/cascade", data=asked | {"departments": [f"{own}:丁班"]}).status_code == 422, "no such team"
    planning = trainer.get(f"/lectures/new?passes_on={lecture_id}&department={own}&shift=甲班").text
    assert re.search(r'value="甲班"\s+checked', planning) and not re.search(r'value="乙班"\s+checked', planning)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        team = Audience(departments=(own,), shifts=("甲班",))
        plan = replace(moved_to(lecture, 0), audience=team, passes_on_id=lecture_id)
        below = service.schedule(uow, world.here.enterprise_id, replace(plan, slots=(replace(plan.slots[0], sitting_id=None),)))
        service.open_check_in(uow, below)
        service.close(uow, below, uow.now - timedelta(minutes=20), uow.now)

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        tree = queries.cascade_of(uow, uow.session.get_one(Lecture, lecture_id))
        assert {branch.name: branch.state for branch in tree.branches} == {
            "压榨车间 · 甲班": "done",
            "压榨车间 · 乙班": "waiting",
        }
        found = evidence_counts(uow, [Lecture.id == lecture_id])[lecture_id]
        assert (found["passed_on"], found["asked_to_pass_on"]) == (1, 2)
    shown = trainer.get(page).text
    assert "1 / 2 个部门、班次已传达" in shown and "压榨车间 · 乙班" in shown

    with unit_of_work(SYSTEM, "home") as uow:
        for line in uow.session.scalars(select(PersonPost).where(PersonPost.person_id.in_(world.here.person_ids))):
            line.shift = "乙班"
    asking = trainer.get(f"{page}/cascade").text
    assert all(re.search(rf'value="{own}:{one}"\s+checked', asking) for one in ("甲班", "乙班")), "asked, and a team no more"
    assert trainer.post(f"{page}/cascade", data=asked).status_code == 303
    assert "起不再要求" not in trainer.get(page).text


def test_a_department_counts_once_each_of_its_shifts_heard_it_and_the_tree_says_which_did_not(world, client_as):
    own, page = str(world.here.department_id), "/lectures/{}"
    with unit_of_work(SYSTEM, "home") as uow:
        for n, line in enumerate(uow.session.scalars(select(PersonPost).where(PersonPost.person_id.in_(world.here.person_ids)))):
            line.shift = ("早班", "夜班")[n % 2]
        lecture = make_lecture(uow, world.here, state="closed")
        page = page.format(lecture.id)
        service.require_follow_ups(uow, lecture, [(world.here.department_id, "")], uow.today + timedelta(days=7))

        def pass_on(*shifts, held=True):
            plan = replace(moved_to(lecture, 0), audience=Audience(departments=(own,), shifts=shifts), passes_on_id=lecture.id)
            plan = replace(plan, slots=(replace(plan.slots[0], sitting_id=None),))
            below = service.schedule(uow, world.here.enterprise_id, plan)
            if held:
                service.open_check_in(uow, below)
                service.close(uow, below, uow.now - timedelta(minutes=20), uow.now)
            return below

        def branch():
            [found] = queries.cascade_of(uow, lecture).branches
            counted = evidence_counts(uow, [Lecture.id == lecture.id])[lecture.id]["passed_on"]
            return found.state, tuple(part.shift for part in found.left), counted

        assert branch() == ("waiting", ("夜班", "早班"), 0)
        pass_on("早班")
        assert branch() == ("waiting", ("夜班",), 0), "one of two shifts is no department"
    shown = client_as(world.here.trainer).get(page).text
    assert "2 个班次里传达了 1 个，还差：夜班" in shown and "0 / 1 个部门、班次已传达" in shown
    plan = html.unescape(re.search(r'href="(/lectures/new\?passes_on=[^"]+)"', shown)[1])
    planning = client_as(world.here.trainer).get(plan).text
    assert re.search(r'value="夜班"\s+checked', planning) and not re.search(r'value="早班"\s+checked', planning)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture.id)
        night = pass_on("夜班", held=False)
        assert branch() == ("planned", ("夜班",), 0)
        for line in uow.session.scalars(select(PersonPost).where(PersonPost.person_id.in_(world.here.person_ids))):
            line.shift = "早班"
        uow.session.flush()
        assert branch() == ("planned", ("夜班",), 0), "as it was when it was asked"
        service.open_check_in(uow, night)
        service.close(uow, night, uow.now - timedelta(minutes=20), uow.now)
        assert branch() == ("done", (), 1)


def test_people_of_no_shift_hear_what_is_for_the_whole_department():
    asked = Asked("a", (Part("", ""), Part("早班", "")))
    for given, done in ((("早班",), 0), ((), 1)):
        assert rules.count_passed(ONE, {ONE: [asked]}, {ONE: [(TWO, Audience(("a",), shifts=given))]}) == (done, 1)
    nobody, early = Asked("a", (Part("", ""),)), Audience(("a",), shifts=("早班",))
    assert rules.count_passed(ONE, {ONE: [nobody]}, {ONE: [(TWO, early)]}) == (0, 1), "nobody worked there"


def test_a_lecture_for_some_posts_tells_no_others_and_the_tree_names_and_plans_for_those_that_are_left(world, client_as):
    own = str(world.here.department_id)
    with unit_of_work(SYSTEM, "home") as uow:
        for n, line in enumerate(uow.session.scalars(select(PersonPost).where(PersonPost.person_id.in_(world.here.person_ids)))):
            line.shift, line.post = [("早班", "电工"), ("早班", "钳工"), ("夜班", "钳工")][n % 3]
        uow.session.flush()
        lecture = make_lecture(uow, world.here, state="closed")
        places = [(world.here.department_id, ""), (world.here.department_id, "早班"), (world.here.department_id, "夜班")]
        service.require_follow_ups(uow, lecture, places, uow.today + timedelta(days=7))
        own_plan = replace(moved_to(lecture, 0), passes_on_id=lecture.id)
        own_plan = replace(own_plan, slots=(replace(own_plan.slots[0], sitting_id=None),))

    def pass_on(**narrowed):
        with unit_of_work(SYSTEM, "home") as uow:
            plan = replace(own_plan, audience=Audience(departments=(own,), **narrowed))
            below = service.schedule(uow, world.here.enterprise_id, plan)
            service.open_check_in(uow, below)
            service.close(uow, below, uow.now - timedelta(minutes=20), uow.now)
            tree = queries.cascade_of(uow, uow.session.get_one(Lecture, lecture.id))
            counted = evidence_counts(uow, [Lecture.id == lecture.id])[lecture.id]["passed_on"]
            return {branch.name: branch.state == "done" for branch in tree.branches}, counted

    heard, counted = pass_on(posts=("钳工",))
    assert (heard, counted) == ({"压榨车间": False, "压榨车间 · 夜班": True, "压榨车间 · 早班": False}, 1)
    trainer = client_as(world.here.trainer)
    shown = trainer.get(f"/lectures/{lecture.id}").text
    assert "2 个班次里传达了 1 个，还差：早班（电工）" in shown and "还差：电工" in shown
    links = re.findall(r'href="(/lectures/new\?passes_on=[^"]+)"', shown)
    assert len(links) == 2
    for link in links:
        planning = trainer.get(html.unescape(link)).text
        assert all(re.search(rf'value="{one}"\s+checked', planning) for one in ("早班", "电工"))
        assert not any(re.search(rf'value="{one}"\s+checked', planning) for one in ("夜班", "钳工"))
    assert pass_on(posts=("电工",), shifts=("早班",)) == (dict.fromkeys(heard, True), 3)


def test_a_department_where_nobody_works_any_more_is_asked_until_somebody_takes_it_off_by_name(world, client_as):
    """A change of the roster lets nobody go: page and record go on counting the department alike."""
    with unit_of_work(SYSTEM, "home") as uow:
        pressing, filling = two_departments(uow, world.here)
        lecture_id = make_lecture(uow, world.here, state="closed").id
        lecture = uow.session.get_one(Lecture, lecture_id)
        service.require_follow_ups(uow, lecture, [(pressing, ""), (filling, "")], uow.today + timedelta(days=7))
        due = (uow.today + timedelta(days=9)).isoformat()
        for person in uow.session.scalars(select(Person).where(Person.id.in_(world.here.person_ids[3:]))):
            person.left_on = uow.today - timedelta(days=1)
    trainer, page = client_as(world.here.trainer), f"/lectures/{lecture_id}"

    def counted():
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            return evidence_counts(uow, [Lecture.id == lecture_id])[lecture_id]["asked_to_pass_on"]

    shown = trainer.get(page).text
    assert "0 / 2 个部门、班次已传达" in shown and "花名册上没有人员" in shown
    assert counted() == 2
    assert f'value="{filling}"' in trainer.get(f"{page}/cascade").text, "it can be seen where it is taken off"

    trainer.post(f"{page}/cascade", data={"departments": [str(pressing)], "due_on": due})
    shown = trainer.get(page).text
    assert "0 / 1 个部门、班次已传达" in shown and "赵倩 起不再要求" in shown
    assert counted() == 1


def test_asking_is_for_lectures_and_days_to_come(world, uow):
    lecture = make_lecture(uow, world.here)
    with pytest.raises(service.TooLateToPassOn):
        service.require_follow_ups(uow, lecture, [(world.here.department_id, "")], uow.today - timedelta(days=1))
    assert service.require_follow_ups(uow, lecture, [(world.there.department_id, "")], uow.today) == 0
    with pytest.raises(service.NothingToPassOn):
        service.require_follow_ups(uow, make_lecture(uow, world.here, state="draft"), [], uow.today)


def test_a_department_taken_off_is_asked_no_longer_and_the_page_says_who_took_it_off(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        pressing, filling = two_departments(uow, world.here)
        lecture_id = make_lecture(uow, world.here, state="closed").id
        due = (uow.today + timedelta(days=7)).isoformat()
    trainer, path = client_as(world.here.trainer), f"/lectures/{lecture_id}/cascade"

    def ask(*departments):
        trainer.post(path, data={"departments": [str(one) for one in departments], "due_on": due})
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            lecture = uow.session.get_one(Lecture, lecture_id)
            counts = evidence_counts(uow, [Lecture.id == lecture_id])[lecture_id]["asked_to_pass_on"]
            return {branch.name for branch in queries.cascade_of(uow, lecture).branches}, counts

    assert ask(pressing, filling) == ({"压榨车间", "灌装车间"}, 2)
    assert ask(pressing) == ({"压榨车间"}, 1)
    page = trainer.get(f"/lectures/{lecture_id}").text
    assert "灌装车间" in page and "赵倩 起不再要求" in page
    assert ask() == (set(), 0)
    refused = trainer.post(path, data={"departments": [], "due_on": due})
    assert refused.status_code == 422 and "请至少选一个部门或班次" in refused.text, "nobody was asked"
    assert ask(filling) == ({"灌装车间"}, 1)
    cleared = trainer.post(path, data={"departments": [], "due_on": due}, follow_redirects=True).text
    assert "不再要求部门、班次传达" in cleared and "0 / 1" not in cleared


def test_the_page_leads_from_asking_to_a_lecture_that_passes_it_on(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, state="closed").id
        due = (uow.today + timedelta(days=7)).isoformat()
    trainer, own = client_as(world.here.trainer), str(world.here.department_id)
    asked = trainer.post(f"/lectures/{lecture_id}/cascade", data={"departments": [own], "due_on": due})
    assert asked.status_code == 303
    page = trainer.get(f"/lectures/{lecture_id}").text
    assert "0 / 1 个部门、班次已传达" in page
    assert f"passes_on={lecture_id}" in page

    planning = trainer.get(f"/lectures/new?passes_on={lecture_id}&department={own}").text
    assert "传达：总经理讲安全课" in planning
    day = (clock.local_date(clock.now()) + timedelta(days=1)).isoformat()
    trainer.post("/lectures/new", data={
        "title": "班组传达", "lecturer_id": str(world.here.person_ids[2]), "departments": [own], "no_quiz": "y",
        "campaign_id": "", "do": "notify", "passes_on": str(lecture_id), "sittings-0-day": day, "sittings-0-starts": "09:00",
        "sittings-0-ends": "09:30", "sittings-0-place": "车间",
    })  # fmt: skip

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Lecture.passes_on_id).where(Lecture.title == "班组传达")).one() == lecture_id
    assert "班组传达" in trainer.get(f"/lectures/{lecture_id}").text
