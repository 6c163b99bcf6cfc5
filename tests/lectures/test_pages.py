import hashlib
import io
import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.access.actor import Actor
from lms.campaigns import service as campaigns
from lms.campaigns.models import Duty
from lms.campaigns.themes import theme_named
from lms.compliance import service as standings
from lms.compliance.models import Standing
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures.events import QuizPlan, Topic, TopicsAsked
from lms.lectures.forms import end_of, in_order
from lms.lectures.models import Attendee, Lecture, LectureState, Material
from lms.lectures.rules import Slot
from lms.lectures.views.plan_form import with_slots
from lms.notices.models import Notice
from lms.registry.models import Jurisdiction, PersonPost
from tests.compliance.scene import plan
from tests.counting import asks
from tests.lectures.builders import make_lecture

SYSTEM = Actor.system("test")
DATA = Path(__file__).parents[1] / "data"


def tomorrow() -> str:
    return (clock.local_date(clock.now()) + timedelta(days=1)).isoformat()


@pytest.fixture
def topics(monkeypatch):
    """A bank with 42 questions about hot work."""
    from lms.core import uow as floor

    monkeypatch.setitem(floor._responders, TopicsAsked, lambda _uow, _question: [Topic("动火作业", 42), Topic("用电安全", 6)])


def typed(side, **changes):
    return {
        "title": "总经理讲安全课：冬季动火与用电", "lecturer_id": str(side.head_id), "departments": [str(side.department_id)],
        "topics": ["动火作业"], "questions": "10", "pass_mark": "80", "campaign_id": "", "do": "notify",
    } | slot() | {f"sittings-0-{name}" if name in SLOT else name: value for name, value in changes.items()}  # fmt: skip


SLOT = ("shift", "day", "starts", "ends", "place", "sitting_id")


def slot(number=0, **changes):
    row = {"shift": "", "day": tomorrow(), "starts": "09:00", "ends": "10:00", "place": "3 号会议室"} | changes
    return {f"sittings-{number}-{name}": value for name, value in row.items()}


def lectures():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Lecture).order_by(Lecture.id)))


def asked_by_campaign(side, **terms):
    with unit_of_work(SYSTEM, "home") as uow:
        district = uow.session.get_one(Jurisdiction, side.district_id)
        campaign = campaigns.draft(uow, district, plan(uow.today, **terms))
        campaigns.launch(uow, campaign)
        return str(campaign.id)


def test_without_lectures_there_is_one_button(world, client_as):
    page = client_as(world.here.trainer).get("/lectures").text

    assert "还没有讲课" in page
    assert page.count('href="/lectures/new"') == 1
    assert "/lectures/new" not in client_as(world.here.head).get("/lectures").text


def test_the_page_is_filled_in_before_anybody_types(world, client_as, topics):
    asked_by_campaign(world.here)
    page = client_as(world.here.trainer).get("/lectures/new").text

    assert "创建并通知 5 人" in page
    assert "陈建国" in page
    assert "还有 18 天" in page
    assert "动火作业" in page


def test_one_page_makes_a_lecture(world, client_as, topics):
    campaign_id = asked_by_campaign(world.here)

    answer = client_as(world.here.trainer).post("/lectures/new", data=typed(world.here, campaign_id=campaign_id))

    assert answer.status_code == 303
    [lecture] = lectures()
    assert lecture.state == LectureState.NOTIFIED
    assert str(lecture.campaign_id) == campaign_id
    assert clock.local(lecture.sitting.planned_starts_at).strftime("%H:%M") == "09:00"
    assert lecture.quiz_plan["topics"] == ["动火作业"]


def test_a_campaign_that_is_over_is_offered_until_the_firm_has_done_what_it_asks(world, client_as, topics):
    """Whoever is late can still hold a lecture that counts, as the bureau goes on asking for."""
    campaign_id, trainer = asked_by_campaign(world.here), client_as(world.here.trainer)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(Duty)).one().due_on = uow.today - timedelta(days=1)
        standings.settle(uow, UUID(campaign_id))

    assert "已经截止，现在讲仍然计入" in trainer.get("/lectures/new").text
    assert trainer.post("/lectures/new", data=typed(world.here, campaign_id=campaign_id)).status_code == 303

    assert [str(lecture.campaign_id) for lecture in lectures()] == [campaign_id]
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(Standing)).one().state = "completed"
    assert campaign_id not in trainer.get("/lectures/new").text


