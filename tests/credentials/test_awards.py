"""Certificates that no single lecture gives: complete hours by the ledger, lecturers, reviewers."""

import json
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext
from sqlalchemy import select

from lms.access.models import Membership, Role
from lms.core import clock
from lms.core.documents.reading import read_signed
from lms.core.documents.sealing import identity
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials.listeners import issue_certificates, look_at_complete_hours, open_cycles, remind_of_expiry
from lms.credentials.models import Award, Certificate, EnteredTraining, HoursCycle, HoursLine
from lms.credentials.rules import STANDARD, CertificateKind, Counted, check_words, hours_basis, rests_no_more
from lms.ledger.service import verify
from lms.notices.models import Notice
from lms.registry.models import Enterprise, Jurisdiction
from tests.api.tokens import bearing, token_of
from tests.browser import OFFICE, PHONE, axe, keep_picture, overflow
from tests.credentials.scenes import SYSTEM, held
from tests.credentials.test_documents import seen
from tests.credentials.test_trainings import form

HOURS, TRAINER, REVIEWER = CertificateKind.HOURS, CertificateKind.TRAINER, CertificateKind.REVIEWER
YEAR = clock.local_date(clock.now()).year
WHY = "讲满 6 次安全课，试讲评议合格"


def of_kind(kind: CertificateKind) -> list[Certificate]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return list(uow.session.scalars(select(Certificate).where(Certificate.kind == kind).order_by(Certificate.serial)))


@pytest.fixture
def asked(world):
    """Cycles are open, and those of the others ask for 20 hours a year."""
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).industry = "危险化学品"
    open_cycles()
    return world.here


def trained(world, client_as, hours: str, place: int = 2, days: int = 2) -> str:
    """Somebody was trained elsewhere, which a second person has checked; the address to check it at."""
    starts = clock.local_date(clock.now()) - timedelta(days=days)
    told = form(kind="outside", title="复训班", hours=hours, level="", starts_on=starts.isoformat())
    client_as(world.here.trainer).post(f"/people/{world.here.person_ids[place]}/trainings/new", data=told)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        found = uow.session.scalars(select(EnteredTraining.id).where(EnteredTraining.checked_at.is_(None))).one()
    assert client_as(world.here.head).post(f"/trainings/{found}/check", data={"do": "accept"}).status_code == 303
    issue_certificates()
    return f"/trainings/{found}/check"


def test_a_certificate_of_hours_comes_by_itself_with_the_lecture_that_completes_them(app, world, asked, client_as, tmp_path):
    trained(world, client_as, "19")
    assert of_kind(HOURS) == [], "an hour is missing"
    held(asked, {2: (0, 60)})
    issue_certificates()

    (found,) = of_kind(HOURS)
    basis = found.data["basis"]
    assert found.serial.endswith("-000002") and found.lecture_id is None and found.valid_until == date(YEAR + 1, 12, 31)
    assert (basis["required"], basis["earned"], basis["until"]) == ("20", "20", f"{YEAR}-12-31") and basis["rule"]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        lines = uow.session.scalars(select(HoursLine).where(HoursLine.person_id == asked.person_ids[2])).all()
        assert {line["id"] for line in basis["lines"]} == {str(line.id) for line in lines} and len(lines) == 4
        assert all(line["rule"] == lines[0].rule for line in basis["lines"]), "the version of the counting rule is frozen too"
        assert verify(uow, asked.enterprise_id).whole
    pdf = storage().get(found.pdf_sha256)
    text = seen(pdf, tmp_path, "pdftotext", "-layout", "-")
    assert "安全培训学时证书" in text and "20 学时" in text and "4 条学时明细" in text
    assert json.loads(read_signed(pdf, identity().chain[-1:]).facts)["basis"] == basis
    page = app.test_client().get(f"/verify/{found.public_code}").text
    assert "学时证书" in page and basis["rule"] in page and "复训班" in page and "刘*" in page and "刘洋" not in page
    assert "Signature is Valid" in seen(pdf, tmp_path, "pdfsig", "-nocert")
    held(asked, {2: (0, 60)})
    issue_certificates()
    assert len(of_kind(HOURS)) == 1, "more hours change nothing in it"


