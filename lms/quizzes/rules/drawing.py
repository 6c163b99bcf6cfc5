"""Which questions a person gets, and in what order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any, TypeVar
from uuid import UUID

Q = TypeVar("Q")
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn. difficulty: 1 … 3, None where the bank says none. version: its newest wording."""

    question: UUID
    version: UUID
    topic: str
    difficulty: int | None


@dataclass(frozen=True, slots=True)
class Quota:
    """So many questions of a topic; difficulty 0: of any."""

    topic: str
    difficulty: int
    count: int

    def takes(self, one: Candidate) -> bool:
        """Whether a question counts towards it."""
        return one.topic == self.topic and self.difficulty in (0, one.difficulty)


def draw(rng: Random, pool: Sequence[Q], seen: Collection[Q], count: int) -> list[Q]:
    """`count` different questions of the pool in random order; all of them where the pool is smaller.

    seen: questions this person was asked before. They come only when the others are used up, so a retake is as new as the
    bank allows.
    """
    fresh = [question for question in pool if question not in seen] if seen else list(pool)
    known = [question for question in pool if question in seen] if seen else []
    drawn = rng.sample(fresh, min(count, len(fresh)))
    drawn += rng.sample(known, min(count - len(drawn), len(known)))
    rng.shuffle(drawn)
    return drawn


def draw_by_quotas(
    rng: Random, pool: Sequence[Candidate], seen: Collection[Candidate], quotas: Iterable[Quota]
) -> list[Candidate]:
    """Exactly what each quota asks for, in random order; less only where shortfalls() says so. seen: as in draw().

    Those that name a difficulty choose first: what is left will do for those that take any.
    """
    drawn: list[Candidate] = []
    for quota in sorted(quotas, key=lambda quota: not quota.difficulty):
        drawn += draw(rng, [one for one in pool if quota.takes(one) and one not in drawn], seen, quota.count)
    rng.shuffle(drawn)
    return drawn


def shortfalls(pool: Sequence[Candidate], quotas: Sequence[Quota]) -> list[tuple[Quota, int]]:
    """The quotas that the bank cannot fill, each with how many questions there are for it."""
    short = []
    for quota in quotas:
        there = sum(quota.takes(one) for one in pool)
        if not quota.difficulty:
            there -= sum(other.count for other in quotas if other.topic == quota.topic and other.difficulty)
        if there < quota.count:
            short.append((quota, max(there, 0)))
    return short


def lay_out(rng: Random, letters: Iterable[str]) -> list[str]:
    """The letters of a question's options in the order one person sees them."""
    order = list(letters)
    rng.shuffle(order)
    return order


def arranged(paper: Sequence[Entry], neighbours: Iterable[Sequence[Entry]]) -> list[Entry]:
    """The paper, turned so that its questions stand in another order than on any neighbour's.

    Always found when it has more questions than there are neighbours; else it stays as it is.
    """
    taken = {order_of(one) for one in neighbours}
    for first in range(len(paper)):
        turned = [*paper[first:], *paper[:first]]
        if order_of(turned) not in taken:
            return turned
    return list(paper)


def order_of(paper: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The wordings of a paper in the order asked."""
    return tuple(entry["version"] for entry in paper)


@dataclass(frozen=True, slots=True)
class Shared:
    """Questions that a paper has in common with another, of those it has."""

    questions: float
    of: float

    @property
    def percent(self) -> int:
        return round(100 * self.questions / self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class Overlap:
    """How alike the papers of a quiz are. papers: in the order they were begun.

    mean: over all pairs. most: of the two begun one after the other that are most alike. same_order: pairs begun one after the
    other with the same questions in the same order.
    """

    papers: int
    mean: Shared
    most: Shared
    same_order: int


def overlap(papers: Sequence[Sequence[str]]) -> Overlap | None:
    """How alike these papers are, each the questions in the order asked; None for fewer than two."""
    if len(papers) < 2:
        return None
    counts: dict[str, int] = {}
    for paper in papers:
        for question in paper:
            counts[question] = counts.get(question, 0) + 1
    shared = sum(count * (count - 1) for count in counts.values())  # ordered pairs
    number = len(papers)
    pairs = list(pairwise(papers))
    alike = [Shared(len(set(one) & set(other)), min(len(one), len(other))) for one, other in pairs]
    mean = Shared(shared / (number * (number - 1)), sum(map(len, papers)) / number)
    return Overlap(number, mean, max(alike, key=lambda one: one.percent), sum(one == other for one, other in pairs))


def meets(drawn: Sequence[Candidate], quotas: Sequence[Quota]) -> bool:
    """Whether a paper is what the quotas ask for: so many in all, none twice, and of each topic and difficulty enough."""
    if len(set(drawn)) != sum(quota.count for quota in quotas):
        return False
    for topic in {quota.topic for quota in quotas}:
        own = [quota for quota in quotas if quota.topic == topic]
        if sum(one.topic == topic for one in drawn) != sum(quota.count for quota in own):
            return False
        if any(sum(map(quota.takes, drawn)) < quota.count for quota in own if quota.difficulty):
            return False
    return True