def test_the_next_lecture_is_copied_from_the_last(world, client_as, topics):
    trainer = client_as(world.here.trainer)
    rules = {"questions": "15", "pass_mark": "90", "recheck": "y"}
    trainer.post("/lectures/new", data=typed(world.here, place="食堂二楼", starts="07:40", **rules))

    page = trainer.get("/lectures/new").text

    for value in ("食堂二楼", "15", "90", "07:40"):
        assert f'value="{value}' in page
    assert re.search(r'<input[^>]* checked [^>]*name="recheck"', page)


def test_a_lecture_that_a_campaign_asks_for_is_copied_from_one_that_counted_and_not_from_the_shift_talk_planned_since(
    world, client_as, topics
):
    campaign_id, trainer = asked_by_campaign(world.here), client_as(world.here.trainer)
    trainer.post("/lectures/new", data=typed(world.here, campaign_id=campaign_id, place="食堂二楼", title="总经理讲安全课"))
    talk = typed(
        world.here, title="仓储部月度安全课", place="仓储部班前会议室", starts="11:00", ends="11:20", no_quiz="y", topics=[]
    )
    assert trainer.post("/lectures/new", data=talk).status_code == 303

    page = trainer.get("/lectures/new").text

    assert 'value="食堂二楼"' in page and 'value="仓储部班前会议室"' not in page
    assert not re.search(r'<input[^>]* checked[^>]*name="no_quiz"|name="no_quiz"[^>]* checked', page)
    assert "「总经理讲安全课」填好了" in page, "and it is said which one"
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(Standing)).one().state = "completed"
        uow.session.scalars(select(Duty)).one().due_on = uow.today - timedelta(days=1)
    assert 'value="仓储部班前会议室"' in trainer.get("/lectures/new").text, "no campaign asks: as last time"


def test_a_draft_notifies_nobody_and_can_be_published_later(world, client_as, topics):
    trainer = client_as(world.here.trainer)
    trainer.post("/lectures/new", data=typed(world.here, do="draft"))
    [draft] = lectures()
    assert draft.state == LectureState.DRAFT

    trainer.post(f"/lectures/{draft.id}/edit", data=typed(world.here, place="食堂二楼", do="notify"))

    [lecture] = lectures()
    assert (lecture.state, lecture.sitting.place) == (LectureState.NOTIFIED, "食堂二楼")


def test_a_topic_with_fewer_questions_offers_as_many_as_there_are(world, client_as, topics):
    trainer = client_as(world.here.trainer)

    page = trainer.post("/lectures/new", data=typed(world.here, topics=["用电安全"])).text

    assert "所选范围只有 6 题，不够每人抽 10 题" in page
    assert re.search(r'name="questions"[^>]*value="6"', page)


