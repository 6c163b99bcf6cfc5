"""A bulletin from its draft to its publication and its correction, over its pages."""

import hashlib
import html
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pypdfium2
import pytest
import zxingcpp
from flask_babel import refresh
from sqlalchemy import null, select, update

from lms.access.models import Membership, Role
from lms.access.service import load_actor
from lms.archives.queries import trust_of
from lms.attendance.models import AttendanceEvent, Correction, Mark, Method
from lms.compliance import queries as standings
from lms.compliance.bulletins import calling, following, jobs, printing, queries, service, signing, views
from lms.compliance.bulletins.gathering import gather
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinState
from lms.compliance.bulletins.rules import (
    LISTS,
    Setting,
    counted,
    first_words,
    known_by,
    listed,
    paper,
    sat,
    sat_in,
    signals,
    to_text,
    total,
)
from lms.compliance.models import Standing, StandingState
from lms.compliance.rules import Reason
from lms.compliance.signals.models import LectureSignal, Said, SignalWord
from lms.compliance.signals.queries import page_of_signals
from lms.core import clock, paging, workdays
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.registry.models import ChangeKind, Enterprise, Jurisdiction
from lms.registry.service import jurisdictions
from lms.supervision.models import Observation, ObservationVisit
from lms.supervision.queries import officers, owed
from lms.web.locale import COOKIE
from tests.compliance.scene import SYSTEM, flat, hold
from tests.world import LONG_AGO, acting


@pytest.fixture
def late(world, campaign):
    """The enterprise of the world is overdue and did not lecture by its head; another one has completed."""
    with unit_of_work(SYSTEM, "home") as uow:
        lines = uow.session.scalars(select(Standing).where(Standing.campaign_id == campaign.id)).all()
        for line in lines:
            if line.enterprise_id == world.here.enterprise_id:
                line.due_on, line.reason, line.note = uow.today - timedelta(days=9), Reason.NOT_HEAD, "讲课人不是主要负责人"
        done = next(line for line in lines if line.enterprise_id != world.here.enterprise_id)
        done.state, done.lectured_on, done.minutes = StandingState.COMPLETED, uow.today, 62
        done.expected, done.attended, done.examined, done.passed = 12, 12, 12, 11
        return done.enterprise_id


def begin(client, campaign) -> str:
    """Freeze; the path of the bulletin's page."""
    answer = client.post("/bulletins/new", data={"campaign": campaign.id, "area": "430602", "day": clock.local_date(clock.now())})
    assert answer.status_code == 303, answer.text
    return answer.location


def bulletin(path: str) -> Bulletin:
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.get_one(Bulletin, UUID(path.rsplit("/", 1)[1]))


def as_person(person_id: UUID | None, *keys: str) -> None:
    """These accounts are all of one person; None: of nobody who is on a roster."""
    ids = [UUID(key.removeprefix("user:")) for key in keys]
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.execute(update(Membership).where(Membership.user_id.in_(ids)).values(person_id=person_id))


def send(client, path: str):
    return client.post(f"{path}/send", data={"reply_by": service.first_reply_day(clock.local_date(clock.now()))})


def test_who_has_lectured_and_not_completed_is_praised_by_nobody_whatever_is_sent(world, campaign, late, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(Standing).where(Standing.enterprise_id == late)).one().state = StandingState.LECTURED
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    author.post(f"{path}/names", data={"praised": [str(late)]})
    assert bulletin(path).praised == []
    with unit_of_work(SYSTEM, "home") as uow:  # as a draft of a former version has it
        issue = uow.session.get_one(Bulletin, UUID(path.rsplit("/", 1)[1]))
        issue.praised, issue.state = [str(late)], BulletinState.GATHERING
        service.froze(uow, issue.id, queries.frozen_of(issue), issue.data_sha256)
        assert issue.praised == [], "nor where data gathered anew say so"
        issue.praised = [str(late)]
    send(author, path)
    assert bulletin(path).state is BulletinState.REPLYING and bulletin(path).praised == []


