"""A firm without an account claims its record: nobody learns which firms there are, and an officer makes sure by telephone."""

import dataclasses
import html
import io
import re
import shutil
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.app import RATES, create_app
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from lms.notices.models import Notice
from lms.registry import accounts
from lms.registry.claims import service
from lms.registry.claims.models import ClaimState, EnterpriseClaim
from lms.registry.models import Enterprise, HeadAppointment
from tests.compliance.scene import add_enterprises
from tests.conftest import on_either, settings_for
from tests.world import acting

SYSTEM = Actor.system("test")
REGISTERED, OWN = "07308888888", "19900001111"
UNKNOWN = "91430699MA5JENF599"
PDF = b"%PDF-1.7 a stamped letter"


@pytest.fixture
def firm(world):
    """An imported firm that nobody signs in for, with the number of its head and an officer in charge."""
    with unit_of_work(SYSTEM, "home") as uow:
        [firm_id] = add_enterprises(uow, world.here.street_id, 1)
        firm = uow.session.get_one(Enterprise, firm_id)
        firm.uscc, firm.officer_name = "91430699MA7Q9F572F", "王敏"
        uow.session.add(HeadAppointment(enterprise_id=firm.id, name="孙婷", phone=REGISTERED, starts_on=uow.today))
        uow.session.flush()
        uow.session.expunge(firm)
        return firm


def form(world, uscc, **more):
    told = {
        "uscc": uscc, "name": "湘粮福建筑劳务有限公司", "street": str(world.here.street_id), "person_name": "孙婷",
        "post": "head", "phone": OWN,
    }  # fmt: skip
    return told | more


def claimed(app, world, uscc, **more):
    """A browser with its receipt, and the claim."""
    client = app.test_client()
    page = client.post("/claim", data=form(world, uscc, **more), follow_redirects=True)
    assert page.status_code == 200, page.text
    number = "".join(re.search(r"(\d{4}) (\d{4}) (\d{4})", page.text).groups())
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        claim = uow.session.scalars(select(EnterpriseClaim).where(EnterpriseClaim.number == number)).one()
        uow.session.expunge(claim)
    return client, claim


def words_in(page):
    return "".join(re.search(r"(\d{4}) (\d{4})</span></p>", page.text).groups())