def test_hours_taken_back_end_the_certificate_and_hours_amended_replace_it(world, asked, client_as):
    first = trained(world, client_as, "20")
    (before,) = of_kind(HOURS)
    client_as(asked.head).post(first, data={"do": "void", "reason": "证书是别人的"})
    issue_certificates()

    (gone,) = of_kind(HOURS)
    assert gone.withdrawn and "应修 20 学时，实修 0 学时" in gone.revoked_reason and gone.id == before.id

    second = trained(world, client_as, "20")
    trained(world, client_as, "20", days=20)
    assert [one.in_force for one in of_kind(HOURS)] == [False, True]
    client_as(asked.head).post(second, data={"do": "void", "reason": "重复登记"})
    issue_certificates()
    old, new = of_kind(HOURS)[1:]
    assert old.superseded_by_id == new.id and "学时已更正" in old.superseded_reason and new.data["basis"]["earned"] == "20"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, asked.enterprise_id).whole
        assert [one.certificate_due for one in uow.session.scalars(select(Award))] == [False]


def test_hours_complete_before_there_were_such_certificates_get_theirs(app, world, asked, client_as):
    trained(world, client_as, "20")
    with unit_of_work(SYSTEM, "system") as uow:  # as a database of before had it: no award
        uow.session.get_one(Award, of_kind(HOURS)[0].award_id).cycle_id = None
    app.extensions.pop("swept:look_at_complete_hours", None)

    look_at_complete_hours()
    issue_certificates()

    assert len(of_kind(HOURS)) == 2
    look_at_complete_hours()
    assert len(of_kind(HOURS)) == 2


def give(client, **other):
    until = clock.local_date(clock.now()) + timedelta(days=700)
    return client.post("/certificates/new", data={"kind": "trainer", "who": "刘洋", "why": WHY, "valid_until": until} | other)


def test_a_head_names_a_lecturer_and_a_bureau_a_reviewer_with_validity(app, world, client_as, tmp_path):
    here = world.here
    head, officer = client_as(here.head), client_as(here.officer)

    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Jurisdiction, here.district_id).bureau_name = "岳阳楼区应急管理局"
    assert give(head).status_code == 303
    assert give(head, kind="reviewer", who="孙丽").status_code == 422, "only a bureau names reviewers"
    uscc = "91430699MA7UUP5Y9R"
    assert give(officer, kind="reviewer", who="孙丽").status_code == 422, "of which firm is not said"
    assert give(officer, kind="reviewer", who="孙丽", uscc=uscc).status_code == 303
    issue_certificates()

    (lecturer,), (reviewer,) = of_kind(TRAINER), of_kind(REVIEWER)
    assert (lecturer.data["issuer_name"], reviewer.data["issuer_name"]) == ("湘粮油脂有限公司", "岳阳楼区应急管理局")
    for certificate, title in ((lecturer, "安全培训讲师证书"), (reviewer, "安全培训评审员证书")):
        text = seen(storage().get(certificate.pdf_sha256), tmp_path, "pdftotext", "-layout", "-")
        assert title in text and WHY in text.replace("\n", "") and "学时" not in text
        page = app.test_client().get(f"/verify/{certificate.public_code}").text
        assert WHY in page and "认定依据" in page and "<dt>学时</dt>" not in page
        answer = client_as(here.employee if certificate is lecturer else here.officer).get(f"/certificates/{certificate.id}.json")
        assert answer.status_code == 200
    own = client_as(here.employee).get("/me/certificates").text
    assert "企业安全培训讲师" in own
    listed = officer.get("/certificates?kind=reviewer").text
    assert "孙丽" in listed and "刘洋" not in listed
    assert give(head).status_code == 422, "it is good for long yet"


def test_only_the_bureau_ends_what_it_gave_and_naming_again_supersedes(app, world, client_as, monkeypatch):
    here = world.here
    officer, uscc = client_as(here.officer), "91430699MA7UUP5Y9R"
    soon = clock.local_date(clock.now()) + timedelta(days=30)
    assert give(officer, kind="reviewer", uscc=uscc, valid_until=soon).status_code == 303
    issue_certificates()
    (first,) = of_kind(REVIEWER)
    refused = client_as(here.trainer).post(f"/certificates/{first.id}", data={"do": "revoke", "reason": "不认可"})
    assert refused.status_code == 409 and "监管部门" in refused.text
    assert client_as(world.there.officer).post(f"/certificates/{first.id}/end", data={"reason": "别处的"}).status_code == 404

    assert give(officer, kind="reviewer", uscc=uscc).status_code == 303
    issue_certificates()
    first, second = of_kind(REVIEWER)
    assert first.superseded_by_id == second.id and second.serial in first.superseded_reason

    assert officer.post(f"/certificates/{second.id}/end", data={"reason": "评审时收受礼品"}).status_code == 303
    assert "<h1>已撤销</h1>" in app.test_client().get(f"/verify/{second.public_code}").text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole


