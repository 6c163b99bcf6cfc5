"""Who may do what. Nothing is allowed that is not on this page; state ("already closed") is a rule, not a grant."""

from __future__ import annotations

from lms.access.models import Role

TRAINER, HEAD, EMPLOYEE, OFFICER = Role.TRAINER, Role.HEAD, Role.EMPLOYEE, Role.OFFICER

GRANTS: dict[str, set[Role]] = {
    "answer.mark": {TRAINER},
    "attempt.answer": {EMPLOYEE},
    "attempt.read": {EMPLOYEE, TRAINER},
    "attempt.start": {EMPLOYEE},
    "attendance.confirm": {TRAINER, HEAD, OFFICER},
    "attendance.enter": {TRAINER},
    "attendance.project": {TRAINER},
    "attendance.read": {TRAINER, HEAD, OFFICER},
    "campaign.create": {OFFICER},
    "campaign.read": {OFFICER, TRAINER, HEAD},
    "certificate.change": {TRAINER},
    "certificate.list": {TRAINER, HEAD, OFFICER},
    "certificate.read": {TRAINER, HEAD, OFFICER, EMPLOYEE},
    "channel.change": {TRAINER},
    "enterprise.import": {OFFICER},
    "enterprise.read": {OFFICER, TRAINER, HEAD},
    "home": {TRAINER, HEAD, EMPLOYEE, OFFICER},
    "import.change": {OFFICER, TRAINER},
    "inbox.read": {TRAINER, HEAD, EMPLOYEE, OFFICER},
    "lecture.change": {TRAINER},
    "lecture.create": {TRAINER},
    "lecture.list": {TRAINER, HEAD, OFFICER},
    "lecture.read": {TRAINER, HEAD, OFFICER, EMPLOYEE},
    "material.read": {TRAINER, HEAD, OFFICER, EMPLOYEE},
    "own.dispute": {EMPLOYEE},
    "own.read": {EMPLOYEE},
    "person.contact": {TRAINER},
    "person.change": {TRAINER},
    "person.import": {TRAINER},
    "person.read": {TRAINER, HEAD},
    "person.reveal": {TRAINER},
    "question.change": {TRAINER, OFFICER},
    "question.export": {TRAINER, OFFICER},
    "question.import": {TRAINER, OFFICER},
    "question.read": {TRAINER, HEAD, OFFICER},
    "question.take": {TRAINER},
    "quiz.read": {TRAINER, HEAD, OFFICER},
    "recheck.answer": {EMPLOYEE},
    "recheck.ask": {TRAINER},
    "summary.export": {OFFICER},
    "summary.read": {OFFICER},
}
