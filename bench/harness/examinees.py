"""People who take a quiz on phones of their own, and what the database has of it afterwards."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from bench.harness import scene, server
from bench.harness.phones import Answer, Phone
from bench.harness.processes import kill
from lms.attendance import service as attendance
from lms.attendance.models import Mark, Method, Trust
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from lms.ledger.models import ChainEntry
from lms.quizzes import queries, rules
from lms.quizzes.models import Answer as Tap
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.service.chain import GRADED

_CONTROL = re.compile(r'<(?:input|textarea|select)[^>]* name="(question|choice)"(?: value="([^"]*)")?')
AGAIN = 0.2  # seconds until a phone sends anew what did not come through
BURST = 3.0  # seconds of taps before the server is killed


class Cut(ConnectionError):
    """Nothing comes through."""


@dataclass(frozen=True, slots=True)
class Counted:
    """lost: acknowledged and not in the database. doubled: there more than once."""

    lost: int
    doubled: int


@dataclass(slots=True)
class Examinee:
    """Somebody with a phone that is signed in. seconds: how long each start, save and submit took, at the first try or a later.

    sent: taps, however often each. unsent: the one that was not acknowledged yet. acknowledged: the counter under which the
    server said it is saved → question and choice, as they were sent. handed_in: the server showed a result. began_at: when the
    paper was there, by time.perf_counter().
    """

    port: int
    quiz_id: UUID
    cookie: str
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"start": [], "save": [], "submit": []})
    sent: int = 0
    unsent: dict[str, str] | None = None
    acknowledged: dict[int, tuple[str, str]] = field(default_factory=dict)
    handed_in: bool = False
    began_at: float = 0.0
    attempt_path: str = ""
    phone: Phone | None = None
    asked: list[tuple[str, list[str]]] = field(default_factory=list)
    token: str = ""
    loss: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(3))
    no_network_until: float = 0.0

    def make_shaky(self, loss: float, chance: random.Random) -> None:
        self.loss, self.chance = loss, chance

    def cut(self, until: float) -> None:
        """No network until then, by time.monotonic()."""
        self.no_network_until = until

    async def prepare(self) -> None:
        """Open the quiz's page; what it takes is not counted."""
        page = await self._ask(lambda phone: phone.get(f"/quizzes/{self.quiz_id}"))
        assert page.status == 200, page.text[-1500:]
        self.token = page.form_token

    async def start(self) -> None:
        """The button, which is answered with the paper."""
        begun = time.perf_counter()
        paper = await self._ask(lambda phone: phone.post(f"/quizzes/{self.quiz_id}", {"csrf_token": self.token}))
        assert paper.status == 200, paper.text[-1500:]
        self.attempt_path = paper.headers["content-location"]
        self.began_at = time.perf_counter()
        self.seconds["start"].append(self.began_at - begun)
        for name, value in _CONTROL.findall(paper.text):
            if name == "question":
                self.asked.append((value, []))
            else:
                self.asked[-1][1].append(value or "答")

    async def tap(self) -> None:
        """Answer the next question; after the last the first again. What was not acknowledged is sent anew, as it was."""
        if self.unsent is None:
            counter = len(self.seconds["save"]) + 1
            question, choices = self.asked[(counter - 1) % len(self.asked)]
            choice = self.chance.choice(choices)
            self.unsent = {"csrf_token": self.token, "question": question, "choice": choice, "counter": str(counter)}
            self.sent += 1
        said, begun = self.unsent, time.perf_counter()
        answer = await self._ask(lambda phone: phone.post(f"{self.attempt_path}/answers", said, accept="application/json"))
        assert answer.status == 200, answer.text[-1500:]
        self.acknowledged[json.loads(answer.text)["saved"]] = said["question"], said["choice"]
        self.seconds["save"].append(time.perf_counter() - begun)
        self.unsent = None

    async def submit(self) -> None:
        """Hand in, which is answered with the result."""
        begun = time.perf_counter()
        page = await self._ask(lambda phone: phone.post(f"{self.attempt_path}/finish", {"csrf_token": self.token}))
        assert page.status == 200 and "分" in page.text, page.text[-1500:]
        self.seconds["submit"].append(time.perf_counter() - begun)
        self.handed_in = True

    async def _ask(self, request: Callable[[Phone], Awaitable[Answer]]) -> Answer:
        """Ask until something comes back."""
        while True:
            try:
                if time.monotonic() < self.no_network_until:
                    raise Cut
                luck = self.chance.random() if self.loss else 1.0
                if luck < self.loss / 2:
                    raise Cut
                if self.phone is None:
                    self.phone = Phone(self.port, {"anke_session": self.cookie})
                answer = await request(self.phone)
                if luck < self.loss:
                    raise Cut
                return answer
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                await self.hang_up()
                await asyncio.sleep(AGAIN)

    async def hang_up(self) -> None:
        if self.phone is not None:
            self.cookie = self.phone.cookies.get("anke_session", self.cookie)
            with suppress(OSError):
                await self.phone.close()
            self.phone = None


