"""The pages that put the rooms together, for everybody who may see them."""

import io
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from lms.archives import rules
from lms.attendance.models import Mark, Method, Trust
from lms.attendance.queries import attendee_of
from lms.core.uow import unit_of_work
from lms.credentials.service import settle
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.notices.models import Notice
from lms.quizzes.models import Attempt
from lms.quizzes.queries import quiz_of
from lms.quizzes.service import add_questions
from lms.registry.models import Enterprise, HeadAppointment
from tests.compliance.scene import launch, officer_over
from tests.counting import asks
from tests.credentials.scenes import PLAN, SYSTEM, add_people, certificates, held, hold, mark, take_quiz
from tests.lectures.builders import make_lecture
from tests.lectures.files import photo
from tests.quizzes.scenes import questions

FULL = (0, 60)
OFFICE = ("trainer", "head", "officer", "street_officer")


def lecture_in(side, state: str):
    with unit_of_work(SYSTEM, "system") as uow:
        return make_lecture(uow, side, state=state, starts_at=uow.now + timedelta(minutes=-1), quiz=None).id


@pytest.mark.parametrize("role", OFFICE)
@pytest.mark.parametrize("state", ["draft", "notified", "open"])
def test_the_page_of_a_lecture_opens_in_every_state(world, client_as, role, state):
    lecture_id = lecture_in(world.here, state)

    page = client_as(getattr(world.here, role)).get(f"/lectures/{lecture_id}")

    assert page.status_code == 200
    assert "佐证材料" in page.text
    action = {"draft": "发出通知", "notified": "开始签到", "open": "投屏签到码"}[state]
    assert (action in page.text) is (role == "trainer")
    if state == "open" and role == "trainer":
        assert page.text.index('id="find-person"') < page.text.index("在场复核"), "who is here comes first"


def test_check_in_is_the_next_thing_to_do_from_half_an_hour_before_and_asks_first_until_then(world, client_as):
    trainer = client_as(world.here.trainer)
    with unit_of_work(SYSTEM, "system") as uow:
        soon, later = uow.now + timedelta(minutes=29), uow.now + timedelta(days=2)
        slots = tuple(
            lectures.Slot(at, at + timedelta(minutes=45), "会议室", name) for at, name in ((soon, "早班"), (later, "晚班"))
        )
        one = make_lecture(uow, world.here, starts_at=soon).id
        early = make_lecture(uow, world.here, starts_at=soon + timedelta(minutes=2)).id
        both = make_lecture(uow, world.here, slots=slots).id

    def asks(lecture_id):
        """How many open check-in at once, as the main thing to do, and what each of the others says before it does."""
        page = trainer.get(f"/lectures/{lecture_id}").text
        at_once = re.findall(r'action="/sittings/[^"]+/open"><input[^>]*><button class="btn[^"]* btn-primary"', page)
        return len(at_once), re.findall(r'提前开始签到.*?action="/sittings/[^"]+/open">.*?<p>(.*?)</p>', page, re.S)

    frozen = "应到名单从此不再变动，这一场的时间、地点也不能再改；退不回来，不讲了只能取消这堂课"
    assert asks(one) == (1, [])
    (at_once, (said,)) = asks(early)
    assert not at_once and "才到签到时间" in said and frozen in said
    (at_once, (said,)) = asks(both)
    assert at_once == 1 and frozen in said
    with unit_of_work(SYSTEM, "system") as uow:
        lectures.open_check_in(uow, uow.session.get_one(Lecture, both))
    (at_once, (said,)) = asks(both)
    assert not at_once and "这一场就不能再改期，也退不回来" in said and frozen not in said


