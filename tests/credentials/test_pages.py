"""Certificates in the office, as files, and as anybody sees them who scans one."""

import hashlib
import re
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from lms.archives.lecture_book import lecture_book
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.credentials import service
from lms.credentials.models import Certificate
from lms.credentials.rules.completion import Facts, Rule, counted_once, decide, void
from lms.credentials.words import decision_said, presence_said
from lms.lectures.models import Lecture
from lms.ledger.models import DroppedProposal
from lms.ledger.service import verify
from lms.registry.models import Person
from lms.registry.words import listed
from lms.web.locale import COOKIE
from tests.counting import asks
from tests.credentials.scenes import SYSTEM, add_people, certificates, held, hold
from tests.forging import lifting
from tests.lectures.builders import make_lecture

FULL = (0, 60)


def again(certificate: Certificate) -> Certificate:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.get_one(Certificate, certificate.id)


def test_the_download_stays_the_same_bytes_when_the_person_is_renamed(world, certificate, trainer):
    before = trainer.get(f"/certificates/{certificate.id}.pdf")
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Person, world.here.person_ids[2]).name = "刘海洋"

    after = trainer.get(f"/certificates/{certificate.id}.pdf")

    assert after.data == before.data
    assert hashlib.sha256(after.data).hexdigest() == certificate.pdf_sha256
    assert after.headers["ETag"] == f'"{certificate.pdf_sha256}"'
    assert f"{certificate.serial}.pdf" in after.headers["Content-Disposition"]
    unchanged = trainer.get(f"/certificates/{certificate.id}.pdf", headers={"If-None-Match": after.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_who_may_download_and_who_may_not(world, certificate, client_as):
    path = f"/certificates/{certificate.id}.pdf"

    for role in ("trainer", "head", "employee", "officer", "street_officer"):
        assert client_as(getattr(world.here, role)).get(path).status_code == 200
        assert client_as(getattr(world.there, role)).get(path).status_code == 404
    (other,) = certificates(held(world.here, {3: FULL}))
    assert client_as(world.here.employee).get(f"/certificates/{other.id}.pdf").status_code == 404


def test_anybody_reads_every_printed_fact_without_the_name(app, world, certificate):
    answer = app.test_client().get(f"/verify/{certificate.public_code}")

    assert answer.status_code == 200
    assert "noindex" in answer.headers["X-Robots-Tag"]
    page = answer.text
    assert "刘*" in page
    assert "刘洋" not in page
    assert "430699" not in page
    data = certificate.data
    printed = (
        data["lecture_title"], data["presence"], f"{data['hours']} 学时", data["issuer_name"], data["lecturer_name"],
        data["issued_on"], data["valid_until"], data["serial"], certificate.fingerprint[:4], "有效", "查询时间",
    )  # fmt: skip
    for fact in printed:
        assert fact in page


def test_what_is_printed_of_being_there_is_read_in_english_and_what_is_not_known_as_it_is(app, certificate):
    abroad = app.test_client()
    abroad.set_cookie(COOKIE, "en")
    page = abroad.get(f"/verify/{certificate.public_code}").text

    assert certificate.data["presence"] == "全程到课" and "全程到课" not in page and "Whole lecture" in page
    with app.test_request_context(), force_locale("en"):
        assert presence_said("补训（补 2026 年第 3 期），到课 45 分钟") == "Make-up training (for No. 3 of 2026), 45 min"
        assert presence_said("考核时在场") == "考核时在场"
        assert (listed("其他从业人员"), listed("食品厂")) == ("Other staff", "食品厂")


def test_why_somebody_has_not_completed_is_kept_in_chinese_and_read_in_english(app):
    sick, away = (
        Facts(came=False, minutes=None, length=62, excused="病假"),
        Facts(came=False, minutes=None, length=62, quiz_over=True),
    )
    there, short = Facts(came=True, minutes=50, length=62), Facts(came=True, minutes=20, length=62, score=50, quiz_over=True)
    unknown = (Facts(came=True, minutes=None, length=62), Facts(came=True, minutes=20, length=62, at_least=True))
    rule = Rule(80, 60)
    with app.test_request_context(), force_locale("en"):
        assert decision_said(decide(there, rule).reasons) == "there for 50 of 62 min, no score yet, not completed"
        assert decision_said(decide(sick, rule).reasons).startswith("on leave (Sick leave), ")
        decided = [decide(facts, rule) for facts in (sick, away, there, short, *unknown)]
        for one in (*decided, decide(there, Rule(90, None)), void(decided[0], "a"), counted_once(decided[2], 5, ["a"])):
            assert not re.search("[一-鿿]", decision_said(one.reasons)), one.reasons
    with app.test_request_context(), force_locale("zh"):
        assert decision_said(decided[0].reasons) == "，".join(decided[0].reasons)


def test_five_states(app, world, certificate, trainer, monkeypatch):
    anybody = app.test_client()
    path = f"/verify/{certificate.public_code}"

    def verdict(path: str) -> str:
        return re.search(r"<h1>(.*?)</h1>", anybody.get(path).text)[1]

    assert verdict(path) == "有效"
    assert (verdict("/verify/nothing"), anybody.get("/verify/nothing").status_code) == ("查无此证", 404)

    later = clock.now() + timedelta(days=400)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        assert verdict(path) == "已过期"

    trainer.post(f"/certificates/{certificate.id}", data={"do": "supersede", "reason": "姓名更正"})
    assert verdict(path) == "已换发"
    new = again(again(certificate)).superseded_by_id
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        replacement = uow.session.get_one(Certificate, new)
    assert f"/verify/{replacement.public_code}" in anybody.get(path).text
    assert "姓名更正" in anybody.get(path).text

    revoked(replacement)
    page = anybody.get(f"/verify/{replacement.public_code}").text
    assert verdict(f"/verify/{replacement.public_code}") == "已撤销"
    assert "查实为他人代签" in page


def test_a_certificate_is_revoked_by_two_people_each_with_their_name(app, certificate, trainer, client_as, world):
    head, path = client_as(world.here.head), f"/certificates/{certificate.id}"

    assert trainer.post(path, data={"do": "revoke", "reason": " "}).status_code == 422
    assert head.post(f"{path}/revocation", data={"do": "confirm"}).status_code == 409, "nothing was proposed"
    assert trainer.post(path, data={"do": "revoke", "reason": "查实为他人代签"}).status_code == 303
    assert trainer.post(path, data={"do": "revoke", "reason": "再提一次"}).status_code == 409
    assert trainer.post(f"{path}/revocation", data={"do": "confirm"}).status_code == 409, "nobody is their own second person"
    assert again(certificate).in_force, "one alone changes nothing"
    assert "<h1>有效</h1>" in app.test_client().get(f"/verify/{certificate.public_code}").text
    assert ("确认撤销" in trainer.get("/certificates").text, "确认撤销" in head.get("/certificates").text) == (False, True)
    for stranger in (world.here.employee, world.here.officer, world.there.head):
        assert client_as(stranger).post(f"{path}/revocation", data={"do": "confirm"}).status_code == 404

    assert head.post(f"{path}/revocation", data={"do": "drop"}).status_code == 303
    assert again(certificate).in_force and again(certificate).proposed_at is None
    trainer.post(path, data={"do": "revoke", "reason": "查实为他人代签"})
    assert head.post(f"{path}/revocation", data={"do": "confirm"}).status_code == 303

    done = again(certificate)
    assert (done.revoked_reason, done.revoked_by) == ("查实为他人代签", "赵倩、陈建国")
    assert trainer.post(path, data={"do": "revoke", "reason": "再撤销一次"}).status_code == 409
    assert head.post(f"{path}/revocation", data={"do": "confirm"}).status_code == 409
    assert trainer.delete(path).status_code == 405


def test_a_revocation_that_came_to_nothing_stays_readable_with_who_wanted_it_why_and_who_said_no(
    app, certificate, trainer, client_as, world
):
    here, head, path = world.here, client_as(world.here.head), f"/certificates/{certificate.id}"
    for reason, who in (("查实为他人代签", head), ("看错了人", trainer)):
        trainer.post(path, data={"do": "revoke", "reason": reason})
        assert who.post(f"{path}/revocation", data={"do": "drop"}).status_code == 303
        assert who.post(f"{path}/revocation", data={"do": "drop"}).status_code == 409, "a second press"

    lecture = f"/lectures/{certificate.lecture_id}"
    for shown in (trainer.get(path).text, trainer.get(lecture).text, client_as(here.officer).get(lecture).text):
        told = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
        for line in ("查实为他人代签 赵倩 {} 提出，陈建国 {} 没有同意", "看错了人 赵倩 {} 提出，赵倩 {} 撤回"):
            when = line.replace("{}", r"\d{4}-\d\d-\d\d \d\d:\d\d")
            assert re.search(f"撤销证书 {certificate.serial}：{when}", told), line
    trail = client_as(here.officer).get(f"/enterprises/{here.enterprise_id}/trail?group=certificate").text
    assert (trail.count("证书没有撤销"), "看错了人" in trail, "赵倩、陈建国" in trail) == (2, True, True)
    assert trail.count("刘洋") >= 2, "whose it is"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, here.enterprise_id).whole
        book = lecture_book(uow, uow.session.get_one(Lecture, certificate.lecture_id))
        [sheet] = [list(one.rows) for one in book.chapters if one.name == "没有成的更正、作废和撤销"]
        assert [(row[1], row[3], row[6]) for row in sheet] == [
            (f"撤销证书 {certificate.serial}", "查实为他人代签", "没有同意"),
            (f"撤销证书 {certificate.serial}", "看错了人", "撤回"),
        ]
    for statement in (update(DroppedProposal).values(reason="改过的原因"), delete(DroppedProposal)):
        with pytest.raises(IntegrityError, match="stay as they are"), unit_of_work(SYSTEM, "home") as uow:
            uow.session.execute(statement)
    with unit_of_work(SYSTEM, "home") as uow:
        for statement in lifting(uow.dialect, "dropped_proposal"):
            uow.session.execute(text(statement))
        uow.session.execute(update(DroppedProposal).values(dropped_by="别人"))
        assert [one.kind for one in verify(uow, here.enterprise_id).unlike] == ["certificate.not-revoked"] * 2


def revoked(certificate: Certificate) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        service.revoke(uow, uow.session.get_one(Certificate, certificate.id), "查实为他人代签")


@pytest.mark.parametrize("role", ["head", "employee", "officer"])
def test_only_the_trainer_ends_a_certificate(world, certificate, client_as, role):
    answer = client_as(getattr(world.here, role)).post(f"/certificates/{certificate.id}", data={"reason": "试试看"})

    assert answer.status_code == 404
    assert again(certificate).in_force


def test_the_end_of_the_id_number_shows_the_name_and_cannot_be_tried_out(app, world, certificate):
    anybody = app.test_client()
    path = f"/verify/{certificate.public_code}"

    assert "刘洋" in anybody.post(path, data={"tail": "8441"}).text
    for _ in range(5):
        wrong = anybody.post(path, data={"tail": "0000"}).text
        assert "对不上" in wrong
        assert "刘洋" not in wrong
    locked = anybody.post(path, data={"tail": "8441"}).text
    assert "输错次数太多" in locked
    assert "刘洋" not in locked


def test_the_list_is_searched_and_filtered(world, certificate, trainer):
    held(world.here, {3: FULL, 4: FULL}, title="消防安全与应急疏散及近三年事故警示教育")

    def names(query: str) -> set[str]:
        page = trainer.get(f"/certificates?{query}").text
        return {name for name in ("刘洋", "孙丽", "何军") if f"<b>{name}</b>" in page}

    assert names("") == {"刘洋", "孙丽", "何军"}
    assert re.search(
        r"<option value=\"[0-9a-f-]{36}\">20\d\d 年第 \d+ 期 消防安全与应急疏散及近三年事故警示…</option>",
        trainer.get("/certificates").text,
    )
    assert names("q=孙") == {"孙丽"}
    assert names(f"q={certificate.serial.lower()}") == {"刘洋"}
    assert names(f"lecture={certificate.lecture_id}") == {"刘洋"}
    assert names("state=valid") == {"刘洋", "孙丽", "何军"}
    revoked(certificate)
    assert names("state=revoked") == {"刘洋"}
    assert names("state=valid") == {"孙丽", "何军"}
    assert names("state=expired") == names("state=superseded") == set()
    assert names("lecture=nonsense") == names("")  # as every list does with what it cannot read
    with unit_of_work(SYSTEM, "system") as uow:
        without = f"/certificates?lecture={make_lecture(uow, world.here).id}"
    assert "selected>没有证书的一堂课</option>" in trainer.get(without).text
    assert "筛选：讲课：没有证书的一堂课" in trainer.get(f"{without}&as=json").get_json()["about"]


def test_an_empty_list_says_what_comes(world, client_as):
    for role in ("trainer", "head", "officer"):
        page = client_as(getattr(world.here, role)).get("/certificates").text
        assert "还没有证书" in page


def test_the_trainer_sees_whose_name_cannot_be_printed(world, trainer):
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Person, world.here.person_ids[2]).name = "刘\U00032000"
    lecture_id = held(world.here, {2: FULL})

    for path in ("/certificates", f"/lectures/{lecture_id}", f"/lectures/{lecture_id}/certificates"):
        assert "U+32000" in trainer.get(path).text


def test_the_list_asks_as_often_for_many_as_for_one(world, certificate, trainer, client_as):
    officer = client_as(world.here.officer)

    before = asks(trainer, "/certificates"), asks(officer, "/certificates")
    with unit_of_work(SYSTEM, "system") as uow:
        add_people(uow, world.here, 30)
        hold(uow, world.here, dict.fromkeys(range(5, 35), FULL))
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert len(uow.session.scalars(select(Certificate)).all()) == 31

    assert (asks(trainer, "/certificates"), asks(officer, "/certificates")) == before