@pytest.mark.parametrize(("changes", "words"), [
    ({"title": " "}, "请写讲什么"),
    ({"title": "冬季防火🔥"}, "🔥（U+1F525，表情符号）"),  # no sign-in sheet and no certificate could be printed
    ({"day": "2020-01-01"}, "日期已经过了"),
    ({"ends": "08:00"}, "结束时间应晚于开始时间"),
    ({"departments": []}, "请至少选一个部门"),
    ({"topics": []}, "请选题目范围"),
    ({"topics": ["用电安全"]}, "所选范围只有 6 题"),
    ({"no_quiz": "y"}, "上面选了题目范围"),
    ({"pass_mark": "60", "campaign_id": "CAMPAIGN"}, "合格分不低于 80 分"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(world, client_as, topics, changes, words):
    campaign_id = asked_by_campaign(world.here)
    changes = {name: campaign_id if value == "CAMPAIGN" else value for name, value in changes.items()}

    answer = client_as(world.here.trainer).post("/lectures/new", data=typed(world.here, **changes))

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="3 号会议室"' in answer.text
    assert lectures() == []


def test_no_quiz_needs_no_topics(world, client_as, topics):
    client_as(world.here.trainer).post("/lectures/new", data=typed(world.here, no_quiz="y", topics=[], questions=""))

    assert lectures()[0].quiz_plan is None


def upload(name, content):
    return (io.BytesIO(content), name)


def test_files_survive_a_refused_form_and_come_down_as_they_went_up(world, client_as, topics):
    trainer, slides = client_as(world.here.trainer), (DATA / "lecture.pptx").read_bytes()
    refused = trainer.post("/lectures/new", data=typed(world.here, title="", materials=[upload("粉尘.pptx", slides)]))
    assert "粉尘.pptx" in refused.text
    assert "12 页" in refused.text
    kept = re.search(r'name="kept" value="([^"]+)"', refused.text).group(1)

    trainer.post("/lectures/new", data=typed(world.here, kept=kept, materials=[upload("样本.pdf", b"%PDF-1.4 x")]))

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        found = {m.file_name: m for m in uow.session.scalars(select(Material))}
    assert set(found) == {"粉尘.pptx", "样本.pdf"}
    page = trainer.get(f"/lectures/{lectures()[0].id}").text
    assert "12 页" in page and f">{hashlib.sha256(slides).hexdigest()[:12]}<" in page, (
        "which file it is, to be held against another"
    )
    answer = trainer.get(f"/materials/{found['粉尘.pptx'].id}")
    assert answer.data == slides
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype.endswith("presentationml.presentation")
    assert client_as(world.there.trainer).get(f"/materials/{found['样本.pdf'].id}").status_code == 404


def test_a_file_of_another_enterprise_cannot_be_named(world, client_as, topics):
    refused = client_as(world.there.trainer).post(
        "/lectures/new", data=typed(world.there, title="", materials=[upload("机密.pdf", b"%PDF-1.4 secret")])
    )
    kept = re.search(r'name="kept" value="([^"]+)"', refused.text).group(1)

    client_as(world.here.trainer).post("/lectures/new", data=typed(world.here, kept=[kept, "forged"]))

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Material)).all() == []


def test_a_program_named_as_slides_is_refused_and_the_rest_kept(world, client_as, topics):
    answer = client_as(world.here.trainer).post(
        "/lectures/new", data=typed(world.here, materials=[upload("a.pdf", b"%PDF-1.4"), upload("病毒.pptx", b"MZ\x90")])
    )

    assert answer.status_code == 422
    assert "「病毒.pptx」不是能用的课件" in answer.text
    assert 'name="kept"' in answer.text
    assert lectures() == []


def test_a_told_lecture_changes_its_place_and_materials_but_not_its_people(world, client_as, topics):
    trainer = client_as(world.here.trainer)
    trainer.post("/lectures/new", data=typed(world.here, materials=[upload("a.pdf", b"%PDF-1.4")]))
    [lecture] = lectures()
    page = trainer.get(f"/lectures/{lecture.id}/edit").text
    assert 'name="departments"' not in page
    label, hint = re.search(r'for="reason">([^\n]*)</label>.*?id="reason-hint">([^<]*)<', page, re.S).groups()
    assert "选填" not in label and "改了时间、地点或讲课人的必须填" in hint
    unexplained = trainer.post(f"/lectures/{lecture.id}/edit", data=typed(world.here, place="食堂二楼"))
    assert unexplained.status_code == 422 and "请写明原因" in unexplained.text
    another = trainer.post(f"/lectures/{lecture.id}/edit", data=typed(world.here, lecturer_id=str(world.here.person_ids[1])))
    assert another.status_code == 422 and "请写明原因" in another.text
    old = re.search(r'name="remove" value="([^"]+)"', page).group(1)

    trainer.post(
        f"/lectures/{lecture.id}/edit",
        data=typed(
            world.here, place="食堂二楼", remove=old, departments=[], materials=[upload("b.pdf", b"%PDF-1.5")], reason="停电"
        ),
    )

    [lecture] = lectures()
    assert lecture.sitting.place == "食堂二楼"
    assert lecture.audience["departments"] == [str(world.here.department_id)]
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Material.file_name)).all() == ["b.pdf"]