def test_the_evidence_and_the_step_follow_from_what_was_done_and_from_nothing_else(world, client_as):
    trainer = client_as(world.here.trainer)
    with unit_of_work(SYSTEM, "system") as uow:
        add_questions(uow, world.here.enterprise_id, questions(8))
        lecture_id = make_lecture(uow, world.here, state="draft", starts_at=uow.now, quiz=PLAN).id

    def do(what):
        with unit_of_work(SYSTEM, "system") as uow:
            what(uow, uow.session.get_one(Lecture, lecture_id))
        return seen()

    def seen():
        """What is ticked, by the page's words, and the step that is lit."""
        page = trainer.get(f"/lectures/{lecture_id}").text
        card = page.split('aria-label="佐证材料"')[1].split("</section>")[0]
        items = re.findall(r'hidden">(已有|还没有)</span>.*?<a [^>]*>([^<]*)</a>', card)
        assert len(items) >= 5, "the quiz is listed once there is one"
        return [text for there, text in items if there == "已有"], re.search(r'aria-current="step">([^<]+)', page).group(1)

    deck = lectures.Stored("粉尘.pptx", "application/pdf", 9, "0" * 64, 12)
    everybody, slides, shots = "通知已发给 5 人", "课件 1 份", "现场照片 3 / 3 张"
    assert seen() == ([], "计划")
    assert do(lambda uow, lecture: lectures.publish(uow, lecture)) == ([everybody], "通知")
    assert do(lambda uow, lecture: lectures.add_materials(uow, lecture, [deck])) == ([slides, everybody], "通知")

    def come(uow, lecture):
        lectures.open_check_in(uow, lecture)
        lectures.start(uow, lecture)
        for place in (2, 3):
            mark(uow, lecture, world.here.person_ids[place], Mark.IN, 0)

    def close(uow, lecture):
        lectures.close(uow, lecture, uow.now - timedelta(minutes=60), uow.now, check_out_rest=True)

    assert do(come) == ([slides, everybody], "签到与授课")
    for number in (1, 2, 3):
        assert seen()[0] == [slides, everybody]
        do(lambda uow, lecture, n=number: lectures.add_photo(uow, lecture, f"{n}.jpg", io.BytesIO(photo(n, (400, 300)))))
    assert seen() == ([slides, everybody, shots], "签到与授课")
    held_by = [slides, everybody, shots, "到课 2 人，已结束登记"]
    assert do(close) == (held_by, "考核")
    failed = do(lambda uow, lecture: take_quiz(uow, lecture, world.here.person_ids[3], right=0))
    assert failed == ([*held_by, "考核交卷 1 人"], "考核")
    passed = do(lambda uow, lecture: take_quiz(uow, lecture, world.here.person_ids[2], right=4))
    assert passed == ([*held_by, "考核交卷 2 人", "证书 1 张"], "考核")


def test_the_last_steps_of_a_lecture_are_shown_and_one_that_was_called_off_has_none(world, client_as):
    trainer = client_as(world.here.trainer)
    with unit_of_work(SYSTEM, "system") as uow:
        filed, cancelled, void = (make_lecture(uow, world.here, state=state).id for state in ("closed", "notified", "closed"))

    def steps(lecture_id):
        """Of the steps that are shown: those done, and the one that is lit."""
        page = trainer.get(f"/lectures/{lecture_id}").text
        return re.findall(r'class="step done">([^<]+)', page), re.findall(r'aria-current="step">([^<]+)', page)

    before = ["计划", "通知", "签到与授课", "考核", "发证"]
    assert steps(filed) == (before, ["归档"])
    with unit_of_work(SYSTEM, "system") as uow:
        lectures.archive(uow, uow.session.get_one(Lecture, filed))
        lectures.cancel(uow, uow.session.get_one(Lecture, cancelled), "停电检修")
        lectures.void(uow, uow.session.get_one(Lecture, void), "主讲人冒名")
    assert steps(filed) == ([*before, "归档"], [])
    assert [steps(called_off) for called_off in (cancelled, void)] == [([], []), ([], [])]