def entries(firm_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        kinds = select(ChainEntry.kind).where(ChainEntry.enterprise_id == firm_id).order_by(ChainEntry.seq)
        assert verify(uow, firm_id).whole
        return list(uow.session.scalars(kinds))


@on_either
def test_a_firm_that_was_imported_gets_its_account_after_a_call_and_the_trail_says_so(app, world, client_as, firm):
    client, claim = claimed(app, world, firm.uscc, document=(io.BytesIO(PDF), "anything.exe"))
    officer = client_as(world.here.officer)
    page = officer.get("/claims").text
    assert f"/claims/{claim.id}" in page and "新企业" not in page
    assert "待确认的认领" in officer.get("/patch").text and "待确认的认领" in officer.get("/overview").text

    page = officer.get(f"/claims/{claim.id}").text
    assert REGISTERED not in page and OWN not in page and "不一样" in page  # the name of the firm, and the numbers
    page = officer.post(f"/claims/{claim.id}/phone").text
    assert REGISTERED in page and OWN in page
    assert officer.post(f"/claims/{claim.id}/document").data == PDF
    assert "请写明打了哪个电话" in officer.post(f"/claims/{claim.id}", data={"confirmed": "1"}).text
    yes = officer.post(f"/claims/{claim.id}", data={"confirmed": "1", "answer": "打了登记的电话，负责人本人接的"})
    words = words_in(yes)
    assert yes.headers["Cache-Control"] == "no-store" and words not in officer.get(f"/claims/{claim.id}").text
    assert officer.post(f"/claims/{claim.id}", data={"confirmed": "1", "answer": "再来"}).status_code == 409

    assert "已确认" in client.get("/claim/state").text
    chosen = {"password": "long enough 1", "again": "long enough 1"}
    assert client.post("/claim/account", data=chosen | {"words": words[::-1] + "1"}).status_code == 422
    assert client.post("/claim/account", data=chosen | {"words": words, "again": "other"}).status_code == 422
    answer = client.post("/claim/account", data=chosen | {"words": f"{words[:4]} {words[4:]}"}, follow_redirects=True)
    assert f"用户名是 {firm.uscc}" in answer.text
    assert app.test_client().post("/claim/account", data=chosen | {"words": words}).status_code == 303  # no receipt: nothing
    signed_in = client.post("/sign-in", data={"username": firm.uscc, "password": chosen["password"]})
    assert signed_in.status_code == 303 and client.get("/people/import").status_code == 200

    assert entries(firm.id) == ["person.viewed", "person.viewed", "person.viewed", "claim.confirmed", "claim.opened"]
    trail = officer.get(f"/enterprises/{firm.id}/trail").text
    assert "确认企业认领" in trail and "身份 主要负责人" in trail
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        held = select(Membership.role).join(User).where(User.username == firm.uscc, Membership.enterprise_id == firm.id)
        assert set(uow.session.scalars(held)) == {Role.HEAD, Role.TRAINER}


@on_either
def test_whoever_claims_cannot_tell_a_known_firm_from_an_unknown_one(app, world, firm):
    """Not by the answer, not by its receipt, and not by what it takes."""
    known, unknown, taken = firm.uscc, UNKNOWN, "91430699MA7UUP5Y9R"  # the last has accounts
    pages = {}
    for uscc in (known, unknown, taken):
        client, claim = claimed(app, world, uscc)
        text = client.get("/claim/state").text.replace(uscc, "")
        pages[uscc] = re.sub(rf"{claim.number[:4]} {claim.number[4:8]} {claim.number[8:]}", "", text)
        pages[uscc] = re.sub(r'name="csrf_token"[^>]*|\d\d:\d\d', "", pages[uscc])

    assert len(set(pages.values())) == 1
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        claims = {claim.uscc: claim for claim in uow.session.scalars(select(EnterpriseClaim))}
    assert claims[known].enterprise_id == firm.id
    assert claims[unknown].enterprise_id is claims[taken].enterprise_id is None


def test_a_firm_nobody_knows_is_taken_into_the_street_it_names_with_whoever_claims_as_its_head(app, world, client_as):
    _client, claim = claimed(app, world, UNKNOWN)
    assert client_as(world.there.officer).get(f"/claims/{claim.id}").status_code == 404
    officer = client_as(world.here.street_officer)
    assert "新企业" in officer.get("/claims").text
    page = officer.get(f"/claims/{claim.id}").text
    assert "登记为新企业" in page

    words_in(officer.post(f"/claims/{claim.id}", data={"confirmed": "1", "answer": "上门看了执照", "industry": "建筑施工"}))

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        made = uow.session.scalars(select(Enterprise).where(Enterprise.uscc == UNKNOWN)).one()
        head = uow.session.scalars(select(HeadAppointment).where(HeadAppointment.enterprise_id == made.id)).one()
        assert (made.name, made.industry, made.jurisdiction_id) == (claim.name, "建筑施工", world.here.street_id)
        assert (head.name, head.phone, made.officer_name) == ("孙婷", OWN, "李强")
    assert entries(made.id) == ["claim.confirmed"]


def test_a_firm_with_an_account_is_not_taken_over(app, world, client_as):
    _client, claim = claimed(app, world, "91430699MA7UUP5Y9R")
    officer = client_as(world.here.officer)

    answer = officer.post(f"/claims/{claim.id}", data={"confirmed": "1", "answer": "打了电话"})

    assert answer.status_code == 409 and "已经登记并且有账号" in answer.text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.get_one(EnterpriseClaim, claim.id).state is ClaimState.WAITING


def test_of_two_claims_of_one_firm_the_second_is_not_confirmed_as_well(app, world, client_as, firm):
    (_first, one), (_second, other) = claimed(app, world, firm.uscc), claimed(app, world, firm.uscc, person_name="何军")
    officer, yes = client_as(world.here.officer), {"confirmed": "1", "answer": "打了电话"}

    assert [officer.post(f"/claims/{claim.id}", data=yes).status_code for claim in (one, other)] == [200, 409]


def test_who_is_refused_reads_why_and_is_forgotten_after_a_week(app, world, client_as, firm):
    client, claim = claimed(app, world, firm.uscc, document=(io.BytesIO(PDF), "letter.pdf"))
    officer = client_as(world.here.officer)
    assert "退回要写明原因" in officer.post(f"/claims/{claim.id}", data={}).text
    officer.post(f"/claims/{claim.id}", data={"answer": "登记的电话说没有这个人"})

    assert "登记的电话说没有这个人" in client.get("/claim/state").text
    assert entries(firm.id) == ["claim.refused"]
    with unit_of_work(SYSTEM, "system") as uow:
        service.forget_used(acting(uow, SYSTEM, "system", uow.now + service.KEPT - timedelta(minutes=1)))
        assert uow.session.get_one(EnterpriseClaim, claim.id).phone == OWN
        service.forget_used(acting(uow, SYSTEM, "system", uow.now + service.KEPT + timedelta(minutes=1)))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        kept = uow.session.get_one(EnterpriseClaim, claim.id)
        assert (kept.person_name, kept.phone, kept.document, kept.answer) == (None, None, None, "登记的电话说没有这个人")
    assert entries(firm.id) == ["claim.refused"]  # and it is still what the tables say
    page = client.get("/claim?again=1").text
    assert firm.uscc in page and OWN not in page and "姓名、手机号和材料已经按规定删除" in page
    assert "已按规定删除" in officer.get(f"/claims/{claim.id}").text


def test_a_claim_that_was_not_confirmed_is_mended_where_it_was_and_not_typed_anew(app, world, client_as, firm):
    client, claim = claimed(app, world, firm.uscc, document=(io.BytesIO(PDF), "letter.pdf"))
    assert firm.uscc not in client.get("/claim?again=1").text, "one that waits is not made a second time"
    client_as(world.here.officer).post(f"/claims/{claim.id}", data={"answer": "名称和执照不一样"})

    [again] = re.findall(r'href="(/claim\?[^"]+)">改好再提交', client.get("/claim/state").text)
    page = client.get(again)
    there = {html.unescape(one) for one in re.findall(r' value="([^"]*)"', page.text)}
    assert {firm.uscc, "湘粮福建筑劳务有限公司", "孙婷", OWN} <= there
    assert re.search(rf'<option selected value="{world.here.street_id}"', page.text)
    assert re.search(r'<input[^>]* checked[^>]* value="head"|value="head"[^>]* checked', page.text)
    assert "原因：名称和执照不一样" in page.text and "上次交的材料没有带过来，要交的请重新选" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert OWN not in app.test_client().get(again).text, "nor without the number of the receipt"

    refused = client.post(again, data=form(world, firm.uscc, name="<新>"))
    assert refused.status_code == 422 and "原因：名称和执照不一样" in refused.text, "while it is mended it says why"
    made = client.post(again, data=form(world, firm.uscc, name="湘粮福建筑劳务有限责任公司"), follow_redirects=True)
    assert "已收到，等监管部门核实" in made.text


def test_a_claim_nobody_answers_is_forgotten_after_ninety_days_and_may_be_made_again(app, world, client_as, firm):
    client, claim = claimed(app, world, firm.uscc, document=(io.BytesIO(PDF), "letter.pdf"))
    _other, opened_by_nobody = claimed(app, world, UNKNOWN)
    client_as(world.here.officer).post(f"/claims/{opened_by_nobody.id}", data={"confirmed": "1", "answer": "打了电话"})
    for late, forgotten in ((timedelta(minutes=-1), 0), (timedelta(minutes=1), 2), (timedelta(minutes=2), 0)):
        with unit_of_work(SYSTEM, "system") as uow:
            assert service.forget_used(acting(uow, SYSTEM, "system", uow.now + service.WAITS + late)) == forgotten
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        kept = uow.session.get_one(EnterpriseClaim, claim.id)
        assert (kept.person_name, kept.phone, kept.document, kept.state) == (None, None, None, ClaimState.REFUSED)
        assert uow.session.get_one(EnterpriseClaim, opened_by_nobody.id).phone is None
    assert "90 天没有答复" in client.get("/claim/state").text and entries(firm.id) == ["claim.refused"]


@on_either
def test_who_claims_is_nowhere_in_the_database_in_plain_letters(app, world, firm):
    claimed(app, world, firm.uscc, document=(io.BytesIO(PDF), "letter.pdf"))

    with db.engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT person_name, phone, document FROM enterprise_claim").all()
    for value, plain in zip(row, ("孙婷".encode(), OWN.encode(), PDF), strict=True):
        assert plain not in bytes(value)


def test_the_officer_in_charge_is_told_and_where_nobody_is_the_jurisdiction(app, world, firm):
    _client, claim = claimed(app, world, firm.uscc)
    with unit_of_work(SYSTEM, "home") as uow:
        told = set(uow.session.scalars(select(Notice.user_id).where(Notice.about_id == claim.id)))
        assert {f"user:{ident}" for ident in told} == {world.here.officer}
        uow.session.execute(update(Enterprise).where(Enterprise.id == firm.id).values(officer_name=None))

    _client, claim = claimed(app, world, firm.uscc)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        told = set(uow.session.scalars(select(Notice.user_id).where(Notice.about_id == claim.id)))
    assert {f"user:{ident}" for ident in told} == {world.here.officer, world.here.street_officer}


def test_what_is_wrong_with_a_claim_is_said_and_nothing_is_kept(app, world):
    client = app.test_client()
    wrong = {
        "最后一位校验不对": {"uscc": UNKNOWN[:17] + "A"},
        "要 18 位": {"uscc": "123"},
        "请选所在的街道": {"street": str(world.here.district_id)},
        "手机号要 11 位": {"phone": "1990000"},
        "姓名不能以 = 开头": {"person_name": "=cmd"},
        "请传 PDF、JPG 或 PNG": {"document": (io.BytesIO(b"MZ a program"), "licence.pdf")},
        "请选一项": {"post": "officer"},
    }
    for sentence, told in wrong.items():
        answer = client.post("/claim", data=form(world, UNKNOWN) | told)
        assert answer.status_code == 422 and sentence in answer.text, (sentence, answer.text)
    big = client.post("/claim", data=form(world, UNKNOWN, document=(io.BytesIO(PDF + b"0" * 5 * 1024**2), "licence.pdf")))
    assert big.status_code == 422

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(EnterpriseClaim)).all() == []