def open_quiz(enterprise_id: UUID, pass_mark: int = 80) -> tuple[UUID, list[UUID]]:
    """A lecture that everybody was at has just been closed; its quiz and its people."""
    lecture_id = scene.lecture(enterprise_id, pass_mark)
    with unit_of_work(scene.BENCH, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        attendees = uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture_id)).all()
        now = uow.now
        lecture.sitting.opened_at = now - timedelta(minutes=80)
        for attendee in attendees:
            attendance.record(
                uow, lecture.sitting, attendee.person_id,
                mark=Mark.IN, at=now - timedelta(minutes=70), method=Method.SCAN, trust=Trust.LIVE,
            )  # fmt: skip
        lectures.close(uow, lecture, now - timedelta(minutes=65), now, check_out_rest=True)
        quiz_id = uow.session.scalars(select(Quiz.id).where(Quiz.lecture_id == lecture_id)).one()
        return quiz_id, [attendee.person_id for attendee in attendees]


def signed_in(app: Flask, person_ids: Sequence[UUID]) -> list[str]:
    """The sessions of phones that checked in earlier."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return [str(signer.dumps({"_user_id": f"person:{person_id}", "_fresh": True})) for person_id in person_ids]


async def warm(port: int) -> None:
    """Every process has answered before the clock runs."""
    await asyncio.gather(*(Phone(port).get(path) for path in ("/sign-in", "/health") for _ in range(16)))


async def prepare(taking: Sequence[Examinee]) -> None:
    for start in range(0, len(taking), 20):
        await asyncio.gather(*(one.prepare() for one in taking[start : start + 20]))


async def drive(acts: Sequence[Sequence[Callable[[], Awaitable[None]]]], clients: int) -> float:
    """Do everybody's acts, so many people at a time; the seconds it took in all."""
    waiting = list(acts)

    async def client() -> None:
        while waiting:
            for act in waiting.pop():
                await act()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return time.perf_counter() - begun


async def sit(taking: Sequence[Examinee], starts_within: float, taps_within: float, taps: int) -> None:
    """Everybody at their own pace: starts spread over some seconds, then taps and the hand-in over the rest."""
    chance = random.Random(2)

    async def one_person(one: Examinee) -> None:
        await asyncio.sleep(chance.uniform(0, starts_within))
        await one.prepare()
        await one.start()
        moments = sorted(chance.uniform(0, taps_within) for _ in range(taps))
        begun = time.monotonic()
        for moment in moments:
            await asyncio.sleep(max(0.0, begun + moment - time.monotonic()))
            await one.tap()
        await one.submit()
        await one.hang_up()

    await asyncio.gather(*(one_person(one) for one in taking))


async def through_an_outage(taking: Sequence[Examinee], starts_within: float, outage: float, taps: int) -> None:
    """Everybody begins within some seconds, when the network goes for so many; the taps fall before, into and after that."""

    async def cut() -> None:
        await asyncio.sleep(starts_within)
        for one in taking:
            one.cut(time.monotonic() + outage)

    await asyncio.gather(cut(), sit(taking, starts_within, 2 * starts_within, taps))


def through_a_kill(taking: Sequence[Examinee], port: int, env: dict[str, str], taps: int) -> int:
    """kill -9 of every process of the server while everybody taps; then it starts again, and they go on and hand in.

    Returns how many answers had been acknowledged when it was killed.
    """
    before = 0
    with server.serve(port, env) as running:
        asyncio.run(_begin(taking))
        before = asyncio.run(_tap_until_killed(taking, running.pid))
    with server.serve(port, env):
        asyncio.run(_finish(taking, taps))
    return before