def test_a_lecture_that_was_called_off_says_when_by_whom_why_and_who_was_told_and_counts_nobody_as_missing(world, client_as):
    trainer, me = client_as(world.here.trainer), client_as(world.here.employee)
    with unit_of_work(SYSTEM, "system") as uow:
        add_questions(uow, world.here.enterprise_id, questions(8))
        told, draft, begun = (make_lecture(uow, world.here, state=state, quiz=PLAN).id for state in ("notified", "draft", "open"))
        mark(uow, uow.session.get_one(Lecture, begun), world.here.person_ids[2], Mark.IN, 0)

    def shown(lecture_id):
        trainer.post(f"/lectures/{lecture_id}/cancel", data={"reason": "停电检修"})
        page = trainer.get(f"/lectures/{lecture_id}").text
        for promise in ("佐证材料", "考核讲课结束后开放", "证书合格后自动发", 'id="quiz-progress"'):
            assert promise not in page
        return page

    page = shown(told)
    assert re.search(r"这堂课已于 \d{4}-\d\d-\d\d \d\d:\d\d 由[^<>]+取消：停电检修。取消的消息发给了 5 人。没有签到，", page)
    assert "什么都不算。" in page and "未到" not in page and "应到人员" in page, "whom it was meant for stays readable"
    listed = trainer.get("/lectures").text.partition(f'href="/lectures/{told}"')[2].partition("</tr>")[0]
    assert "已取消" in listed and "5 人" not in listed
    own = me.get(f"/lectures/{told}").text
    assert "这堂课已取消：停电检修" in own and "我的签到" not in own and "我的考核" not in own
    assert "取消：停电检修。取消时还是草稿，没有通知过人。没有签到，" in shown(draft)
    assert "下面是取消前的签到记录，都不算数。" in (page := shown(begun)) and 'id="came"' in page, (
        "what was recorded is not hidden"
    )


@pytest.mark.parametrize("role", OFFICE)
def test_a_closed_lecture_shows_who_completed_it_and_its_certificates(world, client_as, role):
    lecture_id = held(world.here, {2: FULL, 3: (0, None)})

    page = client_as(getattr(world.here, role)).get(f"/lectures/{lecture_id}").text

    assert "已发 1 / 1 张" in page
    assert "未签退，在场时长待确认" in page
    assert "结束讲课" not in page


def test_who_was_on_leave_is_not_counted_among_those_who_have_not_completed(world, client_as):
    lecture_id = held(world.here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        attendee = attendee_of(uow, lecture_id, world.here.person_ids[3])
        attendee.excused_reason = "病假"
        uow.session.flush()
        settle(uow, uow.session.get_one(Lecture, lecture_id), [attendee.person_id])

    page = client_as(world.here.trainer).get(f"/lectures/{lecture_id}").text

    said = page.partition('id="decided"')[2].partition("</section>")[0]
    assert "未完成 3<" in said and "请假 1<" in said and "主讲" in said


def test_somebody_expected_sees_only_their_own_part(world, client_as):
    lecture_id = held(world.here, {2: FULL, 3: FULL})

    page = client_as(world.here.employee).get(f"/lectures/{lecture_id}").text

    assert "我的签到" in page
    assert "在场 60/60 分钟" in page
    assert "孙丽" not in page
    assert "参训人员" not in page


def test_a_lecture_elsewhere_is_not_found(world, client_as):
    lecture_id = held(world.there, {2: FULL})

    for role in ("trainer", "head", "employee", "officer", "street_officer"):
        assert client_as(getattr(world.here, role)).get(f"/lectures/{lecture_id}").status_code == 404


def test_home_of_somebody_new_is_not_empty_but_says_what_comes(world, client_as):
    me = client_as(world.here.employee)
    page = me.get("/me").text

    assert "刘洋" in page
    assert 'href="/account"' in page and me.get("/account").status_code == 200, "who has a password can change it"
    assert "湘粮油脂有限公司 · 压榨车间 · 0003" in page
    for sentence in ("近期没有安排", "还没有证书", "没有通知。", "国家规章没有写明其他从业人员每年的学时"):
        assert sentence in page


def test_home_leads_to_the_quiz_and_then_to_the_certificate(world, client_as):
    me = client_as(world.here.employee)
    lecture_id = held(world.here, {2: FULL}, quiz=True)
    before = me.get("/me").text
    assert "待考核" in before
    assert "开始考核" in before

    with unit_of_work(SYSTEM, "system") as uow:
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[2], right=4)

    after = me.get("/me").text
    (certificate,) = certificates(lecture_id)
    assert "待考核" not in after
    assert f"/certificates/{certificate.id}/picture" in after
    (result,) = re.findall(r'href="(/quiz/[^"]+/result)"', me.get(f"/lectures/{lecture_id}").text)
    assert "证书自动发到" in me.get(result).text, "what a certificate needs besides, and where it comes"
    assert "/me/certificates" in me.get(f"/certificates/{certificate.id}/picture").text
    assert "证书 1 张" in after
    assert certificate.serial in me.get("/me/certificates").text