def test_two_people_publish_what_was_frozen_and_the_firm_was_heard(app, world, campaign, late, client_as):
    author, other, firm = (client_as(key) for key in (world.here.officer, world.city_officer, world.here.head))
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Jurisdiction, world.here.district_id).bureau_name = "岳阳楼区应急管理局"
    path = begin(author, campaign)
    draft = flat(author.get(path))
    assert "逾期没开讲 1 家" in draft
    assert "湘粮油脂有限公司" in draft
    assert firm.get(path).status_code == 404
    anybody = app.test_client()
    assert anybody.get(f"{path}/check").status_code == 404 and "查无此件" in flat(anybody.get(f"{path}/check"))
    author.post(f"{path}/names", data={"list": ["overdue", "not_head"], "praised": [str(late)]})
    author.post(f"{path}/words", data={"lead": "一句导语。", "praise": "讲得早。", "problems": "", "next": "抓紧。"})
    assert bulletin(path).praised == [str(late)]

    assert send(author, path).status_code == 303

    assert "请核对：岳阳楼区应急管理局通报" in flat(firm.get("/inbox"))
    asked = flat(firm.get(f"{path}/own"))
    assert "逾期 9 天" in asked
    assert "0 / 0" not in asked and "0 分钟" not in asked, "what was not held has no figures"
    assert firm.get(f"{path}/bulletin.pdf").status_code == 404  # not out yet
    assert author.post(f"{path}/sign").status_code == 409  # somebody may still reply
    assert firm.post(f"{path}/own", data={"kind": "reply", "text": " "}).status_code == 422
    firm.post(f"{path}/own", data={"kind": "reply", "text": "当天负责人住院，已补讲。"})
    assert firm.post(f"{path}/own", data={"kind": "agreed"}).status_code == 409
    with unit_of_work(SYSTEM, "home") as uow:  # the praised one has nobody who could be told; its days pass
        uow.session.get_one(Bulletin, UUID(path.rsplit("/", 1)[1])).reply_by = uow.today - timedelta(days=1)
    assert "湘粮油脂有限公司对通报有说明" in flat(author.get("/inbox"))
    refused = author.post(f"{path}/sign")  # who cannot be told is to be called first
    assert refused.status_code == 409 and "还有 1 家没有账号" in refused.text
    call = {"enterprise_id": [str(late), str(world.there.enterprise_id)], "text": "跟王经理说了，没有意见"}
    for blank in ("", " \u3000"):
        assert author.post(f"{path}/called", data=call | {"text": blank}).status_code == 422
    with unit_of_work(SYSTEM, "home") as uow, pytest.raises(calling.NoteMissing):  # as it comes over the API
        service.call(uow, uow.session.get_one(Bulletin, bulletin(path).id), [late], " \u3000")
    assert other.post(f"{path}/called", data=call | {"enterprise_id": str(world.here.enterprise_id)}).status_code == 422
    assert "跟王经理说了，没有意见" in flat(author.post(f"{path}/called", data=call, follow_redirects=True))
    author.post(f"{path}/firms/{world.here.enterprise_id}", data={"answer": "以登记为准", "struck": ""})
    waited = author.post(f"{path}/sign")  # who was called today has days of its own, whatever the date for all
    own_day = service.first_reply_day(clock.local_date(clock.now()))
    assert (
        waited.status_code == 409 and f"{own_day} 之后才能签发" in waited.text and f"答复到 {own_day}" in flat(author.get(path))
    )
    with unit_of_work(SYSTEM, "home") as uow:
        found = uow.session.get_one(Bulletin, bulletin(path).id)
        queries.mention_of(uow, found, late).called_at -= timedelta(days=7)
    assert author.post(f"{path}/sign").status_code == 303
    assert author.post(f"{path}/sign").status_code == 409  # not the author alone
    as_person(world.here.person_ids[3], world.here.officer, world.city_officer)
    assert other.post(f"{path}/sign").status_code == 409  # nor by another account of the author's
    assert "您已经签过" in flat(other.get(path))
    as_person(None, world.here.officer, world.city_officer)
    assert "您已经签过" not in flat(other.get(path))
    author.post(f"{path}/words", data={"lead": "改过的导语。", "praise": "讲得早。", "problems": "", "next": "抓紧。"})
    assert "等您签发：岳阳楼区应急管理局通报" in flat(other.get("/inbox"))
    other.post(f"{path}/sign")
    assert bulletin(path).state is BulletinState.REPLYING  # what the author signed was another text
    author.post(f"{path}/sign")

    out = bulletin(path)
    assert (out.state, out.number, out.year) == (BulletinState.PUBLISHED, 1, clock.local_date(clock.now()).year)
    assert set(out.files) == {"pdf", "docx", "xlsx"}
    page = flat(other.get(path))
    assert "当天负责人住院，已补讲。" in page
    assert "以登记为准" in page
    assert "改过的导语。" in page
    assert "等您签发" not in flat(other.get("/inbox")) + flat(author.get("/inbox"))
    with unit_of_work(SYSTEM, "home") as uow:  # what is said after the publication changes nothing of what was signed
        service.reply(uow, queries.mention_of(uow, out, late), "")
    assert flat(other.get(path)).count("内容改过，不算") == page.count("内容改过，不算") == 1
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Jurisdiction, world.here.district_id).bureau_name = "岳阳楼区应急局"
    checked = anybody.get(f"{path}/check")  # by the code on the paper
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        setting = queries.setting_of(uow, out, queries.frozen_of(out))
        assert setting.address.endswith(checked.request.path) and queries.signers_of(uow, out) == list(setting.signers)
        firms = uow.session.scalars(select(Enterprise.name)).all()
    told = [
        out.data_sha256,
        "岳阳楼区应急管理局",
        f"{out.year} 年第 1 期",
        "第 1 版，没有更正",
        *(name for name, _on in setting.signers),
    ]
    assert [fact for fact in told if fact not in flat(checked)] == [] and "noindex" in checked.headers["X-Robots-Tag"]
    assert len(setting.signers) == 2 and not [name for name in firms if name in checked.text]
    data = other.get(f"{path}/bulletin.json").data
    assert hashlib.sha256(data).hexdigest() == out.data_sha256
    assert firm.get(f"{path}/bulletin.pdf").data == author.get(f"{path}/bulletin.pdf").data
    assert firm.get(f"{path}/bulletin.xlsx").status_code == 404  # names every enterprise
    inbox = firm.get("/inbox")
    assert "已发布：岳阳楼区应急管理局通报" in flat(inbox)
    assert "发布以后通知了 1 家企业，0 家点开了消息" in flat(other.get(path))
    printed = pypdfium2.PdfDocument(firm.get(f"{path}/bulletin.pdf").data)
    assert re.search("印发：岳阳楼区应急管理局\\s+签发：", "".join(page.get_textpage().get_text_range() for page in printed))
    codes = {code.text for page in printed for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())}
    assert codes == {f"http://anke.test{checked.request.path}"}, "whoever holds the paper gets there"
    assert f'href="{path}"' in checked.text and firm.get(path).location == f"{path}/own", "and on to what they may read"
    firm.get(re.search(r'href="(/inbox/[^"]+)"[^>]*>(?:(?!</a>).)*已发布：', inbox.text, re.DOTALL)[1])
    assert "发布以后通知了 1 家企业，1 家点开了消息" in flat(author.get(path))
    assert author.post(f"{path}/words", data={"lead": "再改"}).status_code == 409
    street, neighbour = client_as(world.here.street_officer), client_as(world.there.officer)
    sent = street.get("/inbox")  # it is sent to whoever supervises a part of the area, and to nobody else
    assert "已发布：岳阳楼区应急管理局通报" in flat(sent) and f"岳阳楼区 {out.year} 年第 1 期，数据截至" in flat(sent)
    assert not [one for one in (neighbour, author) if "已发布：岳阳楼区应急管理局通报" in flat(one.get("/inbox"))], (
        "who has just signed it knows"
    )
    assert "发给本区域监管人员 1 人，0 人点开了消息" in flat(other.get(path))
    street.get(re.search(r'href="(/inbox/[^"]+)"[^>]*>(?:(?!</a>).)*已发布：', sent.text, re.DOTALL)[1])
    assert "发给本区域监管人员 1 人，1 人点开了消息" in flat(other.get(path))
    assert street.get(path).status_code == 200  # and may read it
    assert street.post(f"{path}/correct", data={"reason": "x"}).status_code == 404

    later = author.post(f"{path}/correct", data={"reason": "食品厂的合格人数写错了。"}).location
    assert author.post(f"{path}/correct", data={"reason": "再来一次"}).status_code == 409
    send(author, later)  # who was named in the same words is not asked again
    author.post(f"{later}/sign")
    author.post(f"{later}/words", data={"lead": "又改的导语。", "praise": "讲得早。", "problems": "", "next": "抓紧。"})
    author.post(f"{later}/sign")
    assert flat(other.get("/inbox")).count("等您签发") == 1  # asked once, however often the words change
    other.post(f"{later}/sign")
    new = bulletin(later)
    assert (new.state, new.version, new.number) == (BulletinState.PUBLISHED, 2, 1)
    assert bulletin(path).files == out.files
    assert "岳阳楼区应急管理局" in flat(anybody.get(f"{later}/check")), "of the same data, so in the same name"
    told_anew = flat(street.get("/inbox"))
    assert (
        "更正：岳阳楼区应急管理局通报" in told_anew and "第 2 版，以这一版为准。更正说明：食品厂的合格人数写错了。" in told_anew
    )
    corrected = anybody.get(f"{path}/check")
    assert "现在以第 2 版为准" in flat(corrected) and f'href="{later}/check"' in corrected.text
    assert "食品厂" not in corrected.text  # why it was corrected may name one
    assert "当天负责人住院，已补讲。" in flat(author.get(later))
    assert "有第 2 版" in flat(author.get(path))

    third = author.post(f"{later}/correct", data={"reason": "又错了。"}).location
    send(author, third)
    author.post(f"{third}/sign")
    assert "等您签发" in flat(other.get("/inbox"))
    author.post(f"{third}/void")
    assert "等您签发" not in flat(other.get("/inbox"))


