"""What a bureau sees is what was recorded a moment ago, and costs what is on the page, not what was recorded in all."""

import re
from datetime import timedelta
from itertools import count

from lms.attendance.models import AttendanceEvent, Presence
from lms.compliance import queries
from lms.compliance.patch.queries import measured
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.credentials.models import Completion
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.registry.models import Person
from lms.supervision.queries import spread
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, hold, officer_over
from tests.counting import asked

RECORDED = (AttendanceEvent, Presence, Attendee, Completion, Sitting, Person)


def cells(officer, campaign) -> set[str]:
    """The cells of the matrix, as (lectured/asked)."""
    return set(re.findall(r"<small>(\d+/\d+)</small></a>", officer.get(f"/campaigns/{campaign.id}/summary").text))


def test_a_lecture_is_in_the_matrix_of_the_first_page_after_it_was_closed(world, campaign, client_as):
    """It is written in the transaction that closes it; no job need run."""
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = hold(uow, world.here, campaign, state=LectureState.OPEN, people=("passed",) * 4).id
        opened = uow.session.get_one(Lecture, lecture_id).sitting
        opened.opened_at = uow.now - timedelta(hours=2)
    assert "0/3" in cells(officer, campaign)

    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        lectures.close(uow, lecture, uow.now - timedelta(minutes=70), uow.now)
        assert queries.coverage(uow, [campaign.id]) == {campaign.id: (1, 3)}  # before anything that waits for the commit

    assert "1/3" in cells(officer, campaign)


def test_pages_of_a_bureau_read_nothing_of_what_people_did(world, campaign, client_as):
    """So that a city's pages cost as much with five million rows of attendance as with none."""
    officer = client_as(world.here.officer)
    day = f"as_of={campaign.starts_on}"
    at = f"/campaigns/{campaign.id}"
    pages = ["/overview", f"{at}/summary", f"{at}/summary?{day}", f"{at}/enterprises?{day}", f"{at}/leader", "/campaigns"]
    pages += [f"{at}/enterprises?metric={metric}" for metric in queries.METRICS]
    pages += [f"{at}/views?rows={down}&columns={across}" for down in queries.DIMENSIONS for across in queries.DIMENSIONS]

    with asked("SELECT") as sent:
        assert {officer.get(page).status_code for page in pages} == {200}

    tables = re.compile(rf"\b({'|'.join(model.__tablename__ for model in RECORDED)})\b")
    assert [one for one in sent if tables.search(one.statement)] == []


def test_a_lecture_is_closed_and_read_without_going_through_the_marks_of_others(world, campaign, client_as):
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = hold(uow, world.here, campaign, state=LectureState.OPEN, people=("passed",) * 4)
        lecture.sitting.opened_at = uow.now - timedelta(hours=2)
    with asked("SELECT", "UPDATE") as sent:
        with unit_of_work(SYSTEM, "home") as uow:
            lectures.close(uow, uow.session.get_one(Lecture, lecture.id), uow.now - timedelta(minutes=70), uow.now)
        pages = [officer.get(f"/lectures/{lecture.id}{part}").status_code for part in ("", "/board")]

    assert pages == [200, 200]
    read = re.compile(rf"SCAN ({'|'.join(model.__tablename__ for model in RECORDED)})\b")
    with db.engine.connect() as connection:
        steps = {
            row[3]: statement
            for statement, values, many in sent
            if not many
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        }
    assert len(steps) > 20
    assert {step: statement for step, statement in steps.items() if read.search(step)} == {}
    of_a_place = re.compile(r"\benterprise(_\d+)? USING .*\(jurisdiction_id")
    assert {step: statement for step, statement in steps.items() if of_a_place.search(step)} == {}, "and of a city's enterprises"


def steps(ask) -> int:
    """What something costs, counted in steps of SQLite."""
    taken = []
    with unit_of_work(SYSTEM, "summary.read", write=False) as uow:
        ask(uow)
        driver = uow.session.connection().connection.driver_connection
        driver.set_progress_handler(lambda: taken.append(1), 1)
        ask(uow)
        driver.set_progress_handler(None, 1)
    return len(taken)


def test_another_enterprise_of_a_patch_costs_no_look_at_who_has_an_account(world, campaign):
    """What its gaps cost, beside those of one whose officer lost an account, who is looked up."""

    def each_of(officer: str) -> float:
        few = steps(measured)
        with unit_of_work(SYSTEM, "home") as uow:
            add_enterprises(uow, world.here.street_id, 40, officer=officer)
        return (steps(measured) - few) / 40

    somebody = each_of("刘洋")
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.add(officer_over(world.here.street_id, "left", "王海", uow.today - timedelta(days=1)))
    looked_up = each_of("王海")
    assert 0 < somebody * 3 < looked_up, (somebody, looked_up)


def test_where_officers_sat_in_costs_as_much_for_each_enterprise_however_many_there_are(world, campaign):
    """Today and as of a past day: lectures are not held against every enterprise of the city."""

    streets = count()

    def more(number: int) -> list[int]:
        with unit_of_work(SYSTEM, "home") as uow:
            for at in range(number):
                street = add_street(uow, world.here.district_id, f"4306021{next(streets):02}", f"第{at}街道")
                [firm] = add_enterprises(uow, street, 1, officer="刘洋")
                lecture = hold(uow, world.here, campaign, people=())
                lecture.enterprise_id, lecture.closed_at = firm, uow.now - timedelta(days=9)
            days = (uow.today, uow.today - timedelta(days=1))
        return [steps(lambda uow, day=day: spread(uow, day)) for day in days]

    none, some, twice = more(0), more(20), more(20)
    for before, between, after in zip(none, some, twice, strict=True):
        assert after - between < 1.5 * (between - before), (before, between, after)