def test_who_passes_a_lecture_of_no_hours_is_promised_no_certificate_and_reads_why_none_comes(world, client_as):
    me, trainer = client_as(world.here.employee), client_as(world.here.trainer)
    lecture_id = held(world.here, {2: (0, 9)}, minutes=9, quiz=True)
    before = trainer.get(f"/lectures/{lecture_id}").text
    assert "实际时间算下来是 0 学时，不发证书" in before and "证书合格后自动发" not in before
    with unit_of_work(SYSTEM, "system") as uow:
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[2], right=4)
    page = me.get(f"/lectures/{lecture_id}").text
    (result,) = re.findall(r'href="(/quiz/[^"]+/result)"', page)
    told = me.get(result).text

    assert "证书自动发到" not in told
    for said in (told, page):
        assert "算下来是 0 学时，所以不发证书" in said and "记录不对，请核实" in said
    assert re.search(rf'href="/lectures/{lecture_id}".*?0 学时，不发证书', me.get("/me").text, re.S)
    shown = trainer.get(f"/lectures/{lecture_id}").text
    assert "合格 1 人，0 学时，不发证书" in shown and "证书合格后自动发" not in shown


def test_a_sitting_that_was_planned_and_never_held_promises_no_certificate_of_a_lecture_that_is_over(world, client_as):
    with unit_of_work(SYSTEM, "system") as uow:
        begins, hour = uow.now - timedelta(minutes=9), timedelta(hours=1)
        slots = (
            lectures.Slot(begins, begins + hour, "食堂", "早班"),
            lectures.Slot(begins + hour, begins + 2 * hour, "食堂", "晚班"),
        )
        lecture = make_lecture(uow, world.here, state="open", slots=slots)
        lectures.close(uow, lecture, begins, uow.now)
        lecture_id = lecture.id
    trainer = client_as(world.here.trainer)
    assert "证书合格后自动发" in trainer.get(f"/lectures/{lecture_id}").text, "the other shift may still hear an hour of it"
    with unit_of_work(SYSTEM, "system") as uow:
        lectures.finish(uow, uow.session.get_one(Lecture, lecture_id))

    shown = trainer.get(f"/lectures/{lecture_id}").text

    assert "实际时间算下来是 0 学时，不发证书" in shown and "证书合格后自动发" not in shown


def test_hours_of_a_year_stand_beside_what_the_law_asks(world, client_as):
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).industry = "危险化学品"
    held(world.here, {2: (0, 90)}, minutes=90)
    me = client_as(world.here.employee)

    assert 'aria-label="今年学时 1.5 / 20"' in me.get("/me").text
    assert "还差 18.5 学时" in me.get("/me").text
    assert "生产经营单位安全培训规定" in me.get("/me/hours").text
    assert me.get("/me/hours?year=1").status_code == 404


def test_every_line_of_hours_opens_its_lecture(world, client_as):
    lecture_id = held(world.here, {2: FULL})
    with unit_of_work(SYSTEM, "system") as uow:
        mark(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[2], Mark.OUT, 10)
        mark(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[2], Mark.IN, 50)

    page = client_as(world.here.employee).get("/me/hours").text

    assert page.count(f'href="/lectures/{lecture_id}"') == 2
    assert "冲销 -1" in page