def test_a_bureau_below_undoes_nothing_that_one_above_gave_and_one_above_may(app, world, client_as):
    here, uscc = world.here, "91430699MA7UUP5Y9R"
    city, district = client_as(world.city_officer), client_as(here.officer)
    assert give(city, kind="reviewer", who="孙丽", uscc=uscc).status_code == 303
    assert give(district, kind="reviewer", who="刘洋", uscc=uscc).status_code == 303
    issue_certificates()
    of_city, of_district = sorted(of_kind(REVIEWER), key=lambda one: one.data["issuer_name"] != "岳阳市")

    for path in (f"/certificates/{of_city.id}/end", f"/certificates/{of_city.id}"):
        assert district.get(path).status_code in (404, 409)
    for do in ("revoke", "supersede"):
        refused = district.post(f"/certificates/{of_city.id}/end", data={"reason": "不认可", "do": do})
        assert refused.status_code == 409 and "上级" in refused.text
    program = bearing(app, token_of(here.officer)[1])
    for replace in (False, True):
        sent = {"reason": "不认可", "replace": replace}
        assert program.post(f"/api/v1/certificates/{of_city.id}/end", json=sent).status_code == 409
    assert "/end" not in district.get("/certificates?q=孙丽").text
    assert all(one.in_force for one in of_kind(REVIEWER))

    assert city.post(f"/certificates/{of_district.id}/end", data={"reason": "评审时收受礼品"}).status_code == 303
    assert city.post(f"/certificates/{of_city.id}/end", data={"reason": "评审时收受礼品"}).status_code == 303


def test_an_officer_elsewhere_acts_for_the_firm_at_home_and_for_no_bureau(world, client_as):
    here, there = world.here, world.there
    with unit_of_work(SYSTEM, "system") as uow:
        for key in (here.head, here.trainer):
            row = {"role": Role.OFFICER, "starts_on": date(2020, 1, 1), "jurisdiction_id": there.district_id}
            uow.session.add(Membership(user_id=UUID(key.removeprefix("user:")), **row))

    refused = give(client_as(here.head), kind="reviewer", uscc="91430699MA7UUP5Y9R")
    assert refused.status_code == 422 and "监管部门" in refused.text, "the bureau of there names no reviewer here"
    assert give(client_as(here.head), uscc="91430699MA7UUP5Y9R").status_code == 303
    issue_certificates()
    (named,) = of_kind(TRAINER)
    assert named.data["issuer_name"] == "湘粮油脂有限公司"

    trainer = client_as(here.trainer)
    assert f'href="/certificates/{named.id}"' in trainer.get("/certificates").text
    replaced = trainer.post(f"/certificates/{named.id}", data={"do": "supersede", "reason": "改了名"})
    assert replaced.status_code == 303, "what the firm gave the firm ends"


def test_what_a_bureau_gave_stands_when_a_firm_names_the_same_person_and_the_other_way_round(world, client_as):
    head, officer, uscc = client_as(world.here.head), client_as(world.here.officer), "91430699MA7UUP5Y9R"
    soon = clock.local_date(clock.now()) + timedelta(days=30)
    assert give(officer, uscc=uscc, valid_until=soon).status_code == 303
    issue_certificates()

    assert give(head).status_code == 303
    issue_certificates()
    assert [one.in_force for one in of_kind(TRAINER)] == [True, True], "the head replaces nothing of the bureau's"
    assert give(head).status_code == 422, "the firm's own is good for long yet"
    assert give(officer, uscc=uscc).status_code == 303, "each renews its own"
    issue_certificates()

    first, own, renewed = of_kind(TRAINER)
    assert first.superseded_by_id == renewed.id and own.in_force and renewed.in_force


def test_the_end_of_a_lecturers_certificate_is_told_by_its_own_name(world, client_as, monkeypatch):
    ten = clock.local(clock.now()).replace(hour=10, minute=0)  # nobody is reminded at night
    monkeypatch.setattr(clock, "now", lambda: ten)
    assert give(client_as(world.here.head), valid_until=clock.local_date(clock.now()) + timedelta(days=30)).status_code == 303
    issue_certificates()
    remind_of_expiry()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        titles = uow.session.scalars(select(Notice.title).where(Notice.kind.startswith("certificate."))).all()
    assert sorted(titles) == ["讲师证书已发：企业安全培训讲师", "讲师证书还有 30 天到期：企业安全培训讲师"]


def test_what_is_typed_wrong_is_said_at_its_field_and_stays(world, client_as):
    head = client_as(world.here.head)
    for typed, said in (
        ({"who": "查无此人"}, "没有这个姓名或工号"),
        ({"who": ""}, "请填写姓名或工号"),
        ({"why": "好"}, "4 到 40 个字"),
        ({"valid_until": "2020-01-01"}, "晚于今天"),
        ({"valid_until": "2099-01-01"}, "最长五年"),
        ({"kind": "hours"}, "还有 1 处要改"),
    ):
        page = give(head, **typed)
        assert page.status_code == 422 and said in page.text and (typed.get("why") or WHY) in page.text

    assert of_kind(TRAINER) == []


