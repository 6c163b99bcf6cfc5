"""What the first release (revision 0001) had written into its tables after some weeks of use, row by row as it lay there.

Not made by today's models: those may have moved on. Every table of that release has at least one row.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, DateTime, MetaData, Uuid, event, select
from sqlalchemy.engine import Connection

from lms.core.crypto import Keyring

Row = dict[str, Any]
NINE = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # 09:00 on the wall
DAY = date(2026, 11, 2)
PHONE, ID_NUMBER = "19906030610", "430699198612078441"


def id_of(number: int) -> UUID:
    """The ids of these rows, so that a test can name them."""
    return UUID(f"0190f0a0-0000-7000-8000-{number:012}")


CITY, STREET, FIRM, WORKSHOP, USER, CAMPAIGN = (id_of(number) for number in range(1, 7))
HEAD, TRAINER, WORKER, LATECOMER = (id_of(number) for number in range(11, 15))
HELD, RUNNING, HELD_SITTING, RUNNING_SITTING = (id_of(number) for number in range(21, 25))
SCAN_IN, SCAN_OUT, SCAN_NEVER_CLAIMED = (id_of(number) for number in range(31, 34))
EVENT_IN, EVENT_OUT, EVENT_PAPER, EVENT_BACKFILLED = (id_of(number) for number in range(41, 45))
QUESTION, VERSION, QUIZ, ATTEMPT, COMPLETION, CERTIFICATE = (id_of(number) for number in range(51, 57))


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def rows(ring: Keyring) -> dict[str, list[Row]]:
    """Rows by table, in an order in which they can be inserted."""
    firm = {"enterprise_id": FIRM}
    held = firm | {"lecture_id": HELD}
    return {
        "jurisdiction": [
            {"id": CITY, "code": "430600", "name": "岳阳市", "level": "市", "parent_id": None, "path": "430600/"},
            {"id": STREET, "code": "430602008", "name": "城陵矶街道", "level": "乡级", "parent_id": CITY,
             "path": "430600/430602008/"},
        ],
        "serial_counter": [{"id": id_of(101), "district_code": "430602", "year": 2026, "last": 1}],
        "user_account": [{"id": USER, "username": "trainer", "name": "赵倩", "password_hash": "argon2", "is_demo": False,
                          "created_at": at(-9000)}],
        "wrong_try": [{"id": id_of(102), "subject": f"device:{'d' * 22}", "tried_at": at(0)}],
        "campaign": [{
            "id": CAMPAIGN, "jurisdiction_id": CITY, "title": "企业主要负责人讲安全课", "industries": ["工贸"],
            "starts_on": date(2026, 10, 1), "due_on": date(2026, 12, 10), "head_lectures": True, "min_minutes": 60,
            "min_attendance": 90, "pass_mark": 80, "state": "launched", "created_by": "王敏", "created_at": at(-9000),
            "launched_at": at(-8000),
        }],
        "enterprise": [{
            "id": FIRM, "name": "湘粮油脂有限公司", "uscc": "91430699MA7UUP5Y9R", "uscc_confirmed": False,
            "jurisdiction_id": STREET, "industry": "工贸", "declared_headcount": 4, "officer_name": "李强", "state": "active",
            "created_at": at(-9000),
        }],
        "department": [{"id": WORKSHOP, **firm, "name": "压榨车间"}],
        "duty": [{"id": id_of(103), **firm, "campaign_id": CAMPAIGN, "due_on": date(2026, 12, 10), "created_at": at(-8000)}],
        "import_batch": [{
            "id": id_of(104), "kind": "people", **firm, "jurisdiction_id": None, "file_name": "花名册.csv", "sha256": "a" * 64,
            "content": None, "sealed_fixes": None, "mapping": {"name": 1}, "header_row": 1, "rest_of_id": None,
            "result": {"added": 4}, "created_by": "赵倩", "created_at": at(-7000), "applied_at": at(-6990),
        }],
        "person": [
            {"id": person_id, **firm, "name": name, "work_no": work_no, "sex": None,
             "phone": ring.encrypt(PHONE.encode()) if person_id == WORKER else None,
             "phone_hash": ring.fingerprint(PHONE) if person_id == WORKER else None,
             "id_number": ring.encrypt(ID_NUMBER.encode()) if person_id == WORKER else None,
             "id_number_hash": ring.fingerprint(ID_NUMBER) if person_id == WORKER else None,
             "hired_on": date(2020, 1, 6), "left_on": None, "created_at": at(-7000)}
            for person_id, name, work_no in [
                (HEAD, "陈建国", "0001"), (TRAINER, "赵倩", "0002"), (WORKER, "刘洋", "0003"), (LATECOMER, "孙丽", "0004")]
        ],
        "question": [{"id": QUESTION, **firm, "topic": "粉尘防爆", "stem_hash": "b" * 64, "retired_at": None,
                      "created_at": at(-5000)}],
        "head_appointment": [{"id": id_of(105), **firm, "person_id": HEAD, "name": "陈建国", "phone": None,
                              "starts_on": date(2020, 1, 6), "ends_on": None}],
        "lecture": [
            {"id": lecture_id, **firm, "campaign_id": CAMPAIGN, "title": title, "number": number, "year": 2026, "state": state,
             "lecturer_id": HEAD, "lecturer_is_head": True, "departments": [str(WORKSHOP)],
             "quiz_plan": {"topics": ["粉尘防爆"], "questions": 1, "pass_mark": 80, "minutes": 30, "attempts": 2},
             "min_presence": 80, "cancelled_reason": None, "created_by": "赵倩", "created_at": at(-4000),
             "notified_at": at(-3999), "closed_at": closed_at}
            for lecture_id, title, number, state, closed_at in [
                (HELD, "总经理讲安全课：粉尘防爆", 1, "closed", at(65)), (RUNNING, "有限空间作业", 2, "open", None)]
        ],
        "membership": [{"id": id_of(106), "user_id": USER, "role": "trainer", **firm, "jurisdiction_id": None,
                        "person_id": TRAINER, "starts_on": date(2020, 1, 6), "ends_on": None}],
        "notice": [{"id": id_of(107), **firm, "person_id": WORKER, "title": "安全课通知：粉尘防爆", "body": "到现场扫码签到。",
                    "link": f"/lectures/{HELD}", "sent_at": at(-3999), "read_at": at(-3000)}],
        "person_post": [
            {"id": id_of(110 + at_), **firm, "person_id": person_id, "department_id": WORKSHOP, "post": "操作工",
             "category": "其他从业人员", "starts_on": date(2020, 1, 6), "ends_on": None}
            for at_, person_id in enumerate([HEAD, TRAINER, WORKER, LATECOMER])
        ],
        "personal_data_view": [{"id": id_of(108), **firm, "person_id": WORKER, "user_id": USER, "viewer": "赵倩",
                                "field": "phone", "viewed_at": at(-100)}],
        "question_version": [{
            "id": VERSION, "question_id": QUESTION, "version": 1, "kind": "single", "stem": "动火作业前应当？",
            "options": {"A": "办理作业票", "B": "直接作业"}, "answer": ["A"], "explanation": None, "law_ref": "GB 30871-2022",
            "difficulty": 2, "points": None, "created_at": at(-5000),
        }],
        "attendee": [
            {"id": id_of(120 + at_), **firm, "lecture_id": lecture_id, "person_id": person_id, "department_name": "压榨车间",
             "post": "操作工", "category": "其他从业人员", "is_extra": False, "excused_reason": reason,
             "excused_on": DAY if reason else None}
            for at_, (lecture_id, person_id, reason) in enumerate([
                (HELD, HEAD, None), (HELD, WORKER, None), (HELD, LATECOMER, None), (HELD, TRAINER, "出差"),
                (RUNNING, WORKER, None)])
        ],
        "completion": [{
            "id": COMPLETION, **held, "person_id": WORKER, "completed": True, "attended": True, "examined": True, "passed": True,
            "score": 100, "minutes": 60, "reasons": [], "decided_at": at(90), "certificate_due": False, "problem": None,
        }],
        "identity_confirmation": [{"id": id_of(130), **held, "person_id": WORKER, "confirmed_by": "赵倩",
                                   "confirmed_at": at(20)}],
        "material": [{"id": id_of(131), **held, "file_name": "课件.pptx", "media_type": "application/vnd.openxmlformats-"
                      "officedocument.presentationml.presentation", "size": 1234, "sha256": "c" * 64, "pages": 12,
                      "added_at": at(-3990)}],
        "presence": [
            {"id": id_of(140), **held, "person_id": WORKER, "status": "present", "first_in_at": at(-5), "last_out_at": at(61),
             "late_minutes": 0, "minutes": 60, "method": "scan", "trust": "live", "settled_at": at(65)},
            {"id": id_of(141), **held, "person_id": HEAD, "status": "present", "first_in_at": at(0), "last_out_at": None,
             "late_minutes": 0, "minutes": None, "method": "paper", "trust": "paper", "settled_at": at(65)},
            {"id": id_of(142), **held, "person_id": LATECOMER, "status": "late", "first_in_at": at(11), "last_out_at": None,
             "late_minutes": 11, "minutes": None, "method": "backfill", "trust": "backfill", "settled_at": at(70)},
            {"id": id_of(143), **held, "person_id": TRAINER, "status": "excused", "first_in_at": None, "last_out_at": None,
             "late_minutes": 0, "minutes": None, "method": None, "trust": None, "settled_at": at(65)},
        ],
        "quiz": [{"id": QUIZ, **held, "topics": ["粉尘防爆"], "question_count": 1, "pass_mark": 80, "minutes": 30,
                  "max_attempts": 2, "opens_at": at(65), "closes_at": at(3000)}],
        "sitting": [
            {"id": HELD_SITTING, **held, "place": "3 号会议室", "planned_starts_at": at(0), "planned_ends_at": at(60),
             "opened_at": at(-15), "started_at": at(0), "ended_at": at(60)},
            {"id": RUNNING_SITTING, **firm, "lecture_id": RUNNING, "place": "食堂", "planned_starts_at": at(10_000),
             "planned_ends_at": at(10_060), "opened_at": at(9_990), "started_at": None, "ended_at": None},
        ],
        "standing": [{
            "id": id_of(150), **firm, "campaign_id": CAMPAIGN, "since_on": DAY, "until_on": None, "state": "met",
            "due_on": date(2026, 12, 10), "street_code": "430602008", "street_name": "城陵矶街道", "industry": "工贸",
            "officer_name": "李强", "lecture_id": HELD, "lectured_on": DAY, "minutes": 60, "expected": 4, "attended": 3,
            "examined": 1, "passed": 1, "reason": None, "note": None, "updated_at": at(90),
        }],
        "attempt": [{
            "id": ATTEMPT, **firm, "quiz_id": QUIZ, "person_id": WORKER, "number": 1,
            "paper": [{"version": str(VERSION), "options": ["A", "B"]}], "started_at": at(70), "deadline_at": at(100),
            "submitted_at": at(75), "submitted_how": "person", "score": 100, "passed": True,
        }],
        "certificate": [{
            "id": CERTIFICATE, **held, "person_id": WORKER, "completion_id": COMPLETION, "serial": "AK-430602-2026-000001",
            "public_code": "0123456789abcdefABCDEF", "data": {"holder_name": "刘洋"}, "fingerprint": "d" * 64,
            "pdf_sha256": "e" * 64, "issued_at": at(91), "valid_until": date(2027, 11, 1), "revoked_at": None,
            "revoked_reason": None, "revoked_by": None, "withdrawn": False, "superseded_at": None, "superseded_reason": None,
            "superseded_by_id": None,
        }],
        "hours_line": [{
            "id": id_of(160), **held, "person_id": WORKER, "completion_id": COMPLETION, "kind": "earned", "hours": Decimal("1.5"),
            "category": "其他从业人员", "trust": "live", "earned_on": DAY, "reason": "合格", "recorded_at": at(90),
        }],
        "scan": [
            {"id": scan_id, **firm, "sitting_id": sitting_id, "mark": mark, "method": "scan", "scanned_at": scanned_at,
             "step": int(scanned_at.timestamp()) // 15, "screen": "1", "device_id": "d" * 22}
            for scan_id, sitting_id, mark, scanned_at in [
                (SCAN_IN, HELD_SITTING, "in", at(-5)), (SCAN_OUT, HELD_SITTING, "out", at(61)),
                (SCAN_NEVER_CLAIMED, RUNNING_SITTING, "in", at(9_995))]
        ],
        "answer": [{"id": id_of(170), "attempt_id": ATTEMPT, "version_id": VERSION, "counter": 1, "chosen": ["A"],
                    "answered_at": at(72)}],
        "attendance_event": [
            {"id": event_id, **held, "sitting_id": HELD_SITTING, "person_id": person_id, "mark": mark, "scanned_at": scanned_at,
             "recorded_at": recorded_at, "method": method, "trust": trust, "scan_id": scan_id,
             "device_id": "d" * 22 if scan_id else None, "screen": "1" if scan_id else None,
             "step": int(scanned_at.timestamp()) // 15 if scan_id else None, "entered_by": entered_by, "reason": reason}
            for event_id, person_id, mark, scanned_at, recorded_at, method, trust, scan_id, entered_by, reason in [
                (EVENT_IN, WORKER, "in", at(-5), at(-4.5), "scan", "live", SCAN_IN, None, None),
                (EVENT_OUT, WORKER, "out", at(61), at(61.2), "scan", "live", SCAN_OUT, None, None),
                (EVENT_PAPER, HEAD, "in", at(0), at(30), "paper", "paper", None, "赵倩", "纸质签到表第 1 行"),
                (EVENT_BACKFILLED, LATECOMER, "in", at(11), at(70), "backfill", "backfill", None, "赵倩", "手机没电")]
        ],
    }  # fmt: skip


def tables(connection: Connection) -> MetaData:
    """The tables as they are in the database, with the types that both databases share."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def same_types(_inspector: object, _table: object, column: Any) -> None:
        if isinstance(column["type"], CHAR) and column["type"].length == 32:
            column["type"] = Uuid()
        elif isinstance(column["type"], DateTime):
            column["type"] = DateTime(timezone=True)

    found.reflect(connection)
    return found


def fill(connection: Connection, ring: Keyring) -> dict[str, list[Row]]:
    """Write the rows into a database of revision 0001; returns them."""
    there, wanted = tables(connection).tables, rows(ring)
    assert set(there) - {"alembic_version"} == set(wanted)
    for name, lines in wanted.items():
        connection.execute(there[name].insert(), lines)
    return wanted


def rows_now(connection: Connection, name: str) -> dict[UUID, Row]:
    """The rows of a table by their ids; instants aware."""
    table = tables(connection).tables[name]
    return {
        row["id"]: {
            key: value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
            for key, value in row.items()
        }
        for row in connection.execute(select(table)).mappings()
    }
