"""How an enterprise makes good what its lecture lacks."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from lms.campaigns.models import CampaignVersion
from lms.campaigns.rules import PHOTO, QUIZ
from lms.compliance.models import Standing
from lms.compliance.queries.evidence import evidence_of
from lms.compliance.rules import LACKS, Reason, below
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, LectureState

TAKES_PHOTOS = (LectureState.OPEN, LectureState.CLOSED)


def ways_to_mend(uow: UnitOfWork, line: Standing) -> tuple[str, ...]:
    """The ways for a line of today; none where nothing is lacking."""
    if not line.lecture_id or not line.lacks:
        return ()
    missing: set[str] = set()
    easier = False
    lecture = uow.session.get_one(Lecture, line.lecture_id)
    if line.lacks & (LACKS[Reason.NO_EVIDENCE] | LACKS[Reason.FEW_PASSED]):
        asked = uow.session.scalars(
            select(CampaignVersion).where(
                CampaignVersion.campaign_id == line.campaign_id, CampaignVersion.version == line.rule_version
            )
        ).one()
        if line.lacks & LACKS[Reason.NO_EVIDENCE]:
            there = evidence_of(uow, set(asked.evidence), [Lecture.id == lecture.id]).get(lecture.id, set())
            missing = set(asked.evidence) - there - ({QUIZ} if line.examined else set())
        quiz = lecture.quiz_plan
        easier = bool(line.lacks & LACKS[Reason.FEW_PASSED]) and below(quiz["pass_mark"] if quiz else None, asked.pass_mark)
    return ways(line.lacks, missing, takes_photos=lecture.state in TAKES_PHOTOS, easier=easier)


def ways(lacks: int, missing: Collection[str], *, takes_photos: bool, easier: bool = False) -> tuple[str, ...]:
    """photos: to be added; cascade: departments are to pass it on; again: only another lecture can have it; lecture: its page,
    where who did not come or pass is made up for.

    missing: kinds of evidence. Photos are taken until the lecture is on file; slides and a quiz belong before it. easier: its
    quiz is passed with fewer points than are asked, so that who has passed it cannot take it again.
    """
    addable = {PHOTO} if takes_photos else set()
    found = {
        "photos": PHOTO in missing and takes_photos,
        "cascade": bool(lacks & LACKS[Reason.NOT_PASSED_ON]),
        "again": bool(lacks & LACKS[Reason.NO_THEME] or set(missing) - addable or easier),
        "lecture": bool(lacks),
    }
    return tuple(way for way, fits in found.items() if fits)
