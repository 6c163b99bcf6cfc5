"""What somebody hostile tries, from outside and from inside, and what they find: nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import request
from sqlalchemy import func, select, update

from lms.access import door
from lms.access.actor import Actor
from lms.access.grants import GRANTS
from lms.access.models import Membership, Role, User
from lms.attendance.models import AttendanceEvent
from lms.campaigns.models import Campaign
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures.models import Attendee, Lecture, Material, Sitting
from lms.quizzes.models import QuestionVersion
from lms.registry.models import Department, Enterprise, Person
from tests.app.populate import populate
from tests.app.test_policy import rule_url, rules
from tests.attendance.conftest import PHONES, hall, identify, scan, tap, wall  # noqa: F401  # hall and wall are fixtures
from tests.world import Side

SYSTEM = Actor.system("test")
HOSTILE = "'\"><script>alert(1)</script><img src=x onerror=a(2)>{{7*7}}"


def change(statement: Any) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.execute(statement)


def count(model: Any) -> int:
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def populated_hall(world, hall):  # noqa: F811
    """The ids of one row of everything beside the lecture in the hall, which has the number two."""
    change(update(Lecture).values(number=2))
    return populate(world.here)


# Other hosts


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "/\\evil.test", "/\t/evil.test", "/\n/evil.test", "/\r\nX-Evil: 1", "https://evil.test", "\t//evil.test"],
)
def test_choosing_a_language_leads_to_no_other_host(app, target):
    answer = app.test_client().post("/locale/en", data={"next": target})

    assert (answer.status_code, answer.location) == (303, "/")


def test_a_forged_host_is_written_into_no_page_and_no_code(world, client_as, hall):  # noqa: F811
    trainer = client_as(world.here.trainer)
    evil = {"X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test", "X-Original-Host": "evil.test"}

    for path in ("/lectures", f"/lectures/{hall.lecture_id}", f"/sittings/{hall.sitting_id}/projector"):
        answer = trainer.get(path, headers=evil)
        assert answer.status_code == 200
        assert "evil.test" not in answer.text


def test_no_form_is_taken_from_another_site(app, world, client_as):
    """A station and a program have no form token: they name themselves by a header, which a form elsewhere cannot send. Nor has
    a check-in: the claim in its form is known to one phone. What sets how pages look may come from anywhere.
    """
    app.config["WTF_CSRF_ENABLED"] = True
    ids = populate(world.here)

    for key in (world.here.trainer, world.here.employee, world.here.officer):
        client = client_as(key)
        for rule in rules(app):
            for method in rule.methods & {"POST", "PATCH", "DELETE", "PUT"}:
                if rule.endpoint in ("web.set_locale", "web.set_large_type"):
                    continue
                path = rule_url(app, rule, {name: ids.get(name, "x") for name in rule.arguments})
                refused = (
                    {410, 422}
                    if rule.endpoint.startswith("device.")
                    else {401}
                    if rule.rule.startswith(("/api/", "/scim/"))
                    else {400}
                )
                if rule.endpoint in ("attendance.check_in", "attendance.late_scan"):
                    refused = {404}
                answer = client.open(path, method=method, data={"do": "confirm", "reason": "原因"})
                assert answer.status_code in refused, (method, rule)


def test_a_get_writes_only_where_it_says_why(app, world, client_as, monkeypatch):
    """A material that is opened, a notice read by its link, why somebody could not come in from a platform; every other GET
    cannot write, or asks for a second transaction.
    """
    ids = populate(world.here)
    opened: list[tuple[str, bool]] = []
    without_file = ("lectures.material", "lectures.photo", "lectures.library_file", "credentials.pdf")  # there is none here
    enter = door.unit_of_work

    def watched(actor, verb, *, write=True):
        opened.append((request.endpoint or "", write))
        return enter(actor, verb, write=write)

    monkeypatch.setattr(door, "unit_of_work", watched)
    clients = {Role[role.upper()]: client_as(getattr(world.here, role)) for role in ("trainer", "officer", "employee", "head")}
    for rule in rules(app):
        if "GET" in rule.methods and rule.endpoint not in without_file:
            granted = GRANTS.get(getattr(app.view_functions[rule.endpoint], "verb", ""), set(clients))
            client = next(client for role, client in clients.items() if role in granted)
            client.get(rule_url(app, rule, {name: ids.get(name, "x") for name in rule.arguments}))

    assert {endpoint for endpoint, write in opened if write} == {
        "lectures.calendar_feed",
        "lectures.page",
        "lectures.view",
        "lti.login",
        "lti.register",
        "notices.open_notice",
    }


# Whoever is no longer who they were


def test_a_membership_that_ended_yesterday_opens_nothing(world, client_as):
    ids = populate(world.here)
    trainer = client_as(world.here.trainer)
    assert trainer.get("/lectures").status_code == 200

    change(update(Membership).values(ends_on=clock.local_date(clock.now()) - timedelta(days=1)))

    for path in ("/home", "/lectures", "/people", "/me", f"/lectures/{ids['lecture_id']}", f"/materials/{ids['material_id']}"):
        refused = trainer.get(path)
        assert refused.status_code == 403 and "这个账号已经没有权限" in refused.text, path


def test_a_phone_of_somebody_who_left_is_signed_out(world, client_as):
    person_id = world.here.person_ids[3]
    phone = client_as(f"person:{person_id}")
    assert phone.get("/me").status_code == 200

    change(update(Person).where(Person.id == person_id).values(left_on=clock.local_date(clock.now()) - timedelta(days=1)))

    assert phone.get("/me").status_code == 303


def test_signing_out_forgets_the_phone(app, world, hall):  # noqa: F811
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    assert phone.get_cookie("anke_remember") is not None

    phone.post("/sign-out")

    assert phone.get_cookie("anke_remember") is None
    assert phone.get("/me").status_code == 303


def test_a_cookie_from_the_demo_does_not_outlive_it(world, client_as):
    change(update(User).values(is_demo=True))

    assert client_as(world.here.trainer).get("/lectures").status_code == 303


# The hall


def test_a_stranger_who_guesses_does_not_lock_out_the_hall(app, world, client_as, wall, hall):  # noqa: F811
    """Everybody in a hall has one address; only those who were wrong themselves wait."""
    for number in range(70):
        stranger = app.test_client()
        tap(stranger, scan(stranger, hall.token()), "identify", phone=f"139{number:08}", tail="0000")
        app.test_client().post("/code", data={"digits": f"{number:06}"})

    honest, known = app.test_client(), client_as(world.here.employee)

    assert "已签到</h1>" in identify(honest, scan(honest, hall.token()), 3).text
    assert known.post("/code", data={"digits": hall.digits()}).status_code == 303
    assert count(AttendanceEvent) == 1


def test_who_was_wrong_at_an_address_full_of_guesses_waits(app, world, wall, hall):  # noqa: F811
    for number in range(70):
        stranger = app.test_client()
        tap(stranger, scan(stranger, hall.token()), "identify", phone=f"139{number:08}", tail="0000")
    guesser, other_cookies = app.test_client(), app.test_client()
    tap(guesser, scan(guesser, hall.token()), "identify", phone=PHONES[2], tail="0000")

    again = identify(other_cookies, scan(other_cookies, hall.token()), 2)

    assert "再试" in again.text
    assert count(AttendanceEvent) == 0


def test_a_scan_sent_to_another_phone_is_worth_nothing(app, world, client_as, hall):  # noqa: F811
    path = scan(app.test_client(), hall.token())
    friend = client_as(world.here.employee)

    assert friend.get(path).status_code == 404
    assert friend.post(path, data={"do": "confirm"}).status_code == 404
    assert identify(friend, path, 2).status_code == 404
    assert count(AttendanceEvent) == 0


def test_no_header_turns_the_clock_back(app, wall, hall):  # noqa: F811
    old = hall.token()
    wall.forward(seconds=46)
    then = {"Date": "Mon, 23 Nov 2026 06:30:00 GMT", "X-Request-Start": "t=1795415400", "If-Unmodified-Since": "Mon, 23 Nov 2026"}

    assert app.test_client().get(f"/s/{old}", headers=then).status_code == 410


# Foreign ids that do not stand in the path


def plan(side: Side, **changes: Any) -> dict[str, Any]:
    return {
        "title": "讲课", "lecturer_id": str(side.head_id), "sittings-0-day": "2030-01-01", "sittings-0-starts": "09:00",
        "sittings-0-ends": "10:00", "sittings-0-place": "会议室", "departments": str(side.department_id), "no_quiz": "y",
        "campaign_id": "", "do": "draft",
    } | changes  # fmt: skip


def test_a_lecture_names_nothing_of_another_enterprise(world, client_as):
    theirs = populate(world.there)
    before = count(Lecture)
    trainer = client_as(world.here.trainer)

    for changes in (
        {"campaign_id": str(theirs["campaign_id"])},
        {"lecturer_id": str(world.there.head_id)},
        {"departments": str(world.there.department_id)},
        {"people": str(world.there.head_id)},
        {"posts": "别处的岗位"},
    ):
        assert trainer.post("/lectures/new", data=plan(world.here, **changes)).status_code == 422, changes
    assert count(Lecture) == before
    assert trainer.post("/lectures/new", data=plan(world.here)).status_code == 303


def test_a_material_of_another_lecture_is_not_removed(world, client_as):
    ours, theirs = populate(world.here), populate(world.there)
    trainer = client_as(world.here.trainer)
    made = trainer.post("/lectures/new", data=plan(world.here)).location

    asked = [str(theirs["material_id"]), str(ours["material_id"])]
    changed = trainer.post(f"{made}/edit", data=plan(world.here, remove=asked))

    assert changed.status_code == 303
    assert count(Material) == 2


def test_a_batch_is_not_taken_over_by_the_room_of_another_kind(world, client_as):
    batch_id = populate(world.here)["batch_id"]
    trainer = client_as(world.here.trainer)
    assert trainer.get(f"/imports/{batch_id}").status_code == 200

    assert trainer.get(f"/questions/imports/{batch_id}").status_code == 404
    assert trainer.post(f"/questions/imports/{batch_id}").status_code == 404
    assert trainer.post(f"/questions/imports/{batch_id}/apply").status_code == 404
    assert client_as(world.here.officer).get(f"/imports/{batch_id}").status_code == 404


def test_a_street_officer_asks_for_the_district_in_vain(world, client_as):
    officer = client_as(world.here.street_officer)
    summary = f"/campaigns/{populate(world.here)['campaign_id']}"
    assert officer.get(f"{summary}/summary").status_code == 200

    for code in ("430602", "430603", "430600", "430603008", "nonsense", "%25", "_"):
        for path in ("summary", "summary.xlsx", "summary.pdf", "enterprises"):
            assert officer.get(f"{summary}/{path}?jurisdiction={code}").status_code == 404, (path, code)
        assert officer.get(f"{summary}/enterprises?street={code}").status_code == 404, code
    assert officer.post(f"{summary}/edit").status_code == 404
    assert officer.post(f"{summary}/launch").status_code == 404


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31", "2026-02-30", "x", "２０２６-01-01", "-1", "9" * 5000])
def test_whatever_day_is_asked_for_there_is_an_answer(world, client_as, as_of):
    path = f"/campaigns/{populate(world.here)['campaign_id']}/summary"

    assert client_as(world.here.officer).get(path, query_string={"as_of": as_of}).status_code == 200


@pytest.mark.parametrize("day", ["-1", "9" * 30, "2026-02-30", "明天"])
@pytest.mark.parametrize("field", ["starts_on", "due_on"])
def test_a_campaign_with_a_day_that_is_none_is_told_so(world, client_as, field, day):
    form = {"title": "讲课", "industries": "工贸", "starts_on": "2026-11-01", "due_on": "2026-12-01"}
    form |= {"min_minutes": "60", "min_attendance": "80", "pass_mark": "80", field: day}

    assert client_as(world.here.officer).post("/campaigns/new", data=form).status_code == 422


# Names that want to be more than names


def test_markup_in_every_name_stays_text_on_every_page(app, world, client_as, populated_hall, hall):  # noqa: F811
    ids = populated_hall
    for column in (
        Person.name, Enterprise.name, Department.name, Campaign.title, Lecture.title, Sitting.place, Material.file_name,
        Attendee.department_name, QuestionVersion.stem,
    ):  # fmt: skip
        change(update(column.class_).values({column.key: HOSTILE}))
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    lecture, campaign = f"/lectures/{ids['lecture_id']}", f"/campaigns/{ids['campaign_id']}"
    pages = {
        world.here.trainer: (
            "/lectures", "/lectures/new", lecture, f"{lecture}/edit", f"/lectures/{hall.lecture_id}", "/people",
            f"/lectures/{hall.lecture_id}/board", f"/sittings/{hall.sitting_id}/projector", f"/people/{ids['person_id']}",
            f"/lectures/{hall.lecture_id}/attendance/{world.here.person_ids[2]}", "/questions", "/certificates", "/campaigns",
            f"/questions/{ids['question_id']}", f"/questions/{ids['question_id']}/edit", f"/imports/{ids['batch_id']}",
            campaign, f"/enterprises/{world.here.enterprise_id}",
        ),
        world.here.officer: (
            "/overview", "/campaigns", campaign, f"{campaign}/summary", f"{campaign}/enterprises", "/enterprises", lecture,
        ),
        world.here.employee: (
            "/me", "/me/notices", "/me/hours", "/me/certificates", f"/quizzes/{ids['quiz_id']}", f"/quiz/{ids['attempt_id']}",
            lecture,
        ),
    }  # fmt: skip
    shown = 0
    for key, paths in pages.items():
        client = client_as(key)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "<script>alert" not in answer.text and "<img src=x" not in answer.text, path
            assert "onerror=a(2)&gt;49" not in answer.text, path
            shown += "&lt;script&gt;alert" in answer.text
    assert shown > 20


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "..\\..\\a.pdf", "\u2026\u202efdp.exe", 'a";filename="b.exe', "课件\x07\x1b.pdf", "💥" * 300]
)
def test_a_file_name_stays_one_in_the_header_of_its_download(world, client_as, name):
    trainer = client_as(world.here.trainer)
    form = plan(world.here) | {"materials": (io.BytesIO(b"%PDF-1.7 x"), name)}
    assert trainer.post("/lectures/new", data=form, content_type="multipart/form-data").status_code == 303
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        material = uow.session.scalars(select(Material)).one()

    answer = trainer.get(f"/materials/{material.id}")

    said = answer.headers["Content-Disposition"]
    assert answer.status_code == 200 and said.startswith("attachment;")
    assert material.file_name.endswith(".pdf") and material.file_name.isprintable()
    assert not {"/", "\r", "\n", "\x07"} & set(said)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]


def test_what_only_calls_itself_a_document_is_refused(world, client_as):
    trainer = client_as(world.here.trainer)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("bomb", b"\0" * 20_000_000)

    for content, name in [
        (b"<html><script>alert(1)</script>", "a.pdf"), (packed.getvalue(), "a.pptx"), (b"MZ\x90", "a.pptx"), (b"", "a.pdf"),
    ]:  # fmt: skip
        form = plan(world.here) | {"materials": (io.BytesIO(content), name)}
        assert trainer.post("/lectures/new", data=form, content_type="multipart/form-data").status_code == 422, name
    assert count(Lecture) == 0
