"""Which names of enterprises may mean the same firm: told to a person, never taken for granted."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONG_ENOUGH = 8  # characters, from which one that differs may be a slip where neither head nor phone is told of both
SHORTEST = 2  # characters that are left of a name
MOST = 5  # firms told beside one row
NOT_LETTERS = re.compile(r"[\W_]+")
FORMS = re.compile("股份有限公司|有限责任公司|有限公司|公司")
BRANCH, KEPT = "分公司", "\0"
TOLD_APART = re.compile(r"[\da-z〇一二三四五六七八九十百甲乙丙丁东南西北]")  # 一厂 and 二厂, A店 and B店, 城东 and 城西 are two
PLACES = re.compile("^(?:湖南省?)?(?:岳阳市?)?")


@dataclass(frozen=True, slots=True)
class Firm:
    """What tells firms apart beside their code. at: where it stands in the list it is of."""

    at: int
    name: str
    head: str | None = None
    phone: str | None = None


class Index:
    """Firms by their names: to find those like one takes as long as its name, however many there are."""

    def __init__(self, firms: Iterable[Firm]) -> None:
        self._by_part: dict[str, list[tuple[str, Firm]]] = defaultdict(list)
        for firm in firms:
            name = normal(firm.name)
            for part in _parts(name):
                self._by_part[part].append((name, firm))

    def like(self, firm: Firm) -> list[Firm]:
        """Those whose name is the same but for how it is written, then those with one character other, more or less, where head
        or phone agree, or nothing is told of either and the name is long. At most MOST.
        """
        name = normal(firm.name)
        found = {one.at: (other, one) for part in _parts(name) for other, one in self._by_part.get(part, ())}
        meant = [(other != name, one) for other, one in found.values() if other == name or _slip(name, other, firm, one)]
        return [one for _differs, one in sorted(meant, key=lambda each: (each[0], each[1].at))][:MOST]


def normal(name: str) -> str:
    """A name without what is written now so, now otherwise: width, brackets, blanks, dots, the form of the company, 湖南 and 岳阳
    in front. 分公司 stays: a branch is another firm. Normalising again changes nothing.
    """
    before, text = None, name
    while text != before:
        before, text = text, _shorter(text)
    return text


def _shorter(text: str) -> str:
    text = NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
    rest = PLACES.sub("", text)
    text = rest if len(rest) >= SHORTEST else text
    rest = FORMS.sub("", text.replace(BRANCH, KEPT)).replace(KEPT, BRANCH)
    return rest if len(rest) >= SHORTEST else text


def _parts(name: str) -> Iterator[str]:
    """The name, and the name without each of its characters: two with one character other have one of these in common."""
    yield name
    if len(name) > SHORTEST:
        yield from {name[:at] + name[at + 1 :] for at in range(len(name))}


def _slip(name: str, other: str, firm: Firm, known: Firm) -> bool:
    """Whether two names with one character other may mean one firm: something else agrees, or nothing else is told of both."""
    if TOLD_APART.findall(name) != TOLD_APART.findall(other):
        return False
    agree = [one == two for one, two in ((firm.head, known.head), (firm.phone, known.phone)) if one and two]
    return any(agree) or (not agree and len(name) >= LONG_ENOUGH)