def test_days_at_the_ends_of_the_calendar_are_told_at_their_field(world, client_as, topics):
    trainer, last = client_as(world.here.trainer), "9999-12-31"
    night = {"day": last, "starts": "23:00", "ends": "01:00"}

    refused = trainer.post("/lectures/new", data=typed(world.here, **night))
    assert refused.status_code == 422 and "日期不对" in refused.text
    asked = "&".join(f"sittings-0-{name}={value}" for name, value in night.items())
    assert trainer.get(f"/lectures/new/promise?{asked}").status_code == 200
    assert trainer.post("/lectures/new/slots", data=typed(world.here, **night) | {"do": "add"}).status_code == 200
    assert trainer.get("/lectures?year=99999999999").status_code == 200
    with unit_of_work(SYSTEM, "home") as uow:
        hours = [uow.now + timedelta(hours=at) for at in range(3)]
        slots = tuple(Slot(begins, ends, "食堂", begins.isoformat()) for begins, ends in pairwise(hours))
        lecture = make_lecture(uow, world.here, slots=slots, state="open")
        sitting, later = (one.id for one in lecture.sittings)
    moved = trainer.post(f"/sittings/{later}/move", data=night | {"place": "食堂", "reason": "停电"})
    assert moved.status_code == 422 and "日期不对" in moved.text
    late = trainer.post(f"/sittings/{sitting}/close", data={"day": last, "started": "23:00", "ended": "01:00"})
    assert late.status_code == 422 and "日期不对" in late.text


def test_the_column_on_the_right_follows_the_choice(world, client_as, topics):
    trainer = client_as(world.here.trainer)

    part = trainer.get(
        "/lectures/new/promise?departments=&sittings-0-starts=09:00&sittings-0-ends=10:30&sittings-0-day=2099-12-04&questions=10&pass_mark=85"
    ).text

    assert "创建并通知 0 人" in part
    assert "90 分钟" in part
    assert "85 分合格" in part and "合格后自动发" in part and "不发证书" not in part
    short = trainer.get("/lectures/new/promise?sittings-0-starts=09:00&sittings-0-ends=09:25&sittings-0-day=2099-12-04").text
    assert "不发证书<span>计划的时间算下来是 0 学时" in short and "合格后自动发" not in short


def test_a_second_lecture_of_the_same_lecturer_at_that_time_is_pointed_out(world, client_as, topics):
    trainer = client_as(world.here.trainer)
    trainer.post("/lectures/new", data=typed(world.here))
    another = typed(world.here, title="另一堂", starts="09:30", ends="10:30")
    refused = trainer.post("/lectures/new", data=another)

    assert refused.status_code == 422
    assert "讲课人这个时间" in refused.text and "3 号会议室" in refused.text and "5 人同一时间" in refused.text
    assert 'value="另一堂"' in refused.text
    assert len(lectures()) == 1
    assert trainer.post("/lectures/new", data=another | {"anyway": "notify"}).status_code == 303
    assert [lecture.state for lecture in lectures()] == [LectureState.NOTIFIED] * 2


def test_a_lecture_of_eleven_hours_and_a_half_is_asked_about_and_may_be_meant(world, client_as, topics):
    trainer = client_as(world.here.trainer)
    long = typed(world.here, title="一整天", starts="09:30", ends="21:00")

    asked = trainer.post("/lectures/new", data=long)

    assert asked.status_code == 422
    assert "的这场讲课长 11 小时 30 分，对吗？" in asked.text and "时间上有冲突" not in asked.text
    assert 'value="一整天"' in asked.text and 'value="21:00"' in asked.text
    assert not lectures()
    assert trainer.post("/lectures/new", data=long | {"anyway": "notify"}).status_code == 303
    assert [lecture.title for lecture in lectures()] == ["一整天"]


def test_a_lecture_for_three_shifts_is_planned_on_one_page(world, client_as, topics):
    trainer, day = client_as(world.here.trainer), tomorrow()
    rows = [
        slot(number, shift=shift, starts=starts, ends=ends, place=f"{number} 号会议室")
        for number, (shift, starts, ends) in enumerate([
            ("早班", "06:00", "07:00"), ("中班", "14:00", "15:00"), ("夜班", "22:00", "23:00")
        ])
    ]  # fmt: skip

    trainer.post("/lectures/new", data=typed(world.here) | rows[0] | rows[1] | rows[2])

    [lecture] = lectures()
    assert [(row.name, f"{clock.local(row.planned_starts_at):%Y-%m-%d %H:%M}", row.place) for row in lecture.sittings] == [
        ("早班", f"{day} 06:00", "0 号会议室"), ("中班", f"{day} 14:00", "1 号会议室"), ("夜班", f"{day} 22:00", "2 号会议室")
    ]  # fmt: skip
    page = trainer.get("/lectures/new").text
    assert page.count('value="夜班"') == 1 and 'value="22:00"' in page