def test_the_page_says_which_of_those_blamed_last_time_have_lectured_and_which_need_not(world, campaign, late, client_as):
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    author.post(f"{path}/names", data={"list": ["overdue"], "praised": [str(late)]})
    send(author, path)
    with unit_of_work(SYSTEM, "home") as uow:
        issue = uow.session.get_one(Bulletin, UUID(path.rsplit("/", 1)[1]))
        issue.state, issue.year, issue.number = BulletinState.PUBLISHED, uow.today.year, 1
        issue.published_at = uow.now - timedelta(days=1)
        queries.mention_of(uow, issue, late).said = {"praised": "讲得早", "doubtful": "时间重叠"}
        known = [world.here.enterprise_id, late]
        third = select(Standing).where(Standing.campaign_id == campaign.id, Standing.enterprise_id.not_in(known))
        line = uow.session.scalars(third).one()
        line.exempt_until, exempt = uow.today + timedelta(days=9), line.enterprise.name
        uow.session.add(
            BulletinMention(enterprise_id=line.enterprise_id, bulletin_id=issue.id, said={"overdue": "逾期"}, agreed=False)
        )

    page = flat(author.get(begin(author, campaign)))

    told = page.partition("上一期点名的，办了没有")[2].partition("冻结的数据")[0]
    assert "还没有开讲 1 家 湘粮油脂有限公司" in told.replace("家湘", "家 湘")
    assert exempt in told.partition("停业、免除，不用讲 1 家")[2]
    assert "后来开讲" not in told


