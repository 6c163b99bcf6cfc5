"""The forms of one person: 一人一档 cover and contents, 三级安全教育卡."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.archives.official.forms import Filled, Value, forms
from lms.archives.queries.levels import own_level_hours
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.credentials.models import Completion, EnteredTraining, HoursLine, Occasion
from lms.credentials.queries import certificates_of, hours_in
from lms.credentials.queries.retraining import demands_of, permits_of
from lms.credentials.rules import plain
from lms.lectures.models import Lecture
from lms.quizzes.models import Attempt
from lms.registry.models import Enterprise, Person, PersonPost
from lms.registry.queries import post_on
from lms.registry.words import hide

LEVELS = {
    "厂级": "厂级：内容、学时、日期、教育人、成绩、本人签名", "车间级": "车间级：内容、学时、日期、教育人、成绩、本人签名",
    "班组级": "班组级：内容、学时、日期、教育人、成绩、本人签名",
}  # fmt: skip
Values = dict[str, Value]
NONE = Decimal(0)


def person_form(uow: UnitOfWork, person: Person, number: int) -> Filled:
    """One of forms.OF_PERSON of a person."""
    firm = uow.session.get_one(Enterprise, person.enterprise_id)
    about = " · ".join(filter(None, (firm.name, person.name, person.work_no)))
    return Filled(forms()[number], about, FILL[number](uow, person, firm))


def _cover(uow: UnitOfWork, person: Person, firm: Enterprise) -> Values:
    post = _post(uow, person)
    return {
        "档案编号": f"{firm.uscc[-6:]}-{person.work_no or str(person.id)[-6:]}", "姓名": person.name, "性别": person.sex,
        "身份证号": hide(person.id_number, 4, 4) if person.id_number else None, "所属单位": firm.name,
        "部门/班组": post.department.name if post and post.department else None, "岗位/工种": post.post if post else None,
        "用工类型": post.relation if post else None, "入职日期": person.hired_on.isoformat() if person.hired_on else None,
        "建档日期": clock.local_date(person.created_at).isoformat(), "建档人": "安课（列入花名册时建档）",
    }  # fmt: skip


def _contents(uow: UnitOfWork, person: Person, _firm: Enterprise) -> Values:
    post, year = _post(uow, person), uow.today.year
    scored = select(func.count(Attempt.id)).where(Attempt.person_id == person.id, Attempt.score.is_not(None))
    attempts, certificates = uow.session.scalar(scored) or 0, len(certificates_of(uow, person.id))
    earned = own_level_hours(uow, person)
    levels = [f"{level} {plain(earned[level])} 学时" for level in LEVELS if level in earned]
    basics = "，".join(filter(None, (person.name, person.work_no, post.post if post else "", post.category if post else "")))
    return {
        "基本情况表": f"有：{basics}",
        "入职/三级安全教育卡": f"有：{'，'.join(levels)}" if levels else "缺",
        "转岗复岗教育记录": _demanded(uow, person, Occasion.TRANSFER, Occasion.RETURN),
        "四新培训记录": _demanded(uow, person, Occasion.NOVELTY),
        "特种作业/特种设备证书": "；".join(
            f"{one.work}，{one.issued_on} 发证，{one.review_due_on} 复审"
            for one in permits_of(uow, person.enterprise_id, person.id)
        )
        or None,
        "年度再培训记录": f"{year} 年累计 {plain(hours_in(uow, [person.id], year).get(person.id, NONE))} 学时",
        "考试试卷或成绩": f"有：{attempts} 份" if attempts else "缺",
        "证书复印件": f"有：{certificates} 张" if certificates else None,
        "离岗/离职记录": f"{person.left_on.isoformat()} 离开" if person.left_on else None,
    }


def _card(uow: UnitOfWork, person: Person, _firm: Enterprise) -> Values:
    post = _post(uow, person)
    told: Values = {
        "姓名": person.name, "性别": person.sex, "身份证号": hide(person.id_number, 4, 4) if person.id_number else None,
        "工种": post.post if post else None, "进厂日期": person.hired_on.isoformat() if person.hired_on else None,
    }  # fmt: skip
    for level, column in LEVELS.items():
        told[column] = "\n".join([*_entered(uow, person, level), *_heard(uow, person, level)]) or None
    return told


def _entered(uow: UnitOfWork, person: Person, level: str) -> list[str]:
    """What was accepted of a level."""
    wanted = select(EnteredTraining).where(EnteredTraining.person_id == person.id, EnteredTraining.level == level)
    own = [one for one in uow.session.scalars(wanted.order_by(EnteredTraining.starts_on)) if one.counts]
    return [f"{one.title}；{plain(one.hours)} 学时；{_days(one)}；教育人：{one.organizer}；签名见扫描件" for one in own]


def _heard(uow: UnitOfWork, person: Person, level: str) -> list[str]:
    """The lectures of a level that count, with who taught and the score."""
    hours = func.sum(HoursLine.hours)
    wanted = (
        select(Lecture, hours, HoursLine.earned_on, Completion.score)
        .join(HoursLine, HoursLine.lecture_id == Lecture.id)
        .join(Completion, Completion.id == HoursLine.completion_id)
        .where(HoursLine.person_id == person.id, HoursLine.level == level)
        .group_by(Lecture.id, HoursLine.earned_on, Completion.score)
        .having(hours > 0)
        .order_by(HoursLine.earned_on, Lecture.id)
        .options(joinedload(Lecture.lecturer), joinedload(Lecture.spoken_by))
    )
    return [
        f"{lecture.title}；{plain(Decimal(total))} 学时；{day}；教育人：{(lecture.spoken_by or lecture.lecturer).name}；"
        + (f"成绩：{score} 分；" if score is not None else "")
        + "到课记录见 01 培训签到表；签名："
        for lecture, total, day, score in uow.session.execute(wanted)
    ]


def _demanded(uow: UnitOfWork, person: Person, *occasions: Occasion) -> str | None:
    """What was asked anew, and when it was met; None where nothing was."""
    own = [one.demand for one in demands_of(uow, person.enterprise_id, person.id, only_open=False)]
    told = [
        f"{one.said}（{one.since_on}）：{f'{one.met_on} 完成' if one.met_on else '不适用' if one.waived_at else '没有完成'}"
        for one in own
        if one.occasion in occasions
    ]
    return "；".join(told) or None


def _days(one: EnteredTraining) -> str:
    first, last = one.starts_on.isoformat(), one.ends_on.isoformat()
    return first if first == last else f"{first} 至 {last}"


def _post(uow: UnitOfWork, person: Person) -> PersonPost | None:
    return post_on(uow, person.id, person.left_on or uow.today)


FILL: Mapping[int, Callable[[UnitOfWork, Person, Enterprise], Values]] = {5: _cover, 6: _contents, 7: _card}
