"""What does not go as planned, counted: a name a message did not reach, what is odd at the door, and somebody else who spoke."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from lms.access.models import Role
from lms.access.service import add_user
from lms.core.crypto import keyring
from lms.core.uow import UnitOfWork
from lms.lectures.models import LecturerStep, Witness
from lms.lectures.service import confirm_lecturer
from lms.notices.models import ChannelKind
from lms.notices.service.channels import set_up
from lms.registry.models import Person, PersonPost
from tests.attendance.conftest import TAILS
from tests.compliance.scene import launch
from tests.journey.conftest import STATIONS_PASSWORD, Live, token_of
from tests.journey.counting import ASIDES, Hand
from tests.journey.pages import look, sign_in, until
from tests.lectures.builders import make_lecture
from tests.notices.conftest import listening, texting
from tests.world import LONG_AGO, Side, World
from tests.world import PHONES as HERE

HE = 4  # of the roster: 何军
PHONES = [str(int(phone) + 1) for phone in HERE]  # of the other enterprise
LATE_PHONE, LATE_ID = "19900001111", "430699199001010017"


@pytest.fixture(scope="module")
def side(stations_server: Live, world: World) -> Side:
    """The other enterprise of the world, with accounts for its trainer and its head."""
    there = world.there
    with stations_server.unit(write=True) as uow:
        for username, name, role, person_id in (
            ("trainer", "赵倩", Role.TRAINER, there.person_ids[1]), ("head", "陈建国", Role.HEAD, there.head_id),
        ):  # fmt: skip
            add_user(
                uow, username=username, name=name, password=STATIONS_PASSWORD, role=role,
                enterprise_id=there.enterprise_id, person_id=person_id,
            )  # fmt: skip
    return there


def known(phone: str, id_number: str) -> dict[str, str]:
    """What somebody says on the phone of the check-in, as the roster keeps it."""
    return {
        "phone": phone, "phone_hash": keyring().fingerprint(phone),
        "id_number": id_number, "id_number_hash": keyring().fingerprint(id_number),
    }  # fmt: skip


def take_on(uow: UnitOfWork, side: Side, name: str, **known: str) -> None:
    """Somebody more in its one department."""
    person = Person(enterprise_id=side.enterprise_id, name=name, created_at=uow.now, **known)
    post = {"department_id": side.department_id, "post": "操作工", "category": "其他从业人员", "starts_on": LONG_AGO}
    person.posts.append(PersonPost(enterprise_id=side.enterprise_id, **post))
    uow.session.add(person)
    uow.session.flush()


def identify(phone: Hand, number: str, tail: str) -> None:
    phone.fill(phone.page.get_by_label("手机号"), number)
    phone.fill(phone.page.get_by_label("身份证号后四位"), tail)
    phone.click(phone.page.get_by_role("button", name="确认签到"))


@pytest.fixture
def trainer(stations_server: Live, office: BrowserContext, side: Side) -> Hand:
    page = office.new_page()
    sign_in(page, stations_server.url, "trainer", STATIONS_PASSWORD)
    return Hand(page)


def test_the_name_a_notice_did_not_reach_comes_back_to_its_trainer(stations_server, side, trainer):
    page = trainer.page
    with listening() as gateway:
        with stations_server.unit(write=True) as uow:
            set_up(uow, side.enterprise_id, ChannelKind.SMS, texting(gateway), enabled=True)
            uow.session.get_one(Person, side.person_ids[HE]).phone = None
            lecture = f"{stations_server.url}/lectures/{make_lecture(uow, side, state='draft').id}"
        page.goto(lecture)
        trainer.click(page.get_by_role("button", name="发出通知"))
        lost = page.locator("#told").get_by_text("1 人未送达")
        until(lambda: lost.count() or (page.reload() and None), "the name that came back")
    look(page, "aside-told")
    trainer.click(lost)
    row = page.get_by_role("table", name="未送达").get_by_role("row", name="何军")
    expect(row).to_contain_text("补上手机号或别的联系方式")
    expect(page.locator("main")).not_to_contain_text("刘洋")
    look(page, "aside-lost", narrow=True)
    trainer.within(clicks=2, fields=0, changes=ASIDES[0])


def test_what_is_odd_at_the_door_is_cleared_with_a_click_each(
    stations_server: Live, side: Side, trainer: Hand, new_phone: Callable[[], BrowserContext]
) -> None:
    with stations_server.unit(write=True) as uow:
        for at in range(6):  # of more than ten, one leave counts by the word of one
            take_on(uow, side, f"员工{at}")
        lecture = make_lecture(uow, side, state="open", minutes=120)
        take_on(uow, side, "周敏", **known(LATE_PHONE, LATE_ID))  # after the list was frozen
        address, sitting_id = f"{stations_server.url}/lectures/{lecture.id}", lecture.sitting.id
    phone = Hand(new_phone().new_page(), touch=True)

    phone.scan(f"{stations_server.url}/s/{token_of(stations_server, sitting_id)}")
    identify(phone, PHONES[2], TAILS[2])
    expect(phone.page.get_by_role("heading", name="已签到")).to_be_visible()
    phone.scan(f"{stations_server.url}/s/{token_of(stations_server, sitting_id, screen=2)}")
    phone.click(phone.page.get_by_role("link", name="不是我"))
    identify(phone, LATE_PHONE, LATE_ID[-4:])
    expect(phone.page.get_by_text("您不在这堂课的应到名单上")).to_be_visible()
    phone.click(phone.page.get_by_role("button", name="我也参加了"))
    expect(phone.page.get_by_role("heading", name="已签到")).to_be_visible()

    page = trainer.page
    page.goto(address)
    board = page.locator("#board")
    extra = board.get_by_role("row", name=re.compile("^周敏"))
    for words in ("名单外", "刘洋", "同一手机"):
        expect(extra).to_contain_text(words)
    look(page, "aside-odd", narrow=True)
    with trainer.step("one phone of two"):
        odd = page.get_by_role("button", name="确认本人：")
        trainer.click(odd)
        expect(odd).to_have_count(0)
    with trainer.step("leave"):
        trainer.click(board.get_by_role("link", name="登记或请假：何军"))
        trainer.fill(page.get_by_label(re.compile("^说明")), "门诊复查")
        trainer.click(page.get_by_role("button", name="登记请假"))
    expect(board.get_by_role("row", name=re.compile("^何军"))).to_contain_text("请假")
    printed = page.context.expect_event("response", lambda answer: answer.request.method == "POST")  # in a tab of its own
    with trainer.step("paper"), printed:
        trainer.click(page.get_by_role("button", name="打印签到表"))
    page.goto(address)
    expect(page.locator("#sheets")).to_contain_text("S-0001")
    trainer.within(clicks=4, fields=1, changes=ASIDES[1] - 1)


def test_whoever_else_spoke_is_said_plainly_and_the_duty_stays_open(stations_server, side, trainer, phone):
    with stations_server.unit(write=True) as uow:
        campaign = launch(uow, side, min_attendance=0, min_minutes=30)
        lecture = make_lecture(uow, side, state="open", campaign_id=campaign.id)
        lecture.sitting.opened_at = lecture.sitting.started_at = uow.now - timedelta(minutes=50)
        confirm_lecturer(
            uow, lecture.sitting, side.person_ids[1], LecturerStep.START, Witness.TRAINER,
            at=uow.now - timedelta(minutes=50), reason="总经理出差", seen=True,
        )  # fmt: skip
        address, asked = f"{stations_server.url}/lectures/{lecture.id}", f"{stations_server.url}/campaigns/{campaign.id}"
    page = trainer.page
    page.goto(address)
    with trainer.step("the end, by whoever else spoke"):
        trainer.click(page.get_by_role("link", name="换了人讲，登记一下"))
        trainer.click(page.get_by_label(re.compile("^讲完")))
        trainer.click(page.get_by_role("button", name="记下"))
    trainer.within(clicks=3, fields=0, changes=ASIDES[2])
    closing = Hand(page)  # of the ordinary day
    with closing.step("close"):
        closing.click(page.get_by_role("link", name="结束讲课"))
        closing.click(page.get_by_role("button", name="结束讲课"))
    expect(page.get_by_text("讲课已结束")).to_be_visible()
    head = Hand(phone.new_page(), touch=True)
    sign_in(head.page, stations_server.url, "head", STATIONS_PASSWORD)
    head.page.goto(address)
    said = head.page.locator("#lecturer")
    for words in ("与登记不符", "赵倩", "不是主要负责人", "总经理出差"):
        expect(said).to_contain_text(words)
    look(head.page, "aside-head-lecture")
    head.page.goto(asked)
    expect(head.page.locator("main")).to_contain_text("登记的主要负责人是陈建国，实际讲课的是赵倩")
    look(head.page, "aside-head-duty")
    head.within(clicks=0, fields=0)