def test_a_street_that_the_words_name_is_told_beforehand_and_its_answer_is_attached(world, campaign, late, client_as):
    author, street, other = (client_as(key) for key in (world.here.officer, world.here.street_officer, world.city_officer))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        name = uow.session.scalars(select(Standing).where(Standing.campaign_id == campaign.id)).first().street_name
    quiet, path = begin(author, campaign), begin(author, campaign)
    for each in (quiet, path):
        author.post(f"{each}/names", data={"list": []})
    send(author, quiet)
    words = {"lead": f"全区开讲了。{name}最慢。", "praise": "", "problems": "", "next": ""}
    refused = author.post(f"{quiet}/words", data=words)
    assert refused.status_code == 422 and f"文字里写到了「{name}」" in flat(refused)
    due = service.first_reply_day(clock.local_date(clock.now()))

    assert ">定稿</button>" in author.get(path).text, "nobody knows yet whom the words will name"
    sent = author.post(f"{path}/send", data=words | {"reply_by": due}, follow_redirects=True)

    assert "已定稿，正在通知写到的 1 家单位。" in sent.text, "a street is no enterprise"
    told = flat(street.get("/inbox"))
    assert "请核对：岳阳楼区通报" in told and f"拟写到{name}：{name}最慢。" in told
    assert "请核对" not in flat(other.get("/inbox")) + flat(client_as(world.there.officer).get("/inbox"))
    [own] = set(re.findall(r'href="(/bulletins/places/[^"]+)"', author.get(path).text))
    answer = {"kind": "reply", "text": "三家正在停产检修。"}
    assert f"{name}最慢。" in flat(street.get(own)) and street.get(path).status_code == 404
    assert author.get(own).status_code == 200 and author.post(own, data=answer).status_code == 404  # nobody answers in its stead
    assert client_as(world.there.officer).get(own).status_code == client_as(world.here.head).get(own).status_code == 404
    assert author.post(f"{path}/sign").status_code == 409  # it may still answer
    assert street.post(own, data=answer).status_code == 303 and street.post(own, data=answer).status_code == 409
    assert f"{name}对通报有说明" in flat(author.get("/inbox"))
    assert [client.post(f"{path}/sign").status_code for client in (author, other)] == [303, 303]
    assert bulletin(path).state is BulletinState.PUBLISHED and "三家正在停产检修。" in flat(author.get(path))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        out = bulletin(path)
        frozen = queries.frozen_of(out)
        printed = paper(frozen, queries.setting_of(uow, out, frozen))
    assert [(who, said.reply) for who, _code, said in printed.replies] == [(name, "三家正在停产检修。")]
    assert f"文字里写到的{name}，发布前同样可以说明。" in counted(printed)

    later = author.post(f"{path}/correct", data={"reason": "错字。"}).location
    send(author, later)  # named in the same words, with the answer it gave
    author.post(f"{later}/sign")
    with unit_of_work(SYSTEM, "home") as uow:  # a street without an account is called, as an enterprise is
        [again] = queries.places_of(uow, bulletin(later))
        assert again.reply == "三家正在停产检修。"
        again.told = 0
    assert "还有 1 家没有账号" in author.post(f"{later}/sign").text
    author.post(f"{later}/called", data={"enterprise_id": [str(again.jurisdiction_id)], "text": "跟站长说了"})
    assert "跟站长说了" in flat(author.get(later))
    author.post(f"{later}/void")
    assert "不发了：" not in flat(street.get("/inbox")), "it was told by the version that is out"


def test_calls_are_noted_once_everybody_was_told_and_some_at_a_time(world, campaign, late, client_as, monkeypatch):
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    author.post(f"{path}/names", data={"list": ["overdue", "not_head"], "praised": [str(late)]})
    send(author, path)

    def told(here: int | None) -> str:
        with unit_of_work(SYSTEM, "home") as uow:
            for mention in uow.session.scalars(select(BulletinMention)):
                mention.told = here if mention.enterprise_id == world.here.enterprise_id else 0
        return author.get(path).text

    waiting = told(None)
    assert "every 3s" in waiting and 'id="calls"' not in waiting  # what is typed would be lost with the next look
    monkeypatch.setattr(views, "CALLED_AT_ONCE", 1)
    page = told(0)
    assert page.count('form="calls"') == 1 and "再列后面的 1 家" in page and "every 3s" not in page
    call = {"enterprise_id": re.findall(r'name="enterprise_id" value="([^"]+)" form="calls"', page), "text": "说了"}
    after = author.post(f"{path}/called", data=call, follow_redirects=True).text
    assert (
        after.count('form="calls"') == 1
        and "再列后面的" not in after
        and call["enterprise_id"][0] not in re.findall(r'value="([^"]+)" form="calls"', after)
    )


def test_a_firm_left_out_after_its_reply_is_still_counted(world, campaign, late, client_as):
    author, firm = client_as(world.here.officer), client_as(world.here.trainer)
    path = begin(author, campaign)
    send(author, path)
    firm.post(f"{path}/own", data={"kind": "reply", "text": "重名，不是我们。"})
    with unit_of_work(SYSTEM, "home") as uow:  # who is an officer in another district reads the own firm's part
        user_id = UUID(world.here.trainer.removeprefix("user:"))
        elsewhere = {"jurisdiction_id": world.there.district_id, "starts_on": LONG_AGO}
        uow.session.add(Membership(user_id=user_id, role=Role.OFFICER, **elsewhere))
    assert firm.get(path).location == f"{path}/own" and firm.get(f"{path}/own").status_code == 200
    behind = ("firms", "hazards", "bulletin.pdf", "bulletin.docx", "bulletin.xlsx", "bulletin.json")
    assert {firm.get(f"{path}/{part}").status_code for part in behind} == {404}

    author.post(f"{path}/firms/{world.here.enterprise_id}", data={"answer": "", "struck": "核实为重名"})

    page = flat(author.get(path))
    assert "逾期没开讲 1 家 其中 1 家核实后不列名" in page
    assert "核实后不列名：核实为重名" in flat(firm.get(f"{path}/own"))


