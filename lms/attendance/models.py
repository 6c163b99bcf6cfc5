"""Scans, attendance events and what follows from them."""

from __future__ import annotations

import enum
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, exists, text
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import stored
from lms.core.db import Base, EncryptedText, Id, Json, Utc
from lms.lectures.models import Lecture, Sitting
from lms.registry.models import OfEnterprise, Person

LIVE_WITHIN = timedelta(seconds=60)  # what reaches the server this soon after it happened was not kept offline


class Mark(enum.StrEnum):
    IN = "in"  # 签到
    OUT = "out"  # 签退
    RECHECK = "recheck"  # 复核：中途再扫一次


class Method(enum.StrEnum):
    SCAN = "scan"  # 扫码
    CODE = "code"  # 口令
    TAP = "tap"  # 手机点“我在”
    KIOSK = "kiosk"  # 签到机
    LEADER = "leader"  # 班组长手机
    TRAINER = "trainer"  # 培训管理员代签
    OFFICER = "officer"  # 监管责任人在场登记
    PAPER = "paper"  # 纸质签到表
    BACKFILL = "backfill"  # 补录
    IMPORT = "import"  # 导入


class Trust(enum.StrEnum):
    """How a fact is known (可信等级), best first."""

    LIVE = "live"  # 现场
    OFFLINE = "offline"  # 离线
    LEADER = "leader"  # 代签
    PAPER = "paper"  # 纸质
    BACKFILL = "backfill"  # 补录
    IMPORTED = "imported"  # 导入


class KnownBy(enum.StrEnum):
    """How a person on a station was told from others."""

    TAIL = "tail"  # 手机号或身份证号后四位
    WORK_NO = "work_no"  # 工号


