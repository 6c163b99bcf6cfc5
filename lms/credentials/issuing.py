"""Issuing the certificates that are due: what the worker does each minute, and `anke certificate issue` on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import current_app

from lms.access.actor import Actor
from lms.core.documents.sealing import sealer
from lms.core.settings import Settings
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials import service
from lms.credentials.documents import certificate_pdfs

CLERK = "credentials.issue"
CHUNK = 50  # printed with one cut of the fonts
ROUNDS_WITHOUT_LUCK = 20
_one_at_a_time = threading.Lock()  # within a process; between processes the serial counter decides


@dataclass(slots=True)
class Outcome:
    """issued: certificates made. problems: sentences of those that could not be."""

    issued: int
    problems: list[str]


def issue_due(lecture_id: UUID | None = None, tell: Callable[[], None] = lambda: None) -> Outcome:
    """Issue what is due, of one lecture or of all; each certificate in a transaction of its own.

    Safe to run at the same time anywhere and to run again. tell: called after each certificate. Printing holds no
    database lock; when somebody else took the numbers meanwhile, the rest is drawn anew.
    """
    settings: Settings = current_app.extensions["settings"]
    outcome, unlucky, faulty = Outcome(0, []), 0, set[UUID]()
    with _one_at_a_time:
        while unlucky < ROUNDS_WITHOUT_LUCK:
            with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
                drafts, unprintable = service.draft(uow, settings.base_url, lecture_id, skip=faulty, limit=CHUNK)
            for fault in unprintable:
                faulty.add(fault.completion_id)
                outcome.problems.append(fault.sentence)
                with unit_of_work(Actor.system(CLERK), "system") as uow:
                    service.note_problem(uow, fault)
            if not drafts and not unprintable:
                break
            issued = _print(drafts, tell)
            outcome.issued += issued
            unlucky = unlucky + 1 if drafts and not issued else 0
    return outcome


def _print(drafts: list[service.Draft], tell: Callable[[], None]) -> int:
    """Print, sign and record drafts in order until one of them is out of date; how many were issued."""
    issued = 0
    for drawn, pdf in zip(drafts, certificate_pdfs(draft.data for draft in drafts), strict=True):
        sha256 = storage().put(sealer().sign(pdf))
        with unit_of_work(Actor.system(CLERK), "system") as uow:
            if service.record(uow, drawn, sha256) is None:
                break
        issued += 1
        tell()
    return issued