def test_the_reply_has_three_working_days_and_what_was_typed_beside_it_is_neither_lost_nor_left_out(
    world, campaign, late, client_as, monkeypatch
):
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    words = {"lead": "全区一共三家。", "praise": "", "problems": "", "next": "下月再看。"}

    answer = author.post(f"{path}/send", data=words | {"reply_by": clock.local_date(clock.now()) + timedelta(days=1)})

    assert answer.status_code == 422
    assert "答复期限至少 3 个工作日" in flat(answer) and "全区一共三家。" in answer.text
    for last in (2025, 2100):
        monkeypatch.setattr(workdays, "arranged_until", lambda last=last: last)
        page, refused = (flat(one) for one in (author.get(path), author.post(f"{path}/send", data={"reply_by": "2026-01-01"})))
        assert [text.count("2025 年以后的法定节假日") for text in (page, refused)] == ([1, 2] if last == 2025 else [0, 0])
    assert bulletin(path).words == {}
    due = service.first_reply_day(clock.local_date(clock.now()))
    assert author.post(f"{path}/send", data=words | {"reply_by": due}).status_code == 303
    assert bulletin(path).words["next"] == "下月再看。"


def test_each_firm_has_three_working_days_from_the_day_it_was_told_itself(world, campaign, late, client_as):
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    send(author, path)
    with unit_of_work(SYSTEM, "home") as uow:
        found = uow.session.get_one(Bulletin, bulletin(path).id)
        mention = queries.mention_of(uow, found, world.here.enterprise_id)
        told_on = clock.local_date(mention.told_at)
        third = [day for n in range(1, 9) if (day := told_on + timedelta(days=n)).weekday() < 5][2]
        found.reply_by = uow.today - timedelta(days=1)  # the date for all has passed before this one was told

        assert service.answer_by(found, mention) == third
        for days in range(8):
            later = acting(uow, uow.actor, uow.verb, uow.now + timedelta(days=days))
            assert service.waits_for(later, found, [mention]) == (later.today <= third), days
        mention.struck = "核实为重名"  # who is not named after all is not waited for
        assert not service.waits_for(uow, found, [mention])


def test_what_was_frozen_stays_whatever_happens_later(world, campaign, late, client_as):
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    before = bulletin(path)
    with unit_of_work(SYSTEM, "home") as uow:
        for line in uow.session.scalars(select(Standing).where(Standing.campaign_id == campaign.id)):
            line.state, line.lectured_on = StandingState.COMPLETED, uow.today

        uow.session.get_one(Jurisdiction, world.here.district_id).bureau_name = "岳阳楼区应急管理局"

    page = flat(author.get(path))

    assert "逾期没开讲 1 家" in page
    assert bulletin(path).data_sha256 == before.data_sha256 and on_whose_paper(path) == ("岳阳楼区", "岳阳楼区 · 数据截至")
    author.post(f"{path}/gather", data={"day": before.day})
    assert bulletin(path).data_sha256 != before.data_sha256
    assert "逾期没开讲" not in flat(author.get(path))
    assert on_whose_paper(path) == ("岳阳楼区应急管理局", "岳阳楼区应急管理局 · 数据截至")
    author.post(f"{path}/names", data={"praised": [str(world.here.enterprise_id)]})
    send(author, path)
    jobs.tell_named_firms()
    assert "岳阳楼区应急管理局通报：" in flat(client_as(world.here.head).get("/inbox")), "and so is the firm told of it"


def on_whose_paper(path: str) -> tuple[str, str]:
    """The head and the foot of a bulletin, as printed."""
    frozen = queries.frozen_of(bulletin(path))
    printed = printing.bulletin_html(paper(frozen, Setting(words=first_words(frozen))))
    return re.search(r'class="by">([^<]+)<', printed)[1], re.search(r'data-foot="([^"]+数据截至)', printed)[1]


def test_a_firm_whose_street_went_to_another_district_stays_named_and_leads_nowhere(world, campaign, late, client_as):
    author, firm = client_as(world.here.officer), world.here.enterprise_id
    path = begin(author, campaign)
    send(author, path)
    pages = [path, f"{path}/firms?list=asked"]
    assert all(f'href="/enterprises/{firm}"' in author.get(page).text for page in pages)

    with unit_of_work(SYSTEM, "home") as uow:
        street, there = (uow.session.get_one(Jurisdiction, place) for place in (world.here.street_id, world.there.district_id))
        jurisdictions.change(uow, street, ChangeKind.MOVE, uow.today, target=there, basis="市政府文件")
        name = uow.session.get_one(Enterprise, firm).name

    for page in pages:
        shown = author.get(page).text
        assert f"<b>{name}</b>" in shown
        assert str(firm) not in re.findall(r'href="/enterprises/([^"]+)"', shown)


