"""People in the hall, with phones that know them or do not."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from bench.harness import scene
from bench.harness.phones import Answer, Phone
from lms.attendance import service
from lms.attendance.rules.claims import AT_ONCE, read
from lms.core.crypto import keyring

_CLAIM = re.compile(r'name="claim" value="([^"]+)"')
_FORM = re.compile(r'<form[^>]* action="(/checkin[^"]*)"')
KEPT = ("anke_device", "anke_remember")  # what a phone keeps when its browser was closed
AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A phone that knows its person. name: of the person. cookies: what it kept."""

    name: str
    cookies: dict[str, str]

    def arrive(self, port: int, loss: float = 0.0) -> Phone:
        cookies = dict(self.cookies)
        return Shaky(port, cookies, loss=loss, chance=random.Random(self.name)) if loss else Phone(port, cookies)


@dataclass(slots=True)
class Shaky(Phone):
    """A phone whose network loses requests: half of those on the way there, half of the answers on the way back."""

    loss: float = 0.0
    chance: random.Random = field(default_factory=random.Random)

    async def _exchange(self, message: bytes) -> Answer:
        while True:
            luck = self.chance.random()
            if luck < self.loss / 2:
                await asyncio.sleep(0.05)
                continue
            kept = dict(self.cookies)
            answer = await Phone._exchange(self, message)
            if luck < self.loss:
                self.cookies = kept
                await self.close()
                continue
            return answer


@dataclass(slots=True)
class Stubborn(Phone):
    """A phone that sends again what got no answer, as js/keep.js does, until there is one."""

    async def _exchange(self, message: bytes) -> Answer:
        while True:
            try:
                return await Phone._exchange(self, message)
            except (OSError, asyncio.IncompleteReadError):
                await self.close()
                await asyncio.sleep(0.2)


async def check_in(phone: Phone, lecture_id: UUID, name: str, kept: timedelta = AT_ONCE) -> None:
    """Scan and tap, on a phone that knows its person; the page it ends with says so by name.

    kept: as one that scanned so long ago, and had no network since.
    """
    page = await _follow(phone, await phone.get(f"/s/{scene.token(lecture_id)}", "scan"), "shown")
    assert page.status == 200 and name in page.text, page.text[-1500:]
    await _tap(phone, page, name, {"do": "confirm"}, kept)


async def identify(phone: Phone, lecture_id: UUID, person: scene.Worker) -> None:
    """Scan and say who one is, on a phone that was never here."""
    page = await _follow(phone, await phone.get(f"/s/{scene.token(lecture_id)}", "scan"), "shown")
    assert page.status == 200, page
    await _tap(phone, page, person.name, {"do": "identify", "phone": person.phone, "tail": person.id_number[-4:]})


async def _tap(phone: Phone, page: Answer, name: str, said: dict[str, str], kept: timedelta = AT_ONCE) -> None:
    form = _FORM.search(page.text)
    assert form, page.text[-1500:]
    claim = _CLAIM.search(page.text)
    assert claim, page.text[-1500:]
    # As static/js/keep.js sends it, which puts the answer in the place of what was there.
    sealed = {"claim": claim.group(1)} if kept == AT_ONCE else _scanned_before(claim.group(1), kept)
    answer = await phone.post(form.group(1), sealed | said, "tap", headers={"X-Part": "main"})
    done = await _follow(phone, answer, "done")
    assert done.status == 200 and "已签到</h1>" in done.text and name in done.text, done.text[-1500:]
    await phone.close()


def _scanned_before(sealed: str, kept: timedelta) -> dict[str, str]:
    """What a phone sends that kept this scan for so long."""
    claim = read(keyring().derive("attendance-claim"), sealed)
    assert claim
    earlier = replace(claim, scanned_at=claim.scanned_at - kept)
    return {"claim": service.sealed(earlier), "waited": str(kept // timedelta(seconds=1))}


async def _follow(phone: Phone, answer: Answer, name: str) -> Answer:
    return await phone.get(answer.location, name) if answer.status == 303 else answer


async def make_known(port: int, lecture_id: UUID, people: list[scene.Worker]) -> list[Known]:
    """Everybody says who they are once, some at a time."""
    gate = asyncio.Semaphore(AT_A_TIME)

    async def come(person: scene.Worker) -> Known:
        async with gate:
            phone = Phone(port)
            await identify(phone, lecture_id, person)
            return Known(person.name, {name: phone.cookies[name] for name in KEPT})

    return await asyncio.gather(*(come(person) for person in people))


async def arrive(port: int, lecture_id: UUID, people: list[scene.Worker], within: float) -> list[Phone]:
    """People come within so many seconds, in any order, each with a phone that was never here."""
    chance = random.Random(1)
    starts = sorted(chance.uniform(0, within) for _ in people)

    async def come(person: scene.Worker, at: float) -> Phone:
        await asyncio.sleep(at)
        phone = Phone(port)
        await identify(phone, lecture_id, person)
        return phone

    return await asyncio.gather(*(come(person, at) for person, at in zip(people, starts, strict=True)))