def test_numbers_words_and_codes_are_not_tried_through(app, world, client_as, firm):
    client, claim = claimed(app, world, firm.uscc)
    officer = client_as(world.here.officer)
    words = words_in(officer.post(f"/claims/{claim.id}", data={"confirmed": "1", "answer": "打了电话"}))
    chosen = {"password": "long enough 1", "again": "long enough 1"}
    tries = [client.post("/claim/account", data=chosen | {"words": f"{n:08}"}).status_code for n in range(6)]
    assert tries == [422] * 5 + [429]
    assert client.post("/claim/account", data=chosen | {"words": words}).status_code == 429  # and the right ones wait too

    numbers = [client.post("/claim/state", data={"number": f"{n:012}"}).status_code for n in range(21)]
    assert numbers == [422] * 20 + [429]
    codes = [client.post("/claim", data=form(world, UNKNOWN)).status_code for _ in range(6)]
    assert codes == [303] * 5 + [429]


def test_words_are_good_for_a_week_and_new_ones_replace_them(app, world, client_as, firm):
    client, claim = claimed(app, world, firm.uscc)
    officer = client_as(world.here.officer)
    assert officer.post(f"/claims/{claim.id}/words").status_code == 404  # not confirmed yet
    first = words_in(officer.post(f"/claims/{claim.id}", data={"confirmed": "1", "answer": "打了电话"}))
    second = words_in(officer.post(f"/claims/{claim.id}/words"))
    chosen = {"password": "long enough 1", "again": "long enough 1"}
    assert client.post("/claim/account", data=chosen | {"words": first}).status_code == 422
    with unit_of_work(SYSTEM, "home") as uow:
        late = uow.now - timedelta(minutes=1)
        uow.session.execute(update(EnterpriseClaim).values(opening_until=late))
    assert client.post("/claim/account", data=chosen | {"words": second}).status_code == 422

    lost = words_in(officer.post(f"/claims/{claim.id}/words"))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        account = uow.session.scalars(select(User).join(EnterpriseClaim, EnterpriseClaim.user_id == User.id)).one()

    def changed_at():
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            return uow.session.scalars(select(User.password_changed_at).where(User.id == account.id)).one()

    assert CliRunner().invoke(accounts.set_password, [account.username, "--password", "of the command line"]).exit_code == 0
    before = changed_at()
    assert client.post("/claim/account", data=chosen | {"words": lost}).status_code == 422, "it would replace that password"

    third = words_in(officer.post(f"/claims/{claim.id}/words"))
    assert client.post("/claim/account", data=chosen | {"words": third}).status_code == 303
    assert officer.post(f"/claims/{claim.id}/words").status_code == 404  # it is open
    assert changed_at() > before, "nobody stays in with the password before"


def test_a_claim_goes_with_its_firm_to_another_district(app, world, client_as, firm):
    _client, claim = claimed(app, world, firm.uscc)
    with unit_of_work(SYSTEM, "home") as uow:
        moved = {"jurisdiction_id": world.there.street_id}
        uow.session.execute(update(Enterprise).where(Enterprise.id == firm.id).values(moved))

    assert client_as(world.here.officer).get(f"/claims/{claim.id}").status_code == 404
    assert client_as(world.there.officer).get(f"/claims/{claim.id}").status_code == 200


def test_claims_from_one_address_are_slowed_down_like_other_doors(tmp_path, template):
    shutil.copy(template, tmp_path / "anke.sqlite3")
    app = create_app(dataclasses.replace(settings_for(tmp_path), env="demo"))
    client, allowed = app.test_client(), int(RATES["claims.new"].split()[0])

    answers = [client.get("/claim").status_code for _ in range(allowed + 1)]

    assert set(answers[:-1]) == {200} and answers[-1] == 429