def test_who_reads_english_is_told_that_a_bulletin_stays_chinese_and_has_the_lists_behind_it_in_english(
    world, campaign, late, client_as
):
    author = client_as(world.here.officer)
    path, asked, stays = begin(author, campaign), "firms?list=overdue&industry=工贸&as=json", "its files are not translated"
    chinese, here = author.get(path).text, author.get(f"{path}/{asked}").get_json()
    author.set_cookie(COOKIE, "en")
    refresh()

    page, abroad = flat(author.get(path)), author.get(f"{path}/{asked}").get_json()

    refresh()
    assert stays in page and stays not in chinese and "文件都不翻译" not in chinese
    assert here["rows"][0]["情况"] == "未开讲" and "逾期 · 工贸" in here["about"][2]
    assert abroad["rows"][0]["State"] == "Not held" and "Overdue · Industry and trade" in abroad["about"][2]


def test_frozen_figures_are_those_of_the_summary(world, campaign, late):
    with unit_of_work(SYSTEM, "system") as uow:
        area = standings.find_jurisdiction(uow, "430602")
        made = service.begin(uow, area, campaign, area, uow.today)
        frozen = gather(uow, made)
        sums = standings.figures(uow, standings.Scope(campaign, area, uow.today))

        assert total(frozen).firms == {name: getattr(sums, name) for name in LISTS}
        assert (total(frozen).attended, total(frozen).passed) == (sums.people_attended, sums.people_passed)
        assert to_text(gather(uow, made)) == to_text(frozen)
        assert {firm.id for firm in listed(frozen, "overdue")} == {
            str(line.enterprise_id) for line in standings.listed(uow, standings.Scope(campaign, area, uow.today), "overdue")
        }


def test_check_ins_signals_and_sitting_in_are_those_of_their_own_lists(world, campaign, late, client_as):
    firm = world.here.enterprise_id
    with unit_of_work(SYSTEM, "home") as uow:
        lectures = [hold(uow, world.here, campaign) for _each in range(4)]
        line = uow.session.scalars(select(Standing).where(Standing.enterprise_id == firm)).one()
        line.state, line.lectured_on, line.lecture_id = StandingState.COMPLETED, uow.today, lectures[0].id
        for lecture in lectures:
            lecture.closed_at = uow.now
        of = {"enterprise_id": firm, "lecture_id": lectures[0].id}
        marks = [
            AttendanceEvent(
                **of, sitting_id=lectures[0].sitting.id, person_id=person_id, mark=mark, scanned_at=uow.now, recorded_at=uow.now,
                method=Method.SCAN, trust=trust,
            )
            for person_id, mark, trust in zip(
                world.here.person_ids, (Mark.IN, Mark.IN, Mark.IN, Mark.OUT), ("live", "live", "paper", "live"), strict=False
            )
        ]  # fmt: skip
        uow.session.add_all(marks)
        uow.session.flush()
        user_id = UUID(world.here.officer.removeprefix("user:"))
        signed = {"reason": "点错了", "signed_by": "赵倩", "user_id": user_id, "signed_at": uow.now}
        uow.session.add(Correction(**of, person_id=marks[1].person_id, event_id=marks[1].id, **signed))
        for lecture, cleared_at in zip(lectures, (None, None, uow.now, None), strict=True):
            told = {"enterprise_id": firm, "lecture_id": lecture.id, "code": "burst"}
            raised = {"level": "serious", "facts": {"seconds": 9, "people": 62, "devices": 2}, "raised_at": uow.now}
            uow.session.add(LectureSignal(**told, **raised, cleared_at=cleared_at))
            if lecture is lectures[1]:
                uow.session.add(SignalWord(**told, said=Said.LOOKED, text="设备借用", said_by="王敏", said_at=uow.now))
        by = {"enterprise_id": firm, "user_id": user_id, "officer": "王敏", "announced": False}
        for lecture, facts in zip(lectures, (["head_whole", "own_marks"], ["organised_none"]), strict=False):
            told = {"remark": "", "photo_ids": [], "sent_id": uuid4(), "submitted_at": uow.now}
            uow.session.add(Observation(**by, lecture_id=lecture.id, facts=facts, **told))
        for lecture in lectures[1:]:  # of the second it was handed in, of the last nothing came
            missed_at = uow.now if lecture is lectures[3] else None
            uow.session.add(ObservationVisit(**by, lecture_id=lecture.id, planned_at=uow.now, missed_at=missed_at))

    author = client_as(world.here.officer)
    path = begin(author, campaign)
    frozen = queries.frozen_of(bulletin(path))
    with unit_of_work(SYSTEM, "home", write=False) as begun:
        uow = acting(begun, load_actor(begun, world.here.officer), begun.verb)
        known = {code: number for code, _word, number in known_by(frozen)}
        of_firm = {trust.value: number for trust, number in trust_of(uow, firm).items()}
        assert known == {"live": 1, "paper": 1} and of_firm == {"live": 3, "paper": 1}  # with what was struck, and checking out
        assert {one.lecture_id for one in signals(frozen, "waiting")} == {
            str(line.lecture_id) for line, _shown in page_of_signals(uow, None, uow.today).rows
        }
        assert [len(signals(frozen, key)) for key in ("raised", "settled", "waiting")] == [4, 2, 2]
        sat_there = {str(one.user_id): one.observations for one in officers(uow, uow.today) if one.observations}
        assert {key: number for key, _name, number in sat(frozen).officers} == sat_there == {str(user_id): 2}
        owed_there = [str(one.lecture.id) for one in owed(uow)]
    assert [one.lecture_id for one in sat_in(frozen, "owed")] == owed_there == [str(lectures[2].id)]
    page = flat(author.get(path))
    for shown in ("现场1/2·50.0%", "组织好1/2·50.0%", "待点评1", "还没核实2"):
        assert shown in page.replace(" ", ""), shown
    listed_at = {
        "list=known&of=paper": "湘粮油脂有限公司", "list=settled": "签到快得不可能", "list=owed": "待点评",
        "list=found&dimension=0": "签到是本人，没见冒名签到", "list=found&fact=cases": "没有这样的名单",
        f"list=found&officer={user_id}": "王敏", f"list=found&dimension={'9' * 5_000}": "旁听点评",
    }  # fmt: skip
    for asked, there in listed_at.items():
        assert there in flat(author.get(f"{path}/behind?{asked}")), asked
    assert len(author.get(f"{path}/behind?list=settled&as=json").get_json()["rows"]) == 2
    assert client_as(world.here.head).get(f"{path}/behind").status_code == 404
    assert "待点评" in printing.bulletin_html(paper(frozen, Setting(words=first_words(frozen))))