@pytest.mark.parametrize("path", ["/lectures/new", "/lectures/new/slots"])
def test_one_more_sitting_is_a_button_that_keeps_what_was_typed(world, client_as, topics, path):
    trainer = client_as(world.here.trainer)

    more = trainer.post(path, data=typed(world.here, starts="06:00", ends="07:10", place="食堂", do="add")).text

    assert lectures() == []
    for value in ("早班", "中班", "06:00", "14:00", "15:10"):
        assert f'value="{value}"' in more, value
    assert more.count('value="食堂"') == 2
    less = trainer.post(path, data=typed(world.here, do="drop-0") | slot(1, place="食堂")).text
    assert 'value="食堂"' in less and 'value="3 号会议室"' not in less


@pytest.mark.parametrize("row", ["²", "9" * 5_000])
def test_a_forged_number_of_a_row_is_refused_and_no_fault_of_ours(world, client_as, row):
    trainer, forged = client_as(world.here.trainer), {f"sittings-{row}-day": tomorrow()}

    answers = [trainer.post("/lectures/new", data=typed(world.here) | forged | {"do": do}) for do in ("notify", "add")]
    answers.append(trainer.get("/lectures/new/promise", query_string=slot() | forged))

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert "请返回上一页重试" in answers[0].text
    assert trainer.post("/lectures/new", data=typed(world.here, do=f"drop-{row}") | slot(1)).status_code == 200


@pytest.mark.parametrize(
    ("starts", "ends", "then"),
    [
        ("15:30", "16:30", ("2026-11-23", "23:30", "00:30")),
        ("23:30", "00:30", ("2026-11-24", "07:30", "08:30")),
        ("22:00", "23:30", ("2026-11-24", "06:00", "07:30")),
    ],
)
def test_the_shift_after_is_eight_hours_later_and_as_long_also_over_midnight(starts, ends, then):
    more = with_slots(MultiDict(slot(day="2026-11-23", starts=starts, ends=ends)), "add")

    assert tuple(more[f"sittings-1-{name}"] for name in ("day", "starts", "ends")) == then


def test_a_sitting_that_cannot_be_is_named(world, client_as, topics):
    answer = client_as(world.here.trainer).post("/lectures/new", data=typed(world.here) | slot(1, ends="08:00"))

    assert answer.status_code == 422
    assert 'href="#sittings-1-ends"' in answer.text


def test_who_is_asked_can_be_narrowed_to_posts_and_shifts(world, client_as, topics):
    with unit_of_work(SYSTEM, "home") as uow:
        for person_id, post, shift in zip(
            world.here.person_ids, ("焊工", "焊工", "电工", "电工", None), "早中早中早", strict=True
        ):
            line = uow.session.scalars(select(PersonPost).where(PersonPost.person_id == person_id)).one()
            line.post, line.shift = post, f"{shift}班"
    trainer = client_as(world.here.trainer)
    part = trainer.get("/lectures/new/promise", query_string=typed(world.here, posts=["焊工"])).text
    assert "创建并通知 2 人" in part
    assert "陈建国、赵倩" in part

    trainer.post("/lectures/new", data=typed(world.here, departments=[], posts=["电工"], shifts=["早班"]))

    [lecture] = lectures()
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == lecture.id)).all() == [
            world.here.person_ids[2]
        ]