def test_every_line_of_hours_says_how_sure_it_is(world, client_as):
    held(world.here, {2: FULL})
    on_paper = held(world.here, {}, title="叉车作业")
    with unit_of_work(SYSTEM, "system") as uow:
        for kind, minute in ((Mark.IN, 0), (Mark.OUT, 60)):
            lecture = uow.session.get_one(Lecture, on_paper)
            mark(uow, lecture, world.here.person_ids[2], kind, minute, by=(Method.PAPER, Trust.PAPER))

    page = client_as(world.here.employee).get("/me/hours").text
    lines = re.findall(r'class="row-link".*?<b>([^<]+)</b>.*?class="trust[^>]+>([^<]+)<', page, re.S)

    assert sorted(lines) == [("叉车作业", "纸质"), ("总经理讲安全课：粉尘防爆与有限空间", "现场")]


def test_messages_can_be_marked_as_read_by_their_reader_only(world, client_as):
    held(world.here, {2: FULL, 3: FULL})
    me = client_as(world.here.employee)
    assert "条未读" in me.get("/me").text

    assert me.post("/me/notices/read").status_code == 303

    assert "条未读" not in me.get("/me").text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        unread = {row.person_id for row in uow.session.query(Notice) if row.read_at is None}
    assert world.here.person_ids[2] not in unread
    assert world.here.person_ids[3] in unread
    assert "培训合格证书已发" in me.get("/me/notices").text


def parts_of(page):
    """What of the file of an enterprise is there, as its page says, without blanks."""
    parts = page.text.partition('id="parts"')[2].partition("</section>")[0]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", parts))


@pytest.mark.parametrize("role", OFFICE)
def test_the_file_of_an_enterprise_for_everybody_who_may(world, client_as, role):
    held(world.here, {2: FULL})

    page = client_as(getattr(world.here, role)).get(f"/enterprises/{world.here.enterprise_id}")

    assert page.status_code == 200
    for word in ("城陵矶街道", "陈建国", "粉尘防爆", "1 / 5", "主要负责人", "现场"):
        assert word in page.text
    said = parts_of(page)
    assert "考核最近考完的一堂课：合格/应到1/51/5差4人" in said and "1/1齐全" in said
    assert "责任人主要负责人、监管责任人1/21/2差1项" in said
    assert "没有到访的记录" in page.text and "#chase" not in page.text
    assert "4 项没齐" in page.text.partition("</h1>")[0], "the verdict is beside the name"
    assert re.findall(r'<td class="name-of"><b>([^<]+)', page.text)[0] == "主要负责人", "the head's hours come first"
    marks = f"/enterprises/{world.here.enterprise_id}/marks?trust="
    assert f'href="{marks}live"' in page.text
    opened, others = (client_as(getattr(world.here, role)).get(marks + level).text for level in ("live", "paper"))
    assert "刘洋" in opened and "刘洋" not in others and "没有这样的签到记录" in others


def test_an_officer_chases_from_the_file_of_an_enterprise_and_reads_who_was_there_last(world, client_as):
    lecture_id = held(world.here, {2: FULL})
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "home") as uow:
        campaign = launch(uow, world.here)
    data = {"facts": ["head_whole", "real_risks", "effect_none"], "remark": "讲得具体", "sent_id": str(uuid4())}
    assert officer.post(f"/lectures/{lecture_id}/observe", data=data).status_code == 303
    firm = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"
    officer.post(f"{firm}/contact", data={"way": "visit", "text": "下周讲"})

    pages = [
        client_as(one).get(f"/enterprises/{world.here.enterprise_id}").text for one in (world.here.officer, world.here.trainer)
    ]
    said = [page.partition('id="visits"')[2].partition("</section>")[0] for page in pages]

    assert all("2 / 11 条符合" in one and "讲得具体" in one and one.index("上门") < one.index("旁听「") for one in said)
    assert ["下周讲" in one for one in said] == [True, False], "what an officer notes of a visit is the bureau's"
    assert [f'href="{firm}#chase"' in page for page in pages] == [True, False]