def test_what_was_frozen_before_more_was_told_opens_as_ever(world, campaign, late, client_as):
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    now = queries.frozen_of(bulletin(path))
    untold = {"hazards": None, "signals": None, "sat_in": None, "trusts": (), "dimensions": ()}
    text = to_text(replace(now, firms=tuple(replace(one, known=None) for one in now.firms), **untold))
    assert not [word for word in ("known", *untold) if f'"{word}"' in text]
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Bulletin, bulletin(path).id).data_sha256 = storage().put(text.encode())

    page = flat(author.get(path))

    assert "逾期没开讲 1 家" in page and "重大隐患关闭率" not in page and "签到记录怎么来的" not in page
    assert author.get(f"{path}/bulletin.json").data == text.encode()
    assert {author.get(f"{path}/bulletin.{kind}").status_code for kind in ("pdf", "docx", "xlsx")} == {200}
    assert {author.get(f"{path}/behind?list={name}").status_code for name in ("known", "found", "waiting")} == {200}


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)  # where rows can be passed over that somebody else holds
def test_many_are_told_some_at_a_time_and_once(world, campaign, late, client_as, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    author.post(f"{path}/names", data={"list": ["overdue"], "praised": [str(late)]})
    send(author, path)

    jobs.tell_named_firms()

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        mentions = uow.session.scalars(select(BulletinMention)).all()
        assert {one.enterprise_id: one.told for one in mentions} == {world.here.enterprise_id: 2, late: 0}
        found = queries.replies(mentions)
    assert (found.named, found.untold, found.nobody) == (2, 0, 1)
    assert "通知不到" in flat(author.get(path))


def test_every_firm_that_has_not_answered_is_reached_and_can_be_left_out(world, campaign, late, client_as, monkeypatch):
    monkeypatch.setattr(views, "paged", partial(paging.paged, size=1))
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    author.post(f"{path}/names", data={"list": ["overdue"], "praised": [str(late)]})
    send(author, path)
    pages = [author.get(f"{path}?page={number}").text for number in (1, 2)]
    forms = [re.findall(rf'action="({path}/firms/[^"]+)"', page) for page in pages]
    assert [len(each) for each in forms] == [1, 1] and len({form.partition("?")[0] for [form] in forms}) == 2
    assert 'rel="next"' in pages[0] and "page=2" in pages[0]
    answer = author.post(html.unescape(forms[1][0]), data={"answer": "", "struck": "核实过"}, follow_redirects=True)
    assert "核实过" in flat(answer) and answer.request.args["page"] == "2"


def test_what_cannot_be_gathered_is_said_and_can_be_tried_again(world, campaign, client_as, monkeypatch):
    author = client_as(world.here.officer)
    monkeypatch.setattr(jobs, "gather", lambda *_: 1 / 0)
    path = begin(author, campaign)
    assert "取数没有成功" in flat(author.get(path))
    monkeypatch.undo()

    author.post(f"{path}/gather", data={"day": clock.local_date(clock.now())})

    assert "应开讲企业" in flat(author.get(path))


def published(uow, path: str) -> Bulletin:
    """As if two had signed, without waiting for anybody."""
    found = uow.session.get_one(Bulletin, UUID(path.rsplit("/", 1)[1]))
    signing._publish(uow, found)
    return found


def test_issues_of_a_year_are_numbered_without_holes_and_a_new_year_begins_at_one(world, campaign, late, client_as):
    author = client_as(world.here.officer)
    paths = [begin(author, campaign) for _each in range(5)]
    for path in paths:
        send(author, path)
    author.post(f"{paths[1]}/void")  # dropped while firms are heard
    with unit_of_work(SYSTEM, "home") as uow:
        for path in (paths[0], paths[2]):
            published(uow, path)
        later = acting(uow, uow.actor, uow.verb, uow.now + timedelta(days=366))
        for path in (paths[3], paths[4]):
            published(later, path)
    year = clock.local_date(clock.now()).year
    assert [(out.year - year, out.number, out.version) for out in map(bulletin, (paths[0], paths[2], paths[3], paths[4]))] == [
        (0, 1, 1), (0, 2, 1), (1, 1, 1), (1, 2, 1),
    ]  # fmt: skip
    assert (bulletin(paths[1]).number, bulletin(paths[1]).state) == (None, BulletinState.VOID)


def test_a_correction_that_clears_a_firm_is_told_to_it_and_its_words_follow_the_data(world, campaign, late, client_as):
    author, firm = client_as(world.here.officer), client_as(world.here.head)
    path = begin(author, campaign)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Bulletin, bulletin(path).id).words = {"lead": "自己写的导语。"}
    send(author, path)
    with unit_of_work(SYSTEM, "home") as uow:
        issue = published(uow, path)
        line = select(Standing).where(Standing.campaign_id == campaign.id, Standing.enterprise_id == world.here.enterprise_id)
        line = uow.session.scalars(line).one()
        line.state, line.lectured_on, line.reason, line.note = StandingState.COMPLETED, uow.today, None, None
        before = dict(issue.words)
    later = author.post(f"{path}/correct", data={"reason": "登记错了，那家讲过。"}).location
    author.post(f"{later}/gather", data={"day": clock.local_date(clock.now())})
    assert "过了截止日期" in before["problems"] and set(bulletin(later).words) == {"lead"}
    assert "自己写的导语。" in flat(author.get(later)) and "过了截止日期仍未开讲" not in flat(author.get(later))
    send(author, later)
    assert firm.get(f"{later}/own").status_code == 404, "nothing of it is out"
    with unit_of_work(SYSTEM, "home") as uow:
        published(uow, later)

    jobs.tell_named_firms()

    told = flat(firm.get("/inbox"))
    assert "更正：岳阳楼区通报" in told and "第 2 版，不再写到本单位" in told and "登记错了，那家讲过。" in told
    for each in (path, later):
        assert "第 2 版更正了，不再写到本单位" in flat(firm.get(each, follow_redirects=True))
    assert firm.get(f"{later}/bulletin.pdf").status_code == 200