def test_a_lecture_is_given_again_with_everything_it_had(world, client_as, topics):
    trainer = client_as(world.here.trainer)
    trainer.post("/lectures/new", data=typed(world.here, title="冬季动火", materials=[upload("a.pdf", b"%PDF-1.4")]))
    [first] = lectures()
    trainer.post("/lectures/new", data=typed(world.here, title="别的课", starts="15:00", ends="16:00"))

    page = trainer.get(f"/lectures/new?after={first.id}").text

    assert 'value="冬季动火"' in page
    kept = re.search(r'name="kept" value="([^"]+)"', page).group(1)
    again = typed(world.here, title="冬季动火", day=(clock.local_date(clock.now()) + timedelta(days=9)).isoformat())
    trainer.post("/lectures/new", data=again | {"after": str(first.id), "kept": kept})
    copy = lectures()[-1]
    assert copy.copied_from_id == first.id
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        shas = uow.session.scalars(select(Material.sha256)).all()
    assert len(shas) == 2 and len(set(shas)) == 1
    assert client_as(world.there.trainer).get(f"/lectures/new?after={first.id}").status_code == 404


def test_a_monthly_lecture_makes_drafts_for_the_months_after(world, client_as, topics):
    client_as(world.here.trainer).post("/lectures/new", data=typed(world.here, repeat="monthly", times="3"))

    first, *later = lectures()
    assert first.state == LectureState.NOTIFIED
    assert [lecture.state for lecture in later] == [LectureState.DRAFT] * 2
    assert {lecture.series_id for lecture in (first, *later)} == {first.id}
    days = [clock.local(lecture.sitting.planned_starts_at) for lecture in (first, *later)]
    assert [(day.year * 12 + day.month) - (days[0].year * 12 + days[0].month) for day in days] == [0, 1, 2]
    assert {f"{day:%H:%M}" for day in days} == {"09:00"}


def test_the_buttons_of_a_lecture_lead_from_notice_to_the_end(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, starts_at=uow.now - timedelta(minutes=30))
        lecture_id, sitting_id = lecture.id, lecture.sitting.id
        today, earlier = clock.local(uow.now - timedelta(minutes=30)), clock.local(uow.now - timedelta(minutes=1))
    trainer, path = client_as(world.here.trainer), f"/sittings/{sitting_id}"
    assert trainer.get(f"{path}/close").status_code == 409
    for step in ("open", "start"):
        assert trainer.post(f"{path}/{step}").status_code == 303
    assert "未签退的按散会时间签退" in trainer.get(f"{path}/close").text

    times = {"day": f"{today:%Y-%m-%d}", "started": f"{today:%H:%M}", "ended": f"{earlier:%H:%M}"}
    assert trainer.post(f"{path}/close", data=times | {"ended": times["started"]}).status_code == 422
    assert trainer.post(f"{path}/close", data=times).status_code == 303

    assert lectures()[0].state == LectureState.CLOSED
    assert trainer.post(f"/lectures/{lecture_id}/cancel", data={"reason": "x"}).status_code == 409


def test_a_start_that_nobody_retypes_keeps_its_seconds(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, starts_at=uow.now - timedelta(minutes=9), state=LectureState.OPEN)
        begun = lecture.sitting.started_at = (uow.now - timedelta(minutes=9)).replace(second=40, microsecond=0)
        sitting_id, ended = lecture.sitting.id, clock.local(uow.now - timedelta(minutes=1)).replace(second=0, microsecond=0)
    times = {"day": f"{clock.local(begun):%Y-%m-%d}", "started": f"{clock.local(begun):%H:%M}", "ended": f"{ended:%H:%M}"}

    client_as(world.here.trainer).post(f"/sittings/{sitting_id}/close", data=times)

    sitting = lectures()[0].sitting
    assert (sitting.started_at, sitting.ended_at) == (begun, ended)


def test_a_lecture_nobody_closed_that_day_is_offered_with_its_planned_end(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, starts_at=uow.now - timedelta(hours=30), state=LectureState.OPEN)
        lecture.sitting.started_at = lecture.sitting.planned_starts_at
        planned, path = clock.local(lecture.sitting.planned_ends_at), f"/sittings/{lecture.sitting.id}/close"

    page = client_as(world.here.trainer).get(path).text

    assert re.search(rf'name="ended"[^>]*value="{planned:%H:%M}"', page)
    assert "当天没有点结束" in page


