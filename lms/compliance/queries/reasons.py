"""Why enterprises have not (yet) done what a campaign asks, as whoever looks reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import func, select, tuple_

from lms.access.reach import reach
from lms.campaigns.models import CampaignVersion
from lms.campaigns.words import SOURCE
from lms.compliance.models import Standing
from lms.compliance.rules import LACKS, Reason
from lms.core.clock import local_date
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Lecture, Sitting
from lms.registry.models import HeadAppointment, Person

AT_ONCE = 1000  # more are not looked up by one statement


def reasons_of(uow: UnitOfWork, lines: Sequence[Standing]) -> dict[UUID, str]:
    """The reason of each of some lines, by its id; what lacks nothing is left out. Three queries for every thousand lines.

    Who spoke in place of the head is named. All else is said as it was kept, in the language it was kept in; in another one from
    the figures beside it, for that sentence alone names what is missing.
    """
    found: dict[UUID, str] = {}
    for at in range(0, len(lines), AT_ONCE):
        found |= _reasons(uow, [line for line in lines[at : at + AT_ONCE] if line.note])
    return found


def _reasons(uow: UnitOfWork, stated: Sequence[Standing]) -> dict[UUID, str]:
    spoke = _spoke(uow, [line for line in stated if line.reason is Reason.NOT_HEAD])
    rest = [line for line in stated if line.id not in spoke]
    as_kept = str(get_locale()) == SOURCE
    asked = {} if as_kept or not rest else _asked(uow, rest)
    said = {line.id: line.note or "" if as_kept else _said(line, asked[line.campaign_id, line.rule_version]) for line in rest}
    return spoke | said


def _spoke(uow: UnitOfWork, lines: Sequence[Standing]) -> dict[UUID, str]:
    """Where whoever looks may know who was the head on the day of the lecture, and that somebody else spoke: both by name."""
    ids = [line.lecture_id for line in lines if line.lecture_id]
    if not ids:
        return {}
    speaker = func.coalesce(Lecture.spoken_by_id, Lecture.lecturer_id)
    given = uow.session.execute(
        select(Lecture.id, Lecture.enterprise_id, Person.id, Person.name, func.min(Sitting.started_at))
        .join(Person, Person.id == speaker)
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(Lecture.id.in_(ids), Lecture.state.in_(HELD), reach(uow, Lecture))
        .group_by(Lecture.id, Lecture.enterprise_id, Person.id, Person.name)
    ).all()
    head = HeadAppointment
    columns = head.enterprise_id, head.person_id, head.name, head.starts_on, head.ends_on
    firms = [row[1] for row in given]
    heads = defaultdict(list)
    for row in uow.session.execute(select(*columns).where(head.enterprise_id.in_(firms)).order_by(head.starts_on)):
        heads[row.enterprise_id].append(row)
    said = {}
    for lecture_id, enterprise_id, speaker_id, name, began in given:
        day = local_date(began) if began else None
        then = [one for one in heads[enterprise_id] if day and one.starts_on <= day <= (one.ends_on or day)]
        if then and then[-1].person_id not in (None, speaker_id):
            said[lecture_id] = _("登记的主要负责人是%(head)s，实际讲课的是%(who)s", head=then[-1].name, who=name)
    return {line.id: said[line.lecture_id] for line in lines if line.lecture_id in said}


def _asked(uow: UnitOfWork, lines: Sequence[Standing]) -> dict[tuple[UUID, int], CampaignVersion]:
    """The versions by which some lines were judged."""
    key = tuple_(CampaignVersion.campaign_id, CampaignVersion.version)
    rows = uow.session.scalars(select(CampaignVersion).where(key.in_({(line.campaign_id, line.rule_version) for line in lines})))
    return {(row.campaign_id, row.version): row for row in rows}


def _said(line: Standing, asked: CampaignVersion) -> str:
    lacks = [reason for reason, bit in LACKS.items() if line.lacks & bit]
    return _("；").join(_one(reason, line, asked) for reason in lacks or ([line.reason] if line.reason else []))


def _one(reason: Reason, line: Standing, asked: CampaignVersion) -> str:
    match reason:
        case Reason.NOT_HEAD:
            return _("讲课人不是主要负责人")
        case Reason.TOO_SHORT:
            return _("只讲了 %(n)s 分钟，要求 %(least)s 分钟", n=line.minutes, least=asked.min_minutes)
        case Reason.FEW_ATTENDED:
            return _("参训 %(n)s / %(all)s 人，要求 %(share)s%%", n=line.attended, all=line.expected, share=asked.min_attendance)
        case Reason.FEW_PASSED:
            return _("合格认定的人数不够，要求应到人数的 %(share)s%%", share=asked.min_attendance)
        case Reason.NO_THEME:
            return _("要求的主题没有讲全")
        case Reason.NO_EVIDENCE:
            return _("要求的材料不全")
        case Reason.NOT_PASSED_ON:
            return _("部门、班次传达没有做完")
