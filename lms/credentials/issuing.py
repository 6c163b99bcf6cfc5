"""Issuing the certificates that are due: what the worker does each minute, and `anke certificate issue` on demand."""

from __future__ import annotations

import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from lms.access.actor import Actor
from lms.core.documents.apart import Helper
from lms.core.documents.sealing import Identity, Sealer, identity, sealer
from lms.core.documents.stamping import NoStamp
from lms.core.documents.token import Token, UnusableKey
from lms.core.settings import settings
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials import queries, service
from lms.credentials.documents import Look, certificate_pdfs
from lms.credentials.frozen import CertificateData

Order = list[tuple[CertificateData, Look]]
CLERK = "credentials.issue"
CHUNK = 100  # printed with one cut of the fonts, which costs as much as two of them
MANY = 150  # due at once: below it the start of helpers takes longer than they save
MOST_HELPERS = 4
ROUNDS_WITHOUT_LUCK = 20
_one_at_a_time = threading.Lock()  # within a process; between processes the serial counter decides


@dataclass(slots=True)
class Outcome:
    """issued: certificates made. problems: sentences of those that could not be."""

    issued: int = 0
    problems: list[str] = field(default_factory=list)


class Here:
    """A helper that is none: it prints when it is asked for the answer, in this process."""

    def order(self, batch: Order) -> None:
        """Take a batch to sign."""
        self._batch = batch

    def answer(self) -> list[bytes]:
        """The batch ordered last, signed here and now."""
        return signed(sealer(), self._batch)


def issue_due(lecture_id: UUID | None = None, tell: Callable[[], None] = lambda: None) -> Outcome:
    """Issue what is due, of one lecture or of all; each certificate in a transaction of its own.

    Safe to run at the same time anywhere, to be stopped at any moment, and to run again. tell: called after each certificate.
    Printing holds no database lock; when somebody else took the numbers meanwhile, the rest is drawn anew.
    """
    outcome = Outcome()
    with _one_at_a_time:
        with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
            due = queries.number_waiting(uow, lecture_id)
            due += queries.number_of_awards_waiting(uow) if lecture_id is None else 0
        with _printers(due) as printers:
            batch = _Batch(lecture_id, printers, outcome, tell)
            unlucky = 0
            while unlucky < ROUNDS_WITHOUT_LUCK:
                issued = outcome.issued
                if batch.run():
                    break
                unlucky = unlucky + 1 if outcome.issued == issued else 0
    return outcome


Printer = Here | Helper[Order, list[bytes]]


class _Batch:
    """Draws, has printed and records, in the order of the serial numbers, while helpers print what comes next."""

    def __init__(self, lecture_id: UUID | None, printers: Sequence[Printer], outcome: Outcome, tell: Callable[[], None]) -> None:
        self._base_url = settings().base_url
        self._lecture_id, self._printers, self._outcome, self._tell = lecture_id, printers, outcome, tell
        self._faulty: set[UUID] = set()

    def run(self) -> bool:
        """Go on until nothing is due any more (True), or until a draft turns out to be out of date: all are then (False)."""
        given: Counter[tuple[str, int]] = Counter()  # numbers of the drafts that are not recorded yet, too
        free, printing = deque(self._printers), deque[tuple[Printer, list[service.Draft]]]()
        pdfs: list[bytes] = []
        drafts: list[service.Draft] = []
        good = True
        while good:
            while free and (more := self._drawn([*drafts, *(one for _printer, part in printing for one in part)], given)):
                free[0].order([(one.data, one.look) for one in more])
                printing.append((free.popleft(), more))
            good = self._recorded(drafts, pdfs)  # while the next ones are printed
            if not printing:
                return good
            printer, drafts = printing.popleft()
            try:
                pdfs = printer.answer()
            except (NoStamp, UnusableKey) as problem:  # all of them would wait for the same: the next sweep tries again
                self._put_off(drafts, str(problem))
                return True
            free.append(printer)
        for printer, _drafts in printing:
            printer.answer()
        return False

    def _put_off(self, drafts: Sequence[service.Draft], sentence: str) -> None:
        """Say at each of those why it has no certificate yet."""
        self._outcome.problems.append(sentence)
        with unit_of_work(Actor.system(CLERK), "system") as uow:
            for drawn in drafts:
                service.note_problem(uow, service.Unprintable(drawn.rests_on, sentence))

    def _drawn(self, taken: Sequence[service.Draft], given: Counter[tuple[str, int]]) -> list[service.Draft]:
        """The next drafts after those taken; those that cannot be printed are noted and left out."""
        while True:
            with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
                skip = self._faulty | {one.rests_on for one in taken}
                drafts, unprintable = service.draft(uow, self._base_url, self._lecture_id, given, skip=skip, limit=CHUNK)
            for fault in unprintable:
                self._faulty.add(fault.rests_on)
                self._outcome.problems.append(fault.sentence)
                with unit_of_work(Actor.system(CLERK), "system") as uow:
                    service.note_problem(uow, fault)
            if drafts or not unprintable:
                return drafts

    def _recorded(self, drafts: list[service.Draft], pdfs: list[bytes]) -> bool:
        """Store and record in order; False from the first one on that is out of date."""
        for drawn, pdf in zip(drafts, pdfs, strict=True):
            sha256 = storage().put(pdf)
            with unit_of_work(Actor.system(CLERK), "system") as uow:
                if service.record(uow, drawn, sha256) is None:
                    return False
            self._outcome.issued += 1
            self._tell()
        return True


@contextmanager
def _printers(due: int) -> Iterator[Sequence[Printer]]:
    """Who prints: this process, or, where there is much to do, one for each core but the one that records."""
    order = _order() if due >= MANY else None
    if order is None:
        yield [Here()]
        return
    with ExitStack() as stack:
        number = min(max(len(os.sched_getaffinity(0)) - 1, 1), MOST_HELPERS)
        yield [stack.enter_context(Helper(prints, order)) for _ in range(number)]


def _order() -> tuple[tuple[Token | bytes, ...], str | None] | None:
    """What helpers sign with; None where it cannot be used, which is said when the first ones are to be signed."""
    try:
        return identity().packed(), settings().stamp_url
    except UnusableKey:
        return None


def prints(by: tuple[tuple[Any, ...], str | None]) -> Callable[[Order], list[bytes]]:
    """What a helper does: print and sign. by: who signs, packed, and the time-stamp authority."""
    packed, stamp_url = by
    own = Sealer(Identity.unpacked(*packed), stamp_url)
    return lambda batch: signed(own, batch)


def signed(own: Sealer, batch: Order) -> list[bytes]:
    """Print and sign, in order; those that follow one another and look the same are printed together."""
    alike = groupby(batch, key=itemgetter(1))
    return [own.sign(pdf) for look, part in alike for pdf in certificate_pdfs((data for data, _look in part), look)]