def test_a_firm_that_a_correction_names_again_is_not_told_that_it_is_cleared(world, campaign, late, client_as):
    author, firm = client_as(world.here.officer), client_as(world.here.head)
    path = begin(author, campaign)
    send(author, path)
    with unit_of_work(SYSTEM, "home") as uow:
        published(uow, path)
    later = author.post(f"{path}/correct", data={"reason": "另一家的数不对。"}).location
    author.post(f"{later}/gather", data={"day": clock.local_date(clock.now())})
    send(author, later)
    with unit_of_work(SYSTEM, "home") as uow:  # before anybody was told of the first
        published(uow, later)

    jobs.tell_named_firms()

    told = flat(firm.get("/inbox"))
    assert "通报已发布，写到本单位" in told and "不再写到本单位" not in told


def test_who_was_told_hears_that_it_is_left_out_or_that_nothing_is_published(world, campaign, late, client_as):
    author, firm = client_as(world.here.officer), client_as(world.here.head)
    path, other = begin(author, campaign), begin(author, campaign)
    for each in (path, other):
        send(author, each)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        unheard = uow.session.get_one(Enterprise, late).name
    typed = author.post(f"{path}/words", data={"lead": f"{unheard}也没有讲。", "praise": "", "problems": "", "next": ""})
    assert typed.status_code == 422 and f"文字里写到了「{unheard}」" in flat(typed) and f"{unheard}也没有讲。" in typed.text
    assert unheard not in bulletin(path).words["lead"]
    firm.post(f"{path}/own", data={"kind": "reply", "text": "重名，不是我们。"})
    author.post(f"{path}/firms/{world.here.enterprise_id}", data={"answer": "", "struck": "核实为重名"})
    with unit_of_work(SYSTEM, "home") as uow:
        published(uow, path)
    author.post(f"{other}/void")

    jobs.tell_named_firms()

    told = flat(firm.get("/inbox"))
    assert "核实后没有写到本单位：核实为重名" in told
    assert told.count("这份通报作废了，没有发布") == 1
    shown = firm.get(other, follow_redirects=True)
    assert "这份通报作废了，没有发布" in flat(shown) and "交给监管部门" not in flat(shown)
    assert firm.post(f"{other}/own", data={"kind": "agreed"}).status_code == 409
    firm.set_cookie(COOKIE, "en")
    refresh()
    assert "Overdue, not lectured" in flat(firm.get(f"{other}/own"))
    firm.set_cookie(COOKIE, "zh")
    refresh()
    assert firm.get(f"{other}/bulletin.pdf").status_code == 404
    jobs.tell_named_firms()
    again = flat(firm.get("/inbox"))
    assert [again.count(head) for head in ("不发了：", "没有列名：")] == [1, 1]


def test_one_bulletin_that_cannot_be_printed_keeps_no_other_and_versions_of_one_issue_are_one(world, campaign, late, client_as):
    author = client_as(world.here.officer)
    path = begin(author, campaign)
    send(author, path)
    with unit_of_work(SYSTEM, "home") as uow:
        issue = published(uow, path)
        sha256 = issue.data_sha256
    for _version in range(2):
        later = author.post(f"{path}/correct", data={"reason": "又错了。"}).location
        send(author, later)
        with unit_of_work(SYSTEM, "home") as uow:
            published(uow, later)
            broken = update(Bulletin).where(Bulletin.id == UUID(path.rsplit("/", 1)[1]))
            uow.session.execute(broken.values(data_sha256="0" * 64, files=null()))
        path = later

    jobs.print_bulletins()

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        rows = uow.session.scalars(select(Bulletin).order_by(Bulletin.version)).all()
        assert [(one.version, one.data_sha256 == sha256, bool(one.files)) for one in rows] == [
            (1, False, False), (2, False, False), (3, True, True),
        ]  # fmt: skip
        assert following.last_time(uow, rows[-1]) is None
