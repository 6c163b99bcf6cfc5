"""Scans, what becomes of them, and the presence that follows."""

from __future__ import annotations

from lms.attendance.service.chain import enter_chain
from lms.attendance.service.claims import (
    ClaimTooLate,
    NotThisPhone,
    SomebodyElsesScan,
    claim,
    come_as_extra,
    is_of,
    keep,
    new_claim,
    note_refused,
    own_claim,
    sealed,
)
from lms.attendance.service.codes import (
    CodeExpired,
    CodeForged,
    CodeUnclear,
    CodeWrong,
    NotOpen,
    arrive,
    find_by_spoken_code,
    hall_of,
    read_code,
    secret_of,
)
from lms.attendance.service.corrections import AlreadyCorrected, NoSignatory, follow_time, strike
from lms.attendance.service.deriving import rewrite
from lms.attendance.service.disputes import answer_dispute, dispute
from lms.attendance.service.ending import end_sitting, still_in
from lms.attendance.service.flags import NoSuchFlag, resolve, resolve_missed
from lms.attendance.service.forgetting import forget
from lms.attendance.service.hands import enter
from lms.attendance.service.imported import take_in
from lms.attendance.service.leave import (
    CameAnyway,
    agree_to_leave,
    ask_leave,
    drop_leave,
    excuse,
    may_ask,
    take_back_leave,
    withdraw_leave,
)
from lms.attendance.service.lecturer import Offer, confirm_by_scan, lecturer_offer, mark_lecturer, proves_the_room, room_of
from lms.attendance.service.presence import NotOnList, record, recount, settle
from lms.attendance.service.rechecks import (
    AnsweredLater,
    NobodyInTheRoom,
    NotHeldNow,
    OneAtATime,
    RecheckOver,
    answer,
    ask_by_chance,
    ask_by_rule,
    ask_now,
    check_end,
    drop_waiting,
    open_due,
)
from lms.attendance.service.second import AlreadyDecided, NotTheSecond, confirm_hand_mark, confirm_hand_marks, refuse_hand_mark
from lms.attendance.service.sheets import AnotherSheet, Keyed, NobodyListed, key_in, make_sheet, note_reading, printed, take_photo
from lms.attendance.service.together import tap
from lms.attendance.service.visitors import depart, visit

__all__ = [
    "AlreadyCorrected",
    "AlreadyDecided",
    "AnotherSheet",
    "AnsweredLater",
    "CameAnyway",
    "ClaimTooLate",
    "CodeExpired",
    "CodeForged",
    "CodeUnclear",
    "CodeWrong",
    "Keyed",
    "NoSignatory",
    "NoSuchFlag",
    "NobodyInTheRoom",
    "NobodyListed",
    "NotHeldNow",
    "NotOnList",
    "NotOpen",
    "NotTheSecond",
    "NotThisPhone",
    "Offer",
    "OneAtATime",
    "RecheckOver",
    "SomebodyElsesScan",
    "agree_to_leave",
    "answer",
    "answer_dispute",
    "arrive",
    "ask_by_chance",
    "ask_by_rule",
    "ask_leave",
    "ask_now",
    "check_end",
    "claim",
    "come_as_extra",
    "confirm_by_scan",
    "confirm_hand_mark",
    "confirm_hand_marks",
    "depart",
    "dispute",
    "drop_leave",
    "drop_waiting",
    "end_sitting",
    "enter",
    "enter_chain",
    "excuse",
    "find_by_spoken_code",
    "follow_time",
    "forget",
    "hall_of",
    "is_of",
    "keep",
    "key_in",
    "lecturer_offer",
    "make_sheet",
    "mark_lecturer",
    "may_ask",
    "new_claim",
    "note_reading",
    "note_refused",
    "open_due",
    "own_claim",
    "printed",
    "proves_the_room",
    "read_code",
    "record",
    "recount",
    "refuse_hand_mark",
    "resolve",
    "resolve_missed",
    "rewrite",
    "room_of",
    "sealed",
    "secret_of",
    "settle",
    "still_in",
    "strike",
    "take_back_leave",
    "take_in",
    "take_photo",
    "tap",
    "visit",
    "withdraw_leave",
]