def test_the_list_asks_as_much_for_two_lectures_as_for_twelve(world, client_as):
    def add(number):
        with unit_of_work(SYSTEM, "home") as uow:
            for state in ("notified", "closed"):
                for _ in range(number):
                    make_lecture(uow, world.here, state=state, quiz=QuizPlan(("动火作业",), 10, 80))

    add(1)
    few = asks(client_as(world.here.trainer), "/lectures")
    add(5)

    assert asks(client_as(world.here.trainer), "/lectures") == few


@pytest.mark.parametrize("page", [0, 2, 10**30])
def test_a_page_that_is_not_there_is_the_one_nearest_to_it(world, client_as, page):
    with unit_of_work(SYSTEM, "home") as uow:
        title = make_lecture(uow, world.here, state="closed").title

    answer = client_as(world.here.trainer).get(f"/lectures?page={page}")

    assert answer.status_code == 200
    assert title in answer.text


def test_somebody_elses_lecture_is_not_found(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.there)
        lecture_id, sitting_id = lecture.id, lecture.sitting.id
    trainer = client_as(world.here.trainer)

    for path in (f"/lectures/{lecture_id}/edit", f"/sittings/{sitting_id}/close", f"/lectures/{lecture_id}/cancel"):
        assert trainer.get(path).status_code == 404
    for path in (f"/lectures/{lecture_id}/notify", f"/sittings/{sitting_id}/open", f"/sittings/{sitting_id}/start"):
        assert trainer.post(path).status_code == 404


def test_a_plan_shorter_than_the_campaign_asks_is_said_before_it_is_saved(world, client_as, topics):
    campaign_id = asked_by_campaign(world.here)
    trainer, plan = client_as(world.here.trainer), typed(world.here, campaign_id=str(campaign_id), ends="09:40")

    short = trainer.get("/lectures/new/promise", query_string=plan).text
    enough = trainer.get("/lectures/new/promise", query_string=plan | {"sittings-0-ends": "10:00"}).text

    assert "计划 40 分钟，专项活动要求至少 60 分钟" in short
    assert "要求至少" not in enough


def test_a_night_shift_ends_on_the_next_day(world, client_as, topics):
    client_as(world.here.trainer).post("/lectures/new", data=typed(world.here, starts="23:30", ends="00:30"))

    [lecture] = lectures()
    assert lecture.sitting.planned_ends_at - lecture.sitting.planned_starts_at == timedelta(hours=1)


@pytest.mark.parametrize(("starts", "ends", "hours"), [
    ("09:00", "10:00", 1), ("22:00", "02:00", 4), ("23:59", "00:00", 1 / 60), ("09:00", "09:00", None), ("09:00", "08:00", None),
])  # fmt: skip
def test_an_end_before_the_start_is_of_the_next_day_within_a_night(starts, ends, hours):
    starts, ends = time.fromisoformat(starts), time.fromisoformat(ends)
    begins = datetime.combine(date(2026, 11, 26), starts, clock.ZONE)

    assert in_order(starts, ends) == (hours is not None)
    if hours is not None:
        assert end_of(begins, ends) - begins == timedelta(hours=hours)


def test_whoever_is_to_speak_is_told_so_and_how_long_and_of_what_also_when_on_no_list(world, client_as, topics):
    due, own = theme_named("LT08").title, theme_named("LT09").title
    plan = {"campaign_id": asked_by_campaign(world.here, themes=("LT08",)), "theme": "LT09", "do": "notify"}

    client_as(world.here.trainer).post("/lectures/new", data=typed(world.here, **plan))

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        told = uow.session.scalars(select(Notice).where(Notice.person_id == world.here.head_id)).all()
        assert [notice.title.partition("：")[0] for notice in told] == ["您主讲安全课"]
        assert "3 号会议室" in told[0].body
        assert re.search(r"至少讲 \d+ 分钟", told[0].body)
        assert f"主题：{own}" in told[0].body and f"必须讲到：{due}" in told[0].body
    [lecture] = lectures()
    lead, page = client_as(world.here.head).get(f"/lectures/{lecture.id}").text.split('class="lead-line"')[1].split("</p>", 1)
    assert f"主题：{own}" in lead and f"要求讲到{due}" in lead
    assert f"必须讲到：{due}" in page.partition('id="teaching"')[2].partition("</section>")[0]