async def _begin(taking: Sequence[Examinee]) -> None:
    await prepare(taking)
    await drive([[one.start] for one in taking], 50)
    for one in taking:
        await one.hang_up()


async def _tap_until_killed(taking: Sequence[Examinee], pid: int) -> int:
    async def go_on(one: Examinee) -> None:
        while True:
            await one.tap()

    tapping = [asyncio.create_task(go_on(one)) for one in taking]
    await asyncio.sleep(BURST)
    kill(pid)
    await asyncio.sleep(AGAIN)
    acknowledged = sum(len(one.seconds["save"]) for one in taking)
    for task in tapping:
        task.cancel()
    await asyncio.gather(*tapping, return_exceptions=True)
    for one in taking:
        await one.hang_up()
    return acknowledged


async def _finish(taking: Sequence[Examinee], taps: int) -> None:
    async def rest(one: Examinee) -> None:
        while len(one.seconds["save"]) < taps:
            await one.tap()
        await one.submit()
        await one.hang_up()

    await asyncio.gather(*(rest(one) for one in taking))


def counts(quiz_id: UUID, taking: Sequence[Examinee]) -> Counted:
    """What the server acknowledged, held against the database: every start, every tap, every hand-in."""
    return in_all(counts_of_steps(quiz_id, taking))


def in_all(steps: Mapping[str, Counted]) -> Counted:
    return Counted(sum(one.lost for one in steps.values()), sum(one.doubled for one in steps.values()))


def counts_of_steps(quiz_id: UUID, taking: Sequence[Examinee]) -> dict[str, Counted]:
    """As counts(), of start, save and submit. A start is doubled when somebody has two attempts, a tap when there are more than
    were sent, a hand-in when its result was entered in the chain twice. A tap is lost, too, when another question or another
    choice stands under its counter.
    """
    with unit_of_work(scene.BENCH, "system", write=False) as uow:
        wanted = select(Attempt.id, Attempt.person_id, Attempt.submitted_at, Attempt.paper).where(Attempt.quiz_id == quiz_id)
        attempts = {str(row.id): row for row in uow.session.execute(wanted)}
        asked = {attempt_id: queries.asked_on(uow, row.paper) for attempt_id, row in attempts.items()}
        kept: dict[str, dict[int, tuple[str, list[str]]]] = {attempt_id: {} for attempt_id in attempts}
        for row in uow.session.execute(
            select(Tap.attempt_id, Tap.counter, Tap.version_id, Tap.chosen)
            .join(Attempt, Attempt.id == Tap.attempt_id)
            .where(Attempt.quiz_id == quiz_id)
        ):
            kept[str(row.attempt_id)][row.counter] = str(row.version_id), row.chosen
        entered = select(ChainEntry.subject_id).join(Attempt, Attempt.id == ChainEntry.subject_id)
        results = uow.session.scalars(entered.where(ChainEntry.kind == GRADED, Attempt.quiz_id == quiz_id)).all()
    began = {one.attempt_path.rpartition("/")[2]: one for one in taking if one.attempt_path}
    missing = [
        attempt_id not in kept or kept[attempt_id].get(counter) != (question, _as_kept(asked[attempt_id], question, choice))
        for attempt_id, one in began.items()
        for counter, (question, choice) in one.acknowledged.items()
    ]
    not_in = [
        one.handed_in and (attempt_id not in attempts or attempts[attempt_id].submitted_at is None)
        for attempt_id, one in began.items()
    ]
    taps = sum(map(len, kept.values()))
    return {
        "start": Counted(len(began.keys() - attempts.keys()), len(attempts) - len({row.person_id for row in attempts.values()})),
        "save": Counted(sum(missing), max(0, taps - sum(one.sent for one in taking))),
        "submit": Counted(sum(not_in), len(results) - len(set(results))),
    }


def _as_kept(asked: Sequence[queries.Asked], question: str, choice: str) -> list[str] | None:
    """What the bank calls a choice that a phone called by the letter on its screen."""
    own = next(one for one in asked if str(one.version.id) == question)
    return rules.chosen_of(own.version.body, own.order, [choice])