def test_who_passed_is_told_of_the_last_lecture_whose_every_answer_is_marked(world, client_as):
    with unit_of_work(SYSTEM, "system") as uow:
        earlier = hold(uow, world.here, {2: FULL})
        latest = hold(uow, world.here, {2: FULL, 3: FULL}, quiz=True)
        latest.sitting.planned_starts_at += timedelta(seconds=1)
        quiz, attempt = quiz_of(uow, latest.id), take_quiz(uow, latest, world.here.person_ids[2], 4)
        quiz.closes_at = uow.now - timedelta(hours=1)
        attempt.score = attempt.passed = None  # its text waits for the trainer
    officer = client_as(world.here.officer)

    def told_of():
        parts = officer.get(f"/enterprises/{world.here.enterprise_id}").text.partition('id="parts"')[2]
        return UUID(re.search('href="/lectures/([0-9a-f-]{36})"', parts).group(1))

    assert told_of() == earlier.id
    with unit_of_work(SYSTEM, "system") as uow:
        marked = uow.session.get_one(Attempt, attempt.id)
        marked.score, marked.passed = 100, True
    assert told_of() == latest.id


@pytest.mark.parametrize(("known", "found"), [
    ({}, {"charge": (0, 2)}),
    ({"head": True, "declared": 12, "people": 9}, {"charge": (1, 2), "roster": (9, 12)}),
    ({"declared": 12, "people": 14}, {"charge": (0, 2), "roster": (14, 12)}),  # no fault of the file, and said as it is
    ({"last": (0, 30, 0), "themes": (2, 5)}, {"charge": (0, 2), "themes": (2, 5), "quiz": (0, 30)}),  # nobody to be given one
    ({"last": (9, 30, 8), "hours": (3, 4)}, {"charge": (0, 2), "quiz": (9, 30), "certificates": (8, 9), "hours": (3, 4)}),
])  # fmt: skip
def test_a_file_is_measured_by_what_is_asked_of_it_and_by_nothing_unknown(known, found):
    nothing = {"head": False, "officer": False, "people": 0, "declared": None, "themes": (0, 0), "last": None, "hours": (0, 0)}
    assert {part.place: (part.have, part.of) for part in rules.parts(**(nothing | known))} == found


def test_whose_head_is_yet_to_come_and_whose_officers_account_has_ended_has_neither(world, client_as):
    path, officer = f"/enterprises/{world.here.enterprise_id}", client_as(world.here.officer)
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).officer_name = "周凯"
    assert "监管责任人2/2" in parts_of(officer.get(path))
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.add(officer_over(world.here.street_id, "zhou-kai", "周凯", ends_on=uow.today - timedelta(days=1)))
        head = uow.session.scalars(select(HeadAppointment).where(HeadAppointment.enterprise_id == world.here.enterprise_id)).one()
        head.starts_on = uow.today + timedelta(days=7)
    assert "监管责任人0/2" in parts_of(officer.get(path))


def test_pages_ask_as_often_for_a_hundred_people_as_for_five(world, client_as):
    trainer = client_as(world.here.trainer)
    officer = client_as(world.here.officer)

    few = held(world.here, {2: FULL, 3: (0, None)}, quiz=True)
    file = f"/enterprises/{world.here.enterprise_id}"
    before = asks(trainer, f"/lectures/{few}"), asks(officer, file), asks(officer, f"{file}/hours")
    with unit_of_work(SYSTEM, "system") as uow:
        add_people(uow, world.here, 40)
        many = hold(uow, world.here, dict.fromkeys(range(5, 45), (0, None))).id
        make_lecture(uow, world.here, quiz=PLAN, starts_at=uow.now + timedelta(days=1))

    after = asks(trainer, f"/lectures/{many}"), asks(officer, file), asks(officer, f"{file}/hours")

    assert after[0] <= before[0]
    assert after[1:] == before[1:]