class Scan(OfEnterprise, Base):
    """A scan that is more than a check-in: it made a visitor, or came late and waits for the trainer. Its id is its claim's.

    Every other scan is a signed claim (rules.claims) that the phone carries, and no row.
    """

    __tablename__ = "scan"
    __table_args__ = (Index(None, "enterprise_id", "sitting_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    mark: Mapped[Mark] = mapped_column(stored(Mark))
    method: Mapped[Method] = mapped_column(stored(Method))
    scanned_at: Mapped[Utc]
    step: Mapped[int]
    screen: Mapped[str] = mapped_column(String(20))
    device_id: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[Utc | None]  # when the code reached the server, of a phone that had no network as it scanned


class AttendanceEvent(OfEnterprise, Base):
    """A mark of one person in one sitting (签到记录). Append-only: a correction is another event."""

    __tablename__ = "attendance_event"
    __table_args__ = (
        UniqueConstraint("claim_id"),
        Index(None, "enterprise_id", "lecture_id", "person_id"),
        Index(None, "sitting_id", "device_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[Mark] = mapped_column(stored(Mark))
    scanned_at: Mapped[Utc]  # when it happened: what counts
    recorded_at: Mapped[Utc]  # when it reached the server
    method: Mapped[Method] = mapped_column(stored(Method))
    trust: Mapped[Trust] = mapped_column(stored(Trust))
    claim_id: Mapped[UUID | None]  # of the scan it came from: it counts once
    device_id: Mapped[str | None] = mapped_column(String(40))
    screen: Mapped[str | None] = mapped_column(String(20))
    step: Mapped[int | None]
    entered_by: Mapped[str | None] = mapped_column(String(80))  # who entered it for somebody else
    reason: Mapped[str | None] = mapped_column(String(200))
    sent_id: Mapped[UUID | None] = mapped_column(unique=True)  # made by the station that sent it: sent twice, it counts once
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("station.id"))
    device_at: Mapped[Utc | None]  # by the station's own clock
    clock_offset: Mapped[int | None]  # seconds to add to device_at for the server's time, as measured while there was a network
    known_by: Mapped[KnownBy | None] = mapped_column(stored(KnownBy))
    signature_sha256: Mapped[str | None] = mapped_column(String(64))
    person: Mapped[Person] = relationship()

    @property
    def was_offline(self) -> bool:
        """Whether a station kept it while there was no network."""
        return self.sent_id is not None and self.recorded_at - self.scanned_at > LIVE_WITHIN


class StationKind(enum.StrEnum):
    KIOSK = "kiosk"  # 签到机
    LEADER = "leader"  # 班组长手机


class Station(OfEnterprise, Base):
    """A tablet or a leader's phone on which people of one sitting check in (签到设备). It is nobody's sign-in.

    team: the department whose people it shows; None: everybody expected. leader: who passes the phone round.
    invitation, code: what opens it on one device, once, until invited_until; code is for typing. key_hash: of the key
    that device then holds.
    """

    __tablename__ = "station"
    __table_args__ = (
        CheckConstraint("(kind = 'leader') = (leader IS NOT NULL)", name="a_leaders_phone_has_a_leader"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "sitting_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    kind: Mapped[StationKind] = mapped_column(stored(StationKind))
    team: Mapped[str | None] = mapped_column(String(60))
    leader: Mapped[str | None] = mapped_column(String(80))
    invitation: Mapped[str | None] = mapped_column(EncryptedText)
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code: Mapped[str | None] = mapped_column(EncryptedText)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invited_until: Mapped[Utc]
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    paired_at: Mapped[Utc | None]
    seen_at: Mapped[Utc | None]
    expires_at: Mapped[Utc]
    revoked_at: Mapped[Utc | None]
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Utc]
    sitting: Mapped[Sitting] = relationship()


class Why(enum.StrEnum):
    """Why a mark that a station sent does not count by itself."""

    TAIL = "tail"  # 后四位对不上
    TRIES = "tries"  # 输错太多次，没有核对
    UNPROVEN = "unproven"  # 花名册里没有可核对的号码
    SIGNATURE = "signature"  # 没有签名
    FUTURE = "future"  # 时间在将来
    BEFORE = "before"  # 签到开放以前
    AFTER = "after"  # 签到结束以后
    OLD = "old"  # 结束太久才传来
    LEFT = "left"  # 已离职
    NOT_LISTED = "not_listed"  # 不在应到名单上
    REVOKED = "revoked"  # 设备停用以后才传来
    LATE_SCAN = "late_scan"  # 没有网络时扫的码


class HeldMark(OfEnterprise, Base):
    """What came late or unproven and the rules did not count (待确认签到): the trainer counts it or declines it, with a reason.

    It came from a station, or it is a scan of a phone without a network.
    """

    __tablename__ = "held_mark"
    __table_args__ = (
        UniqueConstraint("sent_id"),
        UniqueConstraint("scan_id"),
        CheckConstraint("(station_id IS NULL) <> (scan_id IS NULL)", name="one_origin"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "station_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("station.id"))
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("scan.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[Mark] = mapped_column(stored(Mark))
    why: Mapped[Why] = mapped_column(stored(Why))
    happened_at: Mapped[Utc]  # as the station says, or the time step of the code
    received_at: Mapped[Utc]
    sent_id: Mapped[UUID | None]
    device_at: Mapped[Utc | None]
    clock_offset: Mapped[int | None]
    known_by: Mapped[KnownBy | None] = mapped_column(stored(KnownBy))
    signature_sha256: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[Utc | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    counted: Mapped[bool | None]  # None until settled
    note: Mapped[str | None] = mapped_column(String(200))
    person: Mapped[Person] = relationship()
    station: Mapped[Station | None] = relationship()
    scan: Mapped[Scan | None] = relationship()

    @property
    def sitting_id(self) -> UUID:
        """The sitting it was made in."""
        if self.station is not None:
            return self.station.sitting_id
        assert self.scan is not None
        return self.scan.sitting_id


class Signature(OfEnterprise, Base):
    """A signature drawn with a finger: the path data of an SVG of 320 × 160, found by its SHA-256."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("enterprise_id", "sha256"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(EncryptedText)


class HandMark(OfEnterprise, Base):
    """Who entered an event for somebody (代签, 补录). waits: beyond what one person may enter alone, so it counts only once
    a second person has confirmed it.
    """

    __tablename__ = "hand_mark"
    __table_args__ = (UniqueConstraint("event_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("attendance_event.id"))
    waits: Mapped[bool]
    entered_key: Mapped[str] = mapped_column(String(60))  # of the actor, so that nobody is their own second person
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_at: Mapped[Utc | None]

    @property
    def pending(self) -> bool:
        return self.waits and self.confirmed_at is None


class Correction(OfEnterprise, Base):
    """An event is struck (更正): it stays, and counts no more. replaced_by_id: what is right; None: it never happened."""

    __tablename__ = "correction"
    __table_args__ = (UniqueConstraint("event_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("attendance_event.id"))
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("attendance_event.id"))
    reason: Mapped[str] = mapped_column(String(200))
    signed_by: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[Utc]


class Dispute(OfEnterprise, Base):
    """Somebody says that their own record of a lecture is wrong (异议). text may be empty: one tap is enough."""

    __tablename__ = "dispute"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id", "person_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(String(200))
    raised_at: Mapped[Utc]
    answer: Mapped[str | None] = mapped_column(String(200))
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[Utc | None]


class Visitor(OfEnterprise, Base):
    """Somebody of another firm who came to a lecture (来访): name and company, on no roster and in no rate."""

    __tablename__ = "visitor"
    __table_args__ = (
        UniqueConstraint("scan_id"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "lecture_id"),
        Index(None, "sitting_id", "device_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    name: Mapped[str] = mapped_column(String(50))
    company: Mapped[str] = mapped_column(String(80))
    came_at: Mapped[Utc]
    left_at: Mapped[Utc | None]
    recorded_at: Mapped[Utc]
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("scan.id"))
    device_id: Mapped[str | None] = mapped_column(String(40))
    entered_by: Mapped[str | None] = mapped_column(String(80))


def counts() -> ColumnElement[bool]:
    """Whether an attendance event counts: it was not struck, and waits for no second person.

    What is to replace it may wait itself: until a second person has decided, the old mark stands.
    """
    refused = aliased(Correction)
    undecided = exists().where(
        HandMark.event_id == Correction.replaced_by_id, HandMark.waits, HandMark.confirmed_at.is_(None),
        ~exists().where(refused.event_id == HandMark.event_id),
    )  # fmt: skip
    struck = exists().where(Correction.event_id == AttendanceEvent.id, ~undecided)
    waiting = exists().where(HandMark.event_id == AttendanceEvent.id, HandMark.waits, HandMark.confirmed_at.is_(None))
    return and_(~struck, ~waiting)


class RefusedClaim(OfEnterprise, Base):
    """A scan that somebody else tried to use (借用扫码), the first time it was tried. It counted for nothing.

    claim_id: of the scan. other_phone: by a phone that did not make it; else on the same phone, after it had counted for
    another. person_id: who tried, where the phone was signed in.
    """

    __tablename__ = "refused_claim"
    __table_args__ = (UniqueConstraint("claim_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    claim_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    other_phone: Mapped[bool]
    refused_at: Mapped[Utc]


class FlagResolution(OfEnterprise, Base):
    """The trainer looked at a flag and found it explained (确认本人, 已核实). It changes no event, and stays.

    kind, subject: of the flag, as in rules.flags. person_id: whom it is about; None where it is about many.
    """

    __tablename__ = "flag_resolution"
    __table_args__ = (UniqueConstraint("lecture_id", "kind", "subject"), Index(None, "enterprise_id", "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    resolved_by: Mapped[str] = mapped_column(String(80))
    resolved_at: Mapped[Utc]


class Recheck(OfEnterprise, Base):
    """Some of those in the room are asked in the middle of a sitting to say that they are there (在场复核).

    due_at: the random moment it waits for; None when the trainer asked at once. opens_at, until: None while it waits.
    percent: of the people in the room; 100: everybody.
    """

    __tablename__ = "recheck"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"), Index(None, "sitting_id"), Index(None, "due_at"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    due_at: Mapped[Utc | None]
    opens_at: Mapped[Utc | None]
    until: Mapped[Utc | None]
    percent: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(80))
    asked: Mapped[list[RecheckAsk]] = relationship(order_by="RecheckAsk.id")

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        return exists().where(RecheckAsk.recheck_id == cls.id, RecheckAsk.person_id == held.person_id)


class RecheckAsk(OfEnterprise, Base):
    """One person asked in a re-check. Whether they answered follows from the events."""

    __tablename__ = "recheck_ask"
    __table_args__ = (UniqueConstraint("recheck_id", "person_id"), Index(None, "person_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    recheck_id: Mapped[UUID] = mapped_column(ForeignKey("recheck.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class PresenceStatus(enum.StrEnum):
    PRESENT = "present"  # 已到
    LATE = "late"  # 迟到
    LEFT_EARLY = "left_early"  # 早退
    EXCUSED = "excused"  # 请假
    ABSENT = "absent"  # 未到


class Presence(OfEnterprise, Base):
    """What follows from a person's events in one lecture (到课情况). Derived: rewritten from the events, never edited.

    sitting_id: the one that counts of those the person came to; None while there is no mark.
    minutes: whole minutes that are proven; None while none is known: what is not known is not zero.
    trust: the weakest of the events it rests on.
    """

    __tablename__ = "presence"
    __table_args__ = (
        UniqueConstraint("lecture_id", "person_id"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    sitting_id: Mapped[UUID | None] = mapped_column(ForeignKey("sitting.id"))
    status: Mapped[PresenceStatus] = mapped_column(stored(PresenceStatus))
    first_in_at: Mapped[Utc | None]
    last_out_at: Mapped[Utc | None]
    late_minutes: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int | None]
    method: Mapped[Method | None] = mapped_column(stored(Method))
    trust: Mapped[Trust | None] = mapped_column(stored(Trust))
    settled_at: Mapped[Utc]

    @property
    def at_least(self) -> bool:
        """Nobody saw the person leave: the minutes are those proven by an answered re-check."""
        return self.minutes is not None and self.last_out_at is None


class SignSheet(OfEnterprise, Base):
    """A printed sign-in sheet (签到表) of one sitting. What its rows mean is frozen: a later roster moves nobody.

    number: counts within the enterprise, on paper S-0004. rows: {"person": id, "name", "work_no", "department"} of each
    line from 1; the lines after them are blank, for people who are not on the list. extras: line → id of the person who
    was found to have signed there.
    """

    __tablename__ = "sign_sheet"
    __table_args__ = (UniqueConstraint("enterprise_id", "number"), Index(None, "enterprise_id", "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    rows: Mapped[Json]
    extras: Mapped[Json] = mapped_column(default=dict)
    printed_by: Mapped[str] = mapped_column(String(80))
    printed_at: Mapped[Utc]
    lecture: Mapped[Lecture] = relationship()
    sitting: Mapped[Sitting] = relationship()


class SheetPhoto(OfEnterprise, Base):
    """A photo or scan of sheets, kept by its hash; a worker reads it. refused: why it could not, a Problem's code."""

    __tablename__ = "sheet_photo"
    __table_args__ = (
        Index(None, "enterprise_id", "lecture_id"),
        Index(
            "ix_sheet_photo_waiting",
            "taken_at",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    taken_by: Mapped[str] = mapped_column(String(80))
    taken_at: Mapped[Utc]
    read_at: Mapped[Utc | None]
    refused: Mapped[str | None] = mapped_column(String(40))


class SheetImage(OfEnterprise, Base):
    """One row of a photographed sheet (签名图): what stands there, kept by its hash. The latest of a line is shown.

    sha256: of the picture of the row. ink_in, ink_out: thousandths of the two boxes that are dark, from which ticks are
    proposed and nothing else. person_id None: a blank row nobody is named for.
    """

    __tablename__ = "sheet_image"
    __table_args__ = (
        Index(None, "sheet_id", "line"),
        Index(None, "person_id"),
        Index(None, "photo_id"),
        Index(None, "enterprise_id", "taken_at"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sign_sheet.id"))
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("sheet_photo.id"))
    line: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    ink_in: Mapped[int]
    ink_out: Mapped[int]
    taken_at: Mapped[Utc]
    sheet: Mapped[SignSheet] = relationship()
