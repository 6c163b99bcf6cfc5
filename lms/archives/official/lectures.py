"""The forms of one lecture: 签到表, 记录表, 效果评价, 成绩汇总, 一期一档目录, 登记表, 旁听点评表."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from lms.access.models import Membership
from lms.archives.official.facts import Expected, LectureFacts, at_clock
from lms.archives.official.forms import Filled, Value, forms
from lms.archives.stored import void_words
from lms.attendance.models import Method, Trust
from lms.campaigns.words import theme_names
from lms.compliance.models import Standing
from lms.compliance.queries import state_words
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.credentials.queries import certificates_of
from lms.credentials.rules import CertificateKind
from lms.lectures.models import Lecture
from lms.lectures.queries import lecturer_shown
from lms.quizzes.models import ON_PAPER, Attempt
from lms.registry.models import Jurisdiction
from lms.registry.rules.relations import OWN
from lms.supervision.queries import Seen, observations_of

CAME = {  # how somebody came
    Method.SCAN: "手机扫码", Method.CODE: "手机口令", Method.TAP: "手机确认", Method.KIOSK: "签到机点名",
    Method.LEADER: "班组长手机登记", Method.TRAINER: "培训管理员登记", Method.OFFICER: "监管人员在场登记",
    Method.PAPER: "纸质签到表", Method.BACKFILL: "事后补录", Method.IMPORT: "导入",
}  # fmt: skip
LESS = {  # what the record rests on besides, where it is less than how they came
    Trust.OFFLINE: "，离线送达", Trust.LEADER: "，经放行、代为登记或统一签退", Trust.PAPER: "，部分按纸质签到表",
    Trust.BACKFILL: "，部分为事后补录", Trust.IMPORTED: "，部分为导入",
}  # fmt: skip
ALIKE = {  # where how they came says it already
    Trust.LEADER: (Method.LEADER, Method.TRAINER, Method.OFFICER), Trust.PAPER: (Method.PAPER,),
    Trust.BACKFILL: (Method.BACKFILL,), Trust.IMPORTED: (Method.IMPORT,),
}  # fmt: skip
OWN_PHONE = (Method.SCAN, Method.CODE, Method.TAP)
Values = dict[str, Value]
OBSERVED = 11  # 旁听点评表


def lecture_form(uow: UnitOfWork, lecture: Lecture, number: int) -> Filled:
    """One of forms.OF_LECTURE of a lecture."""
    facts = LectureFacts(uow, lecture)
    about = f"{facts.firm.name} · {lecture.year} 年第 {lecture.number} 期 · {lecture.title}{void_words(lecture)}"
    rows: Mapping[int, Callable[[LectureFacts], list[Values]]] = {1: _signed_in, 4: _scores}
    listed = rows[number](facts) if number in rows else ()
    return Filled(forms()[number], about, FILL[number](facts), listed, drawn=_signatures(facts) if number == OBSERVED else {})


def _sign_sheet(facts: LectureFacts) -> Values:
    absent = [f"{one.name}（{one.attendee.excused_reason or '未到'}）" for one in facts.people if not one.came]
    again = "；".join(f"补训：{clock.moment(one.sitting.planned_starts_at)} {one.title}" for one in facts.make_ups)
    return _place(facts) | {
        "培训类型": facts.kind, "培训日期": facts.dates, "开始时间": facts.starts, "结束时间": facts.ends,
        "学时": facts.hours, "培训地点": facts.places,
        "讲师/授课人": f"{facts.speaker.name}（{facts.speakers_post}）" if facts.speakers_post else facts.speaker.name,
        "应到人数": len(facts.people), "实到人数": len(facts.came),
        "缺席人员及补课安排": "\n".join(filter(None, ("、".join(absent) or "无", again))), "记录人": facts.lecture.created_by,
    }  # fmt: skip


def _signed_in(facts: LectureFacts) -> list[Values]:
    return [_line(number, one, clock.moment if len(facts.days) > 1 else at_clock) for number, one in enumerate(facts.people, 1)]


def _line(number: int, one: Expected, shown: Callable[[datetime], str | None]) -> Values:
    """shown: how an instant stands there, with its day where there are several."""
    there = one.presence if one.came else None
    came, left = (there.first_in_at, there.last_out_at) if there else (None, None)
    return {
        "序号": number, "姓名": one.name, "部门/班组": one.attendee.department_name, "岗位/工种": one.attendee.post,
        "人员类别": one.attendee.category, "所属单位（外协、派遣）": one.relation if one.relation not in (None, OWN) else None,
        "本人签名": signed_how(there.method, there.trust) if there else None, "签到时间": shown(came) if came else None,
        "签退时间": shown(left) if left else None,
        "备注": None if there else f"请假：{one.attendee.excused_reason}" if one.attendee.excused_reason else "缺席",
    }  # fmt: skip


def signed_how(method: Method | None, trust: Trust | None) -> str | None:
    """What stands under 本人签名: how somebody came, and what of the record is less sure than that."""
    if method is None or trust is None:
        return None
    if trust is Trust.LIVE:
        return f"{CAME[method]}本人确认" if method in OWN_PHONE else CAME[method]
    return CAME[method] if method in ALIKE.get(trust, ()) else f"{CAME[method]}{LESS[trust]}"


def _record(facts: LectureFacts) -> Values:
    files = [one.file_name for one in facts.materials]
    departments = list(dict.fromkeys(one.attendee.department_name for one in facts.people))
    failed = len(facts.tries) - sum(own.passed for own in facts.tries.values())
    scores = (
        f"合格 {len(facts.tries) - failed} 人，不合格 {failed} 人，平均 {facts.average:g} 分"
        if facts.average is not None
        else None
    )
    return _place(facts) | {
        "时间": facts.times, "地点": facts.places,
        "授课人": facts.speaker.name, "参加范围": "、".join(departments) or None, "参加人数": len(facts.came),
        "学时": facts.hours, "培训内容摘要": _content(facts), "培训方式": "面授",
        "考核方式": _examined(facts), "考核结果": scores, "课件/讲稿附件": "、".join(files) or "无",
        "现场照片": f"{facts.photos} 张", "记录人": facts.lecture.created_by,
    }  # fmt: skip


def _effect(facts: LectureFacts) -> Values:
    failed = [own for own in facts.tries.values() if not own.attempts[0].passed]
    again = [f"{own.name}：{own.attempts[0].score} 分，{_again(own.attempts[1:])}" for own in failed]
    return _place(facts) | {
        "培训日期": facts.dates, "授课人": facts.speaker.name, "参训人数": len(facts.came),
        "评价方式": "考试" if facts.quiz else None, "考试平均分": facts.average, "合格率": facts.pass_rate,
        "不合格人员及补考结果": "；".join(again) or ("无" if facts.tries else None),
    }  # fmt: skip


def _summary_of_scores(facts: LectureFacts) -> Values:
    days = {one.submitted_at for own in facts.tries.values() for one in own.attempts if one.submitted_at}
    number = f"{facts.lecture.year}-{facts.lecture.number:02}" if facts.quiz else None
    return _place(facts) | {"考试日期": (clock.local_date(min(days)) if days else facts.day).isoformat(), "试卷编号": number}


def _scores(facts: LectureFacts) -> list[Values]:
    lines: list[Values] = []
    for one in facts.people:
        own = facts.tries.get(one.attendee.person_id)
        tried = own.attempts if own else ()
        lines.append({
            "姓名": one.name, "部门/岗位": "/".join(filter(None, (one.attendee.department_name, one.attendee.post))),
            "成绩": tried[0].score if tried else None, "是否合格": ("是" if own.passed else "否") if own else "未考",
            "补考成绩": "、".join(str(each.score) for each in tried[1:]) or None, "阅卷人": _markers(facts, tried),
            "备注": "纸质答卷" if any(each.submitted_how == ON_PAPER for each in tried) else None,
        })  # fmt: skip
    return lines


def _markers(facts: LectureFacts, tried: tuple[Attempt, ...]) -> str | None:
    """The people and plug-ins that marked the texts of an attempt; where there were none, the product alone."""
    names = {name for one in tried for name in facts.markers.get(one.id, ())}
    return ("、".join(sorted(names)) or "系统判分") if tried else None


def _index(facts: LectureFacts) -> Values:
    """What there is of each; what the product does not hold is left blank."""
    lecture, came = facts.lecture, len(facts.came)
    there: Mapping[str, str | None] = {
        "培训计划/方案": f"有：{clock.moment(lecture.created_at)} {lecture.created_by}计划",
        "培训通知": f"有：{clock.moment(lecture.notified_at)} 发出" if lecture.notified_at else "缺",
        "培训课程表": f"有：{len(lecture.sittings)} 场",
        "讲义/课件": f"有：{len(facts.materials)} 份" if facts.materials else "缺",
        "讲师资格或简历": _qualified(facts),
        "学员名单": f"有：{len(facts.people)} 人",
        "签到表": f"有：{came} 人签到，{len(lecture.sittings)} 份" if came else "缺",
        "培训记录（含照片、视频）": f"有：照片 {facts.photos} 张" if facts.photos else "缺照片",
        "考试试卷及标准答案": f"有：每份 {facts.quiz.question_count} 题" if facts.quiz else "没有安排考核",
        "成绩汇总表": f"有：{len(facts.tries)} 人" if facts.tries else ("缺" if facts.quiz else "没有安排考核"),
        "证书发放登记": f"有：{facts.certificates} 张" if facts.certificates else None,
    }
    return dict(there)


def _qualified(facts: LectureFacts) -> str | None:
    """The certificate of a lecturer that whoever spoke held on the day."""
    for one in certificates_of(facts.uow, facts.speaker.id):
        if one.kind is CertificateKind.TRAINER and one.held_on(facts.day):
            return f"有：讲师证书 {one.serial}"
    return None


def _register(facts: LectureFacts) -> Values:
    """一场一表."""
    lecture, firm = facts.lecture, facts.firm
    came, seen = len(facts.came), observations_of(facts.uow, lecture.id)
    standing = facts.uow.session.scalar(
        select(Standing).where(
            Standing.enterprise_id == firm.id, Standing.campaign_id == lecture.campaign_id, Standing.until_on.is_(None)
        )
    )
    shown = lecturer_shown(facts.uow, lecture)
    proven, why = "，起止有凭证" if shown.proven else "", f"（{shown.why}）" if shown.why else ""
    own = f"是{proven}" if lecture.lecturer_is_head else f"否，由{facts.speaker.name}讲{why}"
    own += f"，登记的是{lecture.lecturer.name}" if shown.differs else ""
    return {
        "企业名称": firm.name, "统一社会信用代码": firm.uscc, "所属县区/街道/园区": firm.jurisdiction.name,
        "行业类别": firm.industry, "监管部门": lecture.campaign.jurisdiction.bureau if lecture.campaign else None,
        "授课人姓名": facts.speaker.name, "授课人职务": facts.speakers_post, "是否本人讲授": own, "授课主题": lecture.title,
        "内容要点": _content(facts), "授课日期": facts.dates, "开始时间": facts.starts, "结束时间": facts.ends,
        "学时": facts.hours, "授课地点": facts.places, "授课形式": "面授",
        "应到人数": len(facts.people), "实到人数": came,
        "参加率": f"{came / len(facts.people):.1%}" if facts.people else None,
        "签到表附件": f"{came} 人，见 01 培训签到表" if came else None, "现场照片": f"{facts.photos} 张",
        "课件/讲稿": "、".join(one.file_name for one in facts.materials) or None, "测验平均分": facts.average,
        "测验合格率": facts.pass_rate, "旁听单位及人员": "、".join(one.observation.officer for one in seen) or None,
        "旁听评语": "；".join(one.observation.remark for one in seen) or None, "填报人": lecture.created_by,
        "填报时间": clock.moment(lecture.closed_at or lecture.created_at),
        "审核状态": state_words(standing, facts.uow.today)[0] if standing else None,
    }  # fmt: skip


def _observed(facts: LectureFacts) -> Values:
    """Filled from the latest observation; before there is one, a sheet to take along."""
    found = observations_of(facts.uow, facts.lecture.id)
    speaker = f"{facts.speaker.name}（{facts.speakers_post}）" if facts.speakers_post else facts.speaker.name
    return {
        "企业名称": facts.firm.name, "授课主题": facts.lecture.title, "授课人及职务": speaker,
        "授课时间": facts.times,
        "是否有考核或提问": "有考核" if facts.quiz else None,
    } | (_found(found, facts) if found else {})  # fmt: skip


def _found(found: list[Seen], facts: LectureFacts) -> Values:
    ticked = {code for one in found for code in one.observation.facts}

    signed = dict.fromkeys(one.observation.officer for one in found if one.observation.signature)

    def yes(code: str) -> str:
        return "是" if code in ticked else "否"

    return {
        "旁听单位": _bureaus(found, facts) or None,
        "旁听人员（2人以上为宜）": "、".join(dict.fromkeys(one.observation.officer for one in found)), "到场方式": "现场",
        "主要负责人是否亲自讲授": yes("head_whole"), "人员到课是否齐全": yes("attendance"),
        "内容是否结合本企业风险": yes("real_risks"),
        "是否有案例警示": yes("cases"), "是否有考核或提问": "有考核" if facts.quiz else yes("asked_three"),
        "点评意见": "；".join(one.observation.remark for one in found),
        "旁听人签名": "、".join(f"{name}（手机上手写签名）" for name in signed) or None,
    }  # fmt: skip


def _signatures(facts: LectureFacts) -> dict[str, list[str]]:
    signed = [one.observation.signature for one in observations_of(facts.uow, facts.lecture.id)]
    return {"旁听人签名": [path for path in signed if path]}


def _bureaus(found: list[Seen], facts: LectureFacts) -> str:
    """For whom they sat in; of a comment from before that was kept, of whose officer they were on the day they wrote it."""
    bureaus: list[str] = []
    for one in found:
        own = select(Jurisdiction).where(Jurisdiction.id == one.observation.jurisdiction_id)
        if one.observation.jurisdiction_id is None:
            then = Membership.runs_on(clock.local_date(one.observation.submitted_at))
            own = select(Jurisdiction).join(Membership, Membership.jurisdiction_id == Jurisdiction.id)
            own = own.where(Membership.user_id == one.observation.user_id, then).order_by(Membership.id)
        bureaus += [place.bureau for place in facts.uow.session.scalars(own)]
    return "、".join(dict.fromkeys(bureaus))


def _place(facts: LectureFacts) -> Values:
    return {"单位名称": facts.firm.name, "培训主题": facts.lecture.title}


def _content(facts: LectureFacts) -> str:
    """What was spoken of, as far as it is recorded: the title, the theme planned, the topics of the quiz, the files shown."""
    theme = f"主题：{theme_names([facts.lecture.theme])[0]}" if facts.lecture.theme else ""
    topics = "、".join(facts.quiz.topics) if facts.quiz and facts.quiz.topics else ""
    files = "、".join(one.file_name for one in facts.materials)
    said = (facts.lecture.title, theme, f"考核知识点：{topics}" if topics else "", f"课件：{files}" if files else "")
    return "；".join(filter(None, said))


def _examined(facts: LectureFacts) -> str | None:
    how = {one.submitted_how == ON_PAPER for own in facts.tries.values() for one in own.attempts}
    return "、".join({True: "笔试", False: "线上"}[each] for each in sorted(how)) or ("线上" if facts.quiz else None)


def _again(tried: tuple[object, ...]) -> str:
    scores = [str(getattr(one, "score", "")) for one in tried]
    return f"补考 {'、'.join(scores)} 分" if scores else "没有补考"


FILL: Mapping[int, Callable[[LectureFacts], Values]] = {
    1: _sign_sheet, 2: _record, 3: _effect, 4: _summary_of_scores, 8: _index, 9: _register, 11: _observed,
}  # fmt: skip