def test_programs_name_people_and_read_the_kind(app, world):
    here = world.here
    path = f"/api/v1/people/{here.person_ids[2]}/awards"
    told = {"kind": "trainer", "why": WHY, "valid_until": (clock.local_date(clock.now()) + timedelta(days=300)).isoformat()}

    trainer, head = (bearing(app, token_of(who, writes=True)[1]) for who in (here.trainer, here.head))
    assert trainer.post(path, json=told).status_code in (403, 404)
    assert head.post(path, json=told | {"kind": "hours"}).status_code == 422
    assert head.post(path, json=told | {"kind": "reviewer"}).status_code == 409
    assert head.post(path, json=told).status_code == 201
    assert head.post(path, json=told).status_code == 409
    elsewhere = f"/api/v1/people/{world.there.person_ids[2]}/awards"
    assert head.post(elsewhere, json=told).status_code == 404
    issue_certificates()
    (listed,) = head.get("/api/v1/certificates?kind=trainer").json["items"]
    assert (listed["kind"], listed["lecture_id"]) == ("trainer", None)
    public = app.test_client().get(f"/api/v1/verify/{listed['public_code']}").json
    assert (public["kind"], public["holder"]) == ("trainer", "刘*")


def test_every_kind_has_a_standard_and_a_page_for_its_template(world, client_as):
    trainer = client_as(world.here.trainer)
    for kind in CertificateKind:
        check_words(STANDARD[kind], kind)
        page = trainer.get(f"/certificate-templates/{kind.value}")
        assert page.status_code == 200 and page.text.count("/certificate-templates/") >= 5

    preview = trainer.get("/certificate-templates/hours/preview.png")
    assert preview.data.startswith(b"\x89PNG")


def line(n: int, hours: int, evidence: int) -> Counted:
    return Counted(f"l{n}", f"e{evidence}", date(2026, 3, 1), Decimal(hours), "课", "live", "1")


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 4)), min_size=1, max_size=8), st.integers(1, 4))
@settings(max_examples=30)
def test_a_basis_holds_until_something_in_it_changes_and_never_by_what_comes_later(lines, later):
    counted = [line(n, hours, evidence) for n, (hours, evidence) in enumerate(lines)]
    span = date(2026, 1, 1), date(2026, 12, 31)
    basis = json.loads(json.dumps(hours_basis("yearly", "其他从业人员", span, Decimal(1), "r", "a", counted)))

    assert Decimal(basis["earned"]) == sum(hours for hours, _evidence in lines)
    assert not rests_no_more(basis, [*counted, line(90, later, 99)])
    assert rests_no_more(basis, [*counted, line(91, -later, lines[0][1])])


def test_a_person_may_have_a_cycle_that_asks_for_nothing(world, client_as):
    open_cycles()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert None in {row.required for row in uow.session.scalars(select(HoursCycle))}

    trained(world, client_as, "20")

    assert of_kind(HOURS) == []


def test_the_pages_are_accessible_and_fit_a_phone_and_a_desk(host, world, asked, client_as, phone: BrowserContext):
    """Of this room those that the sweep does not reach, as they have an id in them."""
    trained(world, client_as, "20")
    give(client_as(asked.head))
    issue_certificates()
    (hours,), (lecturer,) = of_kind(HOURS), of_kind(TRAINER)
    cookie = client_as(asked.trainer).get_cookie("anke_session")
    assert cookie is not None
    phone.add_cookies([{"name": "anke_session", "value": cookie.value, "url": host}])
    page = phone.new_page()
    faults = []
    for name, address in (
        ("hours", f"/verify/{hours.public_code}"),
        ("lecturer", f"/verify/{lecturer.public_code}"),
        ("list", "/certificates"),
        ("template", "/certificate-templates/hours"),
        ("end", f"/certificates/{lecturer.id}"),
        ("copy", f"/people/{asked.person_ids[2]}/data"),
    ):
        assert page.goto(host + address).status == 200, address
        for size in (PHONE["viewport"], OFFICE["viewport"]):
            page.set_viewport_size(size)
            keep_picture(page, f"award-{name}-{size['width']}")
            faults += [f"{name}: {fault}" for fault in axe(page)] if size is PHONE["viewport"] else []
            faults += [f"{name}: {overflow(page)} px too wide"] if overflow(page) else []

    assert not faults, "\n".join(faults)
