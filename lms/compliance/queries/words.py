"""What figures and states are called, and how each rate is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.reach import reach
from lms.campaigns.events import StandingTold
from lms.campaigns.models import Terms
from lms.campaigns.words import evidence_names, theme_names
from lms.compliance.models import Standing, StandingState
from lms.compliance.queries.mending import ways_to_mend
from lms.compliance.queries.reasons import reasons_of
from lms.compliance.queries.scope import Scope
from lms.compliance.rules import LECTURED
from lms.core.uow import UnitOfWork
from lms.registry.models import EnterpriseState
from lms.registry.words import listed


def metric_words() -> dict[str, str]:
    """What each metric is called on a page."""
    return {
        "asked": _("全部"),
        "lectured": _("已开讲"),
        "not_lectured": _("未开讲"),
        "completed": _("已完成"),
        "unfinished": _("已开讲，未达标"),
        "planned": _("已计划"),
        "attention": _("需要处理"),
        "overdue": _("逾期"),
        "not_head": _("讲课人不符"),
        "too_short": _("时长不足"),
        "no_theme": _("主题没讲到"),
        "no_evidence": _("材料不全"),
        "not_passed_on": _("传达没做完"),
        "fresh": _("七天内开讲"),
        "attended": _("参训率"),
        "passed": _("考核合格率"),
        "no_officer": _("没有人管"),
        "exempt": _("免除"),
        "stopped": _("停业、注销，不用补"),
        "asking": _("有申请待答复"),
        "waiting": _("申请等了五个工作日以上"),
        "escalated": _("催了没动静，已上报"),
        "doubtful": _("存疑"),
        "unanswered": _("信号五个工作日没有说明"),
    }


def size_words() -> dict[str, str]:
    """What each band of sizes is called."""
    return {"10": _("10 人以下"), "50": _("10–49 人"), "300": _("50–299 人"), "more": _("300 人及以上"), "unknown": _("人数不详")}


def narrowed_words(scope: Scope) -> list[str]:
    """To what a scope is narrowed beside its place, a phrase each."""
    words = [listed(scope.industry)] if scope.industry else []
    if scope.trade_authority is not None:
        words.append(scope.trade_authority or _("没有登记行业主管部门"))
    if scope.officer is not None:
        words.append(_("责任人 %(name)s", name=scope.officer) if scope.officer else _("没有人管"))
    return words + ([size_words()[scope.size]] if scope.size else [])


def rule_lines(asked: Terms) -> tuple[str, ...]:
    """How each rate is counted, a sentence each."""
    who = _("由主要负责人本人讲、") if asked.head_lectures else ""
    if asked.head_lectures and asked.deputy_counts:
        who = _("由主要负责人本人讲（写明原因的代讲也算）、")
    return (
        _(
            "开讲率 = 已开讲的企业 ÷ 应开讲的企业。已开讲：%(who)s实际讲课不少于 %(minutes)s 分钟，并已结束登记。",
            who=who, minutes=asked.min_minutes,
        ),
        _("参训率 = 到课且在场够时长的人次 ÷ 应到的人次。只算已开讲的企业中计入的那一堂课；请假的和临时来听的不计。"),
        _("考核合格率 = 合格的人数 ÷ 参加考核的人数，%(mark)s 分合格，补考合格也算；没参加考核的不计。", mark=asked.pass_mark),
        _(
            "已完成：参训人数和合格认定的人数（到课够时长，有考核的还要考核合格）都不少于应到人数的 %(share)s%%。",
            share=asked.min_attendance,
        )
        + more_asked(asked),
        _("逾期：过了截止日期仍未开讲。停业、注销的企业不下达；启动后停业、注销的，从那天起不计入，已经开讲的仍算；停业期间截止的，复工后不再补。"),
        _("批准免除的企业在免除期内不算应开讲；过了最后一天仍未开讲的，第二天重新计入。"),
    )  # fmt: skip


def more_asked(asked: Terms) -> str:
    """What else a lecture must have to be complete, a sentence each; empty where nothing is asked."""
    said = [_("还要讲到：%(names)s。", names="、".join(theme_names(asked.themes)))] if asked.themes else []
    if asked.evidence:
        said.append(_("还要留下：%(names)s。", names="、".join(evidence_names(asked.evidence))))
    if asked.cascade:
        said.append(_("还要在企业定下的每个部门、班次传达过。"))
    return "".join(said)


def state_words(line: Standing, day: date) -> tuple[str, str]:
    """The state of a line in words, as of a day, and the kind of its pill: ok | warn | bad | far | none."""
    if line.has_lapsed(day):
        return _("停业期间截止，不再补"), "none"
    if line.is_stopped:
        return _("注销") if line.firm_state is EnterpriseState.CLOSED else _("停业"), "none"
    if line.is_exempt(day):
        return _("免除到 %(on)s", on=line.exempt_until), "none"
    if line.state not in LECTURED and line.due_on < day:
        return _("逾期 %(n)s 天", n=(day - line.due_on).days), "bad"
    match line.state:  # a file of 20,000 lines asks for one word each, and a word is looked up in a catalogue
        case StandingState.NOT_STARTED:
            return _("未开讲"), "none"
        case StandingState.PLANNED:
            return _("已计划"), "far"
        case StandingState.LECTURED:
            return _("已开讲，未达标"), "warn"
        case StandingState.COMPLETED:
            return _("已完成"), "ok"


def standings_told(uow: UnitOfWork, enterprise_id: UUID, campaign_ids: Sequence[UUID]) -> dict[UUID, StandingTold]:
    """How an enterprise stands today in some campaigns, in words."""
    lines = uow.session.scalars(
        select(Standing).where(
            Standing.enterprise_id == enterprise_id,
            Standing.campaign_id.in_(campaign_ids),
            Standing.until_on.is_(None),
            reach(uow, Standing),
        )
    ).all()
    told = {}
    reasons = reasons_of(uow, lines)
    for line in lines:
        label, kind = state_words(line, uow.today)
        told[line.campaign_id] = StandingTold(
            label=label,
            kind=kind,
            note=reasons.get(line.id, ""),
            ways=ways_to_mend(uow, line),
            due_on=line.due_on,
            lecture_id=line.lecture_id,
            expected=line.expected,
            attended=line.attended,
            examined=line.examined,
            passed=line.passed,
        )
    return told
