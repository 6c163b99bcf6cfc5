"""A database that the first release filled goes to today's schema and back, on both databases, with every fact in it."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from lms.access.actor import Actor
from lms.app import create_app
from lms.attendance import service
from lms.attendance.models import FlagResolution
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture
from lms.ledger.queries import entries
from lms.ledger.service import verify
from lms.registry.models import Person
from tests.app import first_release as first
from tests.conftest import settings_for

# What a later release keeps elsewhere: a table, or "table.column". Whoever adds a line here shows below where it went.
MOVED = {
    "identity_confirmation", "question_version.options", "question_version.answer", "lecture.departments",
    "attendance_event.scan_id",
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request, tmp_path):
    """The application on a database made and filled by the first release, not upgraded yet."""
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else None
    app = create_app(settings_for(tmp_path, url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade(revision="0001")
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def written(app):
    """What the first release wrote, by table."""
    with db.engine.begin() as connection:
        rows = first.fill(connection, app.extensions["keyring"])
    db.engine.dispose()
    return rows


def differences(written) -> list[str]:
    """Every value of the first release that is not in the database as it was, as "table.column"."""
    found = set()
    with db.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        for name, rows in written.items():
            if name not in there:
                found.add(name)
                continue
            now = first.rows_now(connection, name)
            for row in rows:
                found |= {f"{name}.{key}" for key, value in row.items() if now.get(row["id"], {}).get(key, ...) != value}
    return sorted(found)


def test_every_row_of_the_first_release_survives_the_upgrade(app, written):
    upgrade()

    assert set(differences(written)) == MOVED
    with db.engine.connect() as connection:
        [version] = first.rows_now(connection, "campaign_version").values()
    [asked] = written["campaign"]
    kept = ("title", "industries", "starts_on", "due_on", "min_minutes", "min_attendance", "pass_mark")
    assert (version["version"], version["campaign_id"]) == (1, asked["id"])  # what was launched is the first version of its rules
    assert {name: version[name] for name in kept} == {name: asked[name] for name in kept}


def test_whom_a_lecture_was_for_is_kept_as_a_rule_and_what_was_held_is_closed(app, written):
    asked = {row["id"]: row["departments"] for row in written["lecture"]}
    upgrade()

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        lectures = {lecture.id: lecture for lecture in uow.session.query(Lecture)}
        assert {row_id: lecture.audience["departments"] for row_id, lecture in lectures.items()} == asked
        held = lectures[first.HELD]
        assert held.sitting.closed_at == held.closed_at
        assert not any(sitting.takes_check_in for sitting in held.sittings)


def test_what_goes_up_comes_down_again_as_it_was(app, written):
    upgrade()
    db.engine.dispose()
    downgrade(revision="0001")

    assert differences(written) == []


def test_an_event_keeps_the_id_of_the_scan_it_came_from(app, written):
    upgrade()

    with db.engine.connect() as connection:
        now = first.rows_now(connection, "attendance_event")
    assert {key: row["claim_id"] for key, row in now.items()} == {
        row["id"]: row["scan_id"] for row in written["attendance_event"]
    }


def test_the_upgraded_lecture_opens_and_its_presence_follows_from_its_events_as_before(app, written, client_as):
    upgrade()
    before = {row["person_id"]: (row["status"], row["minutes"], row["late_minutes"]) for row in written["presence"]}

    page = client_as(f"user:{first.USER}").get(f"/lectures/{first.HELD}")
    with unit_of_work(Actor.system("test"), "home") as uow:
        service.recount(uow, uow.session.get_one(Lecture, first.HELD))
    with db.engine.connect() as connection:
        after = {
            row["person_id"]: (row["status"], row["minutes"], row["late_minutes"])
            for row in first.rows_now(connection, "presence").values()
        }

    assert page.status_code == 200
    assert "纸质签到表" in page.text and "补录" in page.text and "出差" in page.text
    assert after == before


def test_the_events_of_before_are_the_first_entries_of_their_enterprises_chain(app, written):
    upgrade()

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        found = verify(uow, first.FIRM)
        kinds = [entry.kind for entry in entries(uow, first.FIRM)]
    assert (found.finding, found.unlike) == (None, ())
    before = ["hours.recorded", "certificate.issued", "quiz.graded"]
    assert kinds == ["attendance.recorded"] * len(written["attendance_event"]) + before


def test_going_down_and_up_again_enters_nothing_twice_and_keeps_the_guards(app, written):
    upgrade()
    db.engine.dispose()
    downgrade(revision="0017")
    db.engine.dispose()
    upgrade()

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        found = verify(uow, first.FIRM)
    assert (found.entries, found.whole) == (len(written["attendance_event"]) + 3, True)
    with pytest.raises(IntegrityError, match="stay as they are"), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE hours_line SET hours = 9")


def test_personal_data_is_still_readable_after_the_upgrade(app, written):
    upgrade()

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        worker = uow.session.get_one(Person, first.WORKER)
        assert (worker.phone, worker.id_number) == (first.PHONE, first.ID_NUMBER)


def test_a_confirmed_identity_is_a_looked_at_flag_after_the_upgrade(app, written):
    [before] = written["identity_confirmation"]
    upgrade()

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        row = uow.session.scalars(select(FlagResolution)).one()
    assert (row.kind, row.subject, row.person_id, row.resolved_by) == (
        "same_device", str(before["person_id"]), before["person_id"], before["confirmed_by"],
    )  # fmt: skip


def test_presence_knows_after_the_upgrade_which_sitting_it_rests_on(app, written):
    upgrade()

    with db.engine.connect() as connection:
        now = first.rows_now(connection, "presence").values()
    came = {row["person_id"] for row in written["attendance_event"]}
    assert {row["person_id"] for row in now if row["sitting_id"] is not None} == came
