"""One row of everything on one side of the world, for sweeps over all routes."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

import lms.attendance.models as marks
from lms.access import tokens
from lms.access.actor import Actor
from lms.access.models import Errand
from lms.access.service import load_actor
from lms.attendance.models import (
    AttendanceEvent,
    Dispute,
    HandMark,
    Mark,
    Method,
    Recheck,
    RecheckAsk,
    SheetImage,
    SheetPhoto,
    SignSheet,
    Trust,
)
from lms.campaigns.models import Campaign, CampaignState, CampaignVersion, Duty
from lms.compliance.models import Deferral, DeferralKind
from lms.compliance.signals.models import LectureSignal
from lms.core.storage import storage
from lms.core.uow import UnitOfWork, unit_of_work
from lms.credentials.frozen import CertificateData
from lms.credentials.models import Certificate, Completion, EnteredTraining, TrainingKind
from lms.credentials.service import serial_of
from lms.lectures.models import Attendee, Lecture, LectureState, Material, Sitting
from lms.notices.models import Notice
from lms.quizzes.models import (
    Attempt,
    LawChange,
    Question,
    QuestionKind,
    QuestionVersion,
    Quiz,
    QuizImage,
    QuizPhoto,
    QuizSheet,
    Retest,
)
from lms.quizzes.rules import Body
from lms.registry.claims.models import ClaimPost, EnterpriseClaim
from lms.registry.models import (
    ChangeKind,
    EnterpriseState,
    EnterpriseStateChange,
    EnterpriseTransfer,
    ImportBatch,
    ImportKind,
    Jurisdiction,
    JurisdictionChange,
    TransferState,
)
from lms.supervision.models import Observation, ObservationDraw
from tests.app.elsewhere import elsewhere, signs_in_elsewhere
from tests.app.shown import shown
from tests.app.supervised import supervised
from tests.world import Side


def populate(side: Side) -> dict[str, Any]:
    """Commit one row of each kind; returns ids by the name of the route parameter that takes them."""
    with unit_of_work(Actor.system("test"), "home") as uow:
        own = {"enterprise_id": side.enterprise_id}
        person_id = side.person_ids[2]
        earlier = uow.session.scalar(select(func.max(Lecture.number)).filter_by(**own)) or 0
        campaign = Campaign(
            jurisdiction_id=side.district_id,
            title="企业主要负责人讲安全课",
            industries=["工贸"],
            starts_on=uow.today,
            due_on=uow.today + timedelta(days=18),
            min_minutes=60,
            min_attendance=90,
            pass_mark=80,
            state=CampaignState.LAUNCHED,
            created_by="王敏",
            created_at=uow.now,
            launched_at=uow.now,
        )
        uow.session.add(campaign)
        uow.session.flush()
        asked = {name: getattr(campaign.plan, name) for name in ("title", "starts_on", "due_on", "min_minutes")}
        uow.session.add(
            CampaignVersion(
                **asked, campaign_id=campaign.id, version=1, industries=["工贸"], min_attendance=90, pass_mark=80,
                set_by="王敏", set_at=uow.now,
            )
        )  # fmt: skip
        lecture = Lecture(
            **own,
            campaign_id=campaign.id,
            title="粉尘防爆与有限空间",
            number=earlier + 1,
            year=2026,
            state=LectureState.NOTIFIED,
            lecturer_id=side.head_id,
            lecturer_is_head=True,
            audience={"departments": [str(side.department_id)]},
            min_presence=80,
            created_by="赵倩",
            created_at=uow.now,
        )
        uow.session.add_all([lecture, Duty(**own, campaign_id=campaign.id, due_on=campaign.due_on, created_at=uow.now)])
        uow.session.flush()
        of_lecture = own | {"lecture_id": lecture.id}
        sitting = Sitting(
            **of_lecture, place="3 号会议室", planned_starts_at=uow.now, planned_ends_at=uow.now + timedelta(hours=1)
        )
        attendee = Attendee(**of_lecture, person_id=person_id, department_name="压榨车间", category="其他从业人员")
        material = Material(
            **of_lecture,
            file_name="课件.pdf",
            media_type="application/pdf",
            size=3,
            sha256=storage().put(b"pdf"),
            added_at=uow.now,
        )
        quiz = Quiz(
            **of_lecture,
            topics=["粉尘防爆"],
            question_count=1,
            pass_mark=80,
            minutes=30,
            max_attempts=2,
            opens_at=uow.now,
            closes_at=uow.now + timedelta(days=2),
        )
        question = Question(**own, topic="粉尘防爆", stem_hash=f"{earlier:064}", created_at=uow.now)
        question.versions.append(
            QuestionVersion(
                version=1,
                kind=QuestionKind.SINGLE,
                stem="正确的做法是？",
                body=Body("single", {"A": "甲", "B": "乙"}, ("A",)),
                created_at=uow.now,
            )
        )
        completion = Completion(
            **of_lecture,
            person_id=person_id,
            completed=True,
            attended=True,
            examined=True,
            passed=True,
            score=90,
            minutes=60,
            reasons=[],
            decided_at=uow.now,
        )
        uow.session.add_all([sitting, attendee, material, quiz, question, completion])
        uow.session.flush()
        attempt = Attempt(
            **own,
            quiz_id=quiz.id,
            person_id=person_id,
            number=1,
            started_at=uow.now,
            paper=[{"version": str(question.versions[0].id), "options": ["A", "B"]}],
            deadline_at=uow.now + timedelta(minutes=30),
        )
        district = uow.session.get_one(Jurisdiction, side.district_id)
        said = CertificateData(
            serial=serial_of(district.code, uow.today.year, 900_001 + earlier), issuer_name="湘粮油脂有限公司",
            holder_name="刘洋", masked_id=None,
            lecture_title="粉尘防爆与有限空间", presence="全程到课", score=None, hours=Decimal(1), lecturer_name="陈建国",
            lecturer_is_head=True, issued_on=uow.today, valid_until=None, verify_url="http://anke.test/verify/x",
        )  # fmt: skip
        certificate = Certificate(
            **of_lecture,
            person_id=person_id,
            completion_id=completion.id,
            serial=said.serial,
            public_code=uuid4().hex,
            data=said.as_json(),
            fingerprint=said.fingerprint,
            pdf_sha256="0" * 64,
            issued_at=uow.now,
        )
        batches = {
            kind: ImportBatch(
                kind=kind,
                **scope,
                file_name=file_name,
                sha256="0" * 64,
                content=text.encode(),
                created_by="赵倩",
                created_at=uow.now,
            )
            for kind, scope, file_name, text in [
                (ImportKind.PEOPLE, own, "花名册.csv", "姓名\n刘洋\n"),
                (ImportKind.QUESTIONS, own, "题.txt", "动火前做什么？\nA. 办票\nB. 点火\nANSWER: A\n"),
                (ImportKind.ENTERPRISES, {"jurisdiction_id": side.district_id}, "名单.csv", "姓名\n刘洋\n"),
            ]
        }
        notice = Notice(**own, person_id=person_id, kind="general", title="通知", body="", link="/me", sent_at=uow.now)
        sheet = SignSheet(
            **of_lecture,
            sitting_id=sitting.id,
            number=earlier + 1,
            rows=[{"person": str(person_id), "name": "刘洋", "work_no": "0003", "department": "压榨车间"}],
            printed_by="赵倩",
            printed_at=uow.now,
        )
        photo = SheetPhoto(**of_lecture, file_name="表.jpg", sha256="0" * 64, taken_by="赵倩", taken_at=uow.now)
        uow.session.add_all([attempt, certificate, notice, *batches.values(), sheet, photo])
        uow.session.flush()
        image = SheetImage(
            **own,
            sheet_id=sheet.id,
            photo_id=photo.id,
            line=1,
            person_id=person_id,
            sha256="0" * 64,
            ink_in=0,
            ink_out=0,
            taken_at=uow.now,
        )
        uow.session.add(image)
        uow.session.flush()
        return (
            side.ids
            | shown(uow, side, of_lecture)
            | _attended(uow, of_lecture, sitting.id, person_id)
            | _stationed(uow, of_lecture, sitting.id, person_id)
            | {"token_id": _lent(uow, side), "errand_id": _made(uow, side)}
            | elsewhere(uow, of_lecture, person_id)
            | signs_in_elsewhere(uow, side)
            | _on_paper(uow, own, quiz, person_id, attempt.paper)
            | supervised(uow, side, campaign)
            | _raised(uow, of_lecture)
            | _sat_in(uow, side, of_lecture)
            | {"retest_id": _retested(uow, of_lecture, quiz), "law_change_id": _replaced(uow, own), "language": "ug"}
            | {
                "person_id": person_id,
                "campaign_id": campaign.id,
                "lecture_id": lecture.id,
                "sitting_id": sitting.id,
                "attendee_id": attendee.id,
                "material_id": material.id,
                "quiz_id": quiz.id,
                "question_id": question.id,
                "attempt_id": attempt.id,
                "certificate_id": certificate.id,
                "notice_id": notice.id,
                "batch_id": batches[ImportKind.PEOPLE].id,
                "question_batch_id": batches[ImportKind.QUESTIONS].id,
                "sheet_id": sheet.id,
                "image_id": image.id,
                "deferral_id": _deferred(uow, own, campaign),
                "training_id": _entered(uow, own, person_id),
                "transfer_id": _transferred(uow, own, side),
                "change_id": _stops(uow, own),
                "decided_id": _renamed(uow, side),
                "claim_id": _claimed(uow, own, side),
                "user_id": UUID(side.trainer.removeprefix("user:")),
            }
        )


def _made(uow: UnitOfWork, side: Side) -> UUID:
    """A long list that the trainer asked for."""
    errand = Errand(
        asked_by=side.trainer,
        asked_at=uow.now,
        mark=str(side.trainer),
        language="zh",
        work="workbook",
        title="人员.xlsx",
        made=b"file",
        back="/people?",
        done_at=uow.now,
    )
    uow.session.add(errand)
    uow.session.flush()
    return errand.id


def _on_paper(
    uow: UnitOfWork, own: dict[str, UUID], quiz: Quiz, person_id: UUID, paper: list[dict[str, object]]
) -> dict[str, UUID]:
    """A printed quiz and its photo."""
    printed = {"paper": paper, "printed_by": "赵倩", "printed_at": uow.now}
    sheet = QuizSheet(**own, quiz_id=quiz.id, person_id=person_id, number=secrets.randbelow(10**6), **printed)
    photo = QuizPhoto(**own, quiz_id=quiz.id, file_name="答卷.jpg", sha256="0" * 64, taken_by="赵倩", taken_at=uow.now)
    uow.session.add_all([sheet, photo])
    uow.session.flush()
    image = QuizImage(**own, sheet_id=sheet.id, photo_id=photo.id, sha256="0" * 64, taken_at=uow.now)
    uow.session.add(image)
    uow.session.flush()
    return {"quiz_sheet_id": sheet.id, "quiz_image_id": image.id}


def _sat_in(uow: UnitOfWork, side: Side, of_lecture: dict[str, UUID]) -> dict[str, UUID]:
    """What an officer found who sat in, and a draw by chance."""
    officer = load_actor(uow, side.officer)
    assert officer is not None
    found = Observation(
        **of_lecture, user_id=officer.user_id, officer="王敏", announced=False, facts=[], remark="讲得具体", photo_ids=[],
        sent_id=uuid4(), submitted_at=uow.now, signature="M1 1l5 5l5 5l5 5l5 5",
    )  # fmt: skip
    drawn = ObservationDraw(jurisdiction_id=side.district_id, seed="0" * 16, pool=[], number=1, drawn_by="王敏", drawn_at=uow.now)
    uow.session.add_all([found, drawn])
    uow.session.flush()
    return {"observation_id": found.id, "draw_id": drawn.id}


def _raised(uow: UnitOfWork, of_lecture: dict[str, UUID]) -> dict[str, Any]:
    """A signal of the lecture."""
    facts = {"people": 41, "devices": 2, "most_on_one": 30}
    uow.session.add(LectureSignal(**of_lecture, code="few_devices", level="serious", facts=facts, raised_at=uow.now))
    uow.session.flush()
    return {"signal": "few_devices"}


def _lent(uow: UnitOfWork, side: Side) -> UUID:
    """A token of the trainer."""
    owner = load_actor(uow, side.trainer)
    assert owner is not None
    return tokens.create(uow, owner, "门禁系统")[0].id


def _deferred(uow: UnitOfWork, own: dict[str, UUID], campaign: Campaign) -> UUID:
    """A request for another date that waits for an answer."""
    asked = Deferral(
        **own, campaign_id=campaign.id, kind=DeferralKind.EXTENSION, until_on=campaign.due_on + timedelta(days=7),
        reason="停产检修", due_before=campaign.due_on, asked_by="赵倩", asked_at=uow.now,
    )  # fmt: skip
    uow.session.add(asked)
    uow.session.flush()
    return asked.id


def _transferred(uow: UnitOfWork, own: dict[str, UUID], side: Side) -> UUID:
    """The enterprise on its way from its street to its district; what was on its way before has been refused."""
    uow.session.execute(update(EnterpriseTransfer).filter_by(**own).values(state=TransferState.REFUSED))
    asked = EnterpriseTransfer(
        **own, from_id=side.street_id, to_id=side.district_id, reason="搬迁", asked_by="李强", asked_at=uow.now
    )
    uow.session.add(asked)
    uow.session.flush()
    return asked.id


def _stops(uow: UnitOfWork, own: dict[str, UUID]) -> UUID:
    """The enterprise stops in a week."""
    change = EnterpriseStateChange(
        **own,
        state=EnterpriseState.SUSPENDED,
        on=uow.today + timedelta(days=7),
        reason="检修",
        changed_by="李强",
        changed_at=uow.now,
    )  # fmt: skip
    uow.session.add(change)
    uow.session.flush()
    return change.id


def _renamed(uow: UnitOfWork, side: Side) -> UUID:
    """The street is called otherwise in a week."""
    decided = JurisdictionChange(
        jurisdiction_id=side.street_id, kind=ChangeKind.RENAME, on=uow.today + timedelta(days=7), name="新街道", basis="批复",
        changed_by="李强", changed_at=uow.now,
    )  # fmt: skip
    uow.session.add(decided)
    uow.session.flush()
    return decided.id


def _claimed(uow: UnitOfWork, own: dict[str, UUID], side: Side) -> UUID:
    """Somebody claims the enterprise, and waits."""
    claim = EnterpriseClaim(
        **own, number=f"{secrets.randbelow(10**12):012}", uscc="91430699MA7UUP5Y9R", name="湘粮油脂有限公司",
        jurisdiction_id=side.street_id, person_name="陈建国", phone="19921463076", post=ClaimPost.HEAD, document=b"%PDF-",
        media_type="application/pdf", filed_at=uow.now, viewed=[],
    )  # fmt: skip
    uow.session.add(claim)
    uow.session.flush()
    return claim.id


def _entered(uow: UnitOfWork, own: dict[str, UUID], person_id: UUID) -> UUID:
    """A training from elsewhere that waits for a second person."""
    training = EnteredTraining(
        **own, person_id=person_id, kind=TrainingKind.OUTSIDE, title="有限空间", organizer="培训学校", starts_on=uow.today,
        ends_on=uow.today, hours=8, file_name="证书.pdf", media_type="application/pdf", size=3, sha256="0" * 64,
        entered_by="赵倩", entered_key="user:1", entered_at=uow.now,
    )  # fmt: skip
    uow.session.add(training)
    uow.session.flush()
    return training.id


def _replaced(uow: UnitOfWork, own: dict[str, UUID]) -> UUID:
    """A clause that an enterprise says was replaced."""
    change = LawChange(**own, clause="安全生产法第二十八条", recorded_by="赵倩", recorded_at=uow.now)
    uow.session.add(change)
    uow.session.flush()
    return change.id


def _retested(uow: UnitOfWork, of_lecture: dict[str, UUID], quiz: Quiz) -> UUID:
    """A spot retest of a lecture."""
    more = {"question_count": 1, "pass_mark": 80, "minutes": 2, "max_attempts": 1}
    again = Quiz(**of_lecture, **more, retest_of_id=quiz.id, topics=quiz.topics, opens_at=uow.now, closes_at=uow.now)
    uow.session.add(again)
    uow.session.flush()
    drawn = {"drawn_by": "王敏", "drawn_at": uow.now}
    retest = Retest(**of_lecture, **drawn, quiz_id=again.id, seed="0" * 16, pool=[], by_bureau=True)
    uow.session.add(retest)
    uow.session.flush()
    return retest.id


def _attended(uow: UnitOfWork, of_lecture: dict[str, UUID], sitting_id: UUID, person_id: UUID) -> dict[str, UUID]:
    """A mark by hand, a dispute and a re-check of one person."""
    own = {"enterprise_id": of_lecture["enterprise_id"]}
    event = AttendanceEvent(
        **of_lecture,
        sitting_id=sitting_id,
        person_id=person_id,
        mark=Mark.IN,
        scanned_at=uow.now,
        recorded_at=uow.now,
        method=Method.TRAINER,
        trust=Trust.LEADER,
        entered_by="赵倩",
    )
    dispute = Dispute(**of_lecture, person_id=person_id, text="", raised_at=uow.now, due_on=uow.today)
    uow.session.add_all([event, dispute])
    uow.session.flush()
    hand_mark = HandMark(**of_lecture, person_id=person_id, event_id=event.id, waits=True, entered_key="user:1")
    uow.session.add(hand_mark)
    recheck = Recheck(
        **of_lecture,
        sitting_id=sitting_id,
        opens_at=uow.now,
        until=uow.now + timedelta(minutes=3),
        percent=100,
        asked_by="赵倩",
    )
    recheck.asked.append(RecheckAsk(**own, person_id=person_id))
    uow.session.add(recheck)
    uow.session.flush()
    return {"dispute_id": dispute.id, "event_id": event.id, "hand_mark_id": hand_mark.id, "recheck_id": recheck.id}


def _stationed(uow: UnitOfWork, of_lecture: dict[str, UUID], sitting_id: UUID, person_id: UUID) -> dict[str, UUID]:
    """A leader's phone, and a mark of it that waits for the trainer."""
    station = marks.Station(
        **of_lecture, sitting_id=sitting_id, kind=marks.StationKind.LEADER, leader="孙丽", invited_until=uow.now,
        expires_at=uow.now, created_by="赵倩", created_at=uow.now,
    )  # fmt: skip
    uow.session.add(station)
    uow.session.flush()
    held = marks.HeldMark(
        **of_lecture, station_id=station.id, person_id=person_id, mark=Mark.IN, why=marks.Why.TAIL, happened_at=uow.now,
        received_at=uow.now, sent_id=uuid4(), device_at=uow.now, clock_offset=0,
    )  # fmt: skip
    uow.session.add(held)
    uow.session.flush()
    return {"station_id": station.id, "held_id": held.id}
