"""A bulletin as it is printed: one value from which the PDF, the document, the workbook and the page are made alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.compliance.bulletins.rules.counting import NAMING, Grid, Total, industries, listed, matrix, perils, total, trend
from lms.compliance.bulletins.rules.frozen import Firm, Frozen
from lms.compliance.bulletins.rules.wording import why
from lms.compliance.bulletins.rules.work import SIGNALS, Sat, known_by, sat, signals

TITLES = {
    "overdue": "逾期没开讲", "not_head": "不是主要负责人本人讲", "too_short": "讲课时长不够",
    "doubtful": "记录存疑，正在核实", "praised": "表扬",
}  # fmt: skip
CLOSED = "closed_hazards"  # a rate of hazards, not of enterprises
HAZARD_TITLES = {"found": "本期发现", "closed": "本期关闭", "open": "没关闭", "late": "其中逾期"}
SIGNAL_TITLES = {"raised": "本期提出", "settled": "本期核实", "waiting": "还没核实"}


@dataclass(frozen=True, slots=True)
class Mention:
    """What became of the right of reply of one enterprise. reply "": none, agreed: it said that this is right.

    struck: why it is not named after all, "" while it is. reached: somebody of it could be told in the product.
    """

    told_on: date | None = None
    reached: bool = True
    agreed: bool = False
    reply: str = ""
    answer: str = ""
    struck: str = ""


@dataclass(frozen=True, slots=True)
class NamedList:
    """One list with names. number: its figure; struck: of these, not named after all. rows: (enterprise, what is said)."""

    name: str
    title: str
    number: int
    struck: int
    rows: tuple[tuple[Firm, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What people decided: words by section, which lists are named, whom to praise, and what came of the mentions; of those of
    places, by name.

    number: "2026 年第 3 期", "" while there is none. signers: (name, day). correction: why there is another version.
    """

    words: Mapping[str, str]
    lists: Collection[str] = ()
    praised: Collection[str] = ()
    mentions: Mapping[str, Mention] | None = None
    places: Mapping[str, Mention] | None = None
    number: str = ""
    version: int = 1
    correction: str = ""
    published_on: date | None = None
    signers: Sequence[tuple[str, date]] = ()
    data_sha256: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything that is printed. bars: (industry, lectured, asked). replies: (who, its code, what it said and what was
    answered), places first.
    known: as known_by().
    """

    title: str
    setting: Setting
    frozen: Frozen
    totals: Total
    grid: Grid
    bars: tuple[tuple[str, int, int], ...]
    trend: tuple[tuple[date, int], ...]
    praised: NamedList
    lists: tuple[NamedList, ...]
    replies: tuple[tuple[str, str, Mention], ...]
    known: tuple[tuple[str, str, int], ...]
    sat: Sat | None

    @property
    def rates(self) -> tuple[tuple[str, str, int, int, str], ...]:
        """(key in LISTS of the enterprises it is made of, what, numerator, denominator, unit); CLOSED opens hazards instead."""
        sums = self.totals
        hazards = [len(perils(self.frozen, key)) for key in ("closed", "counted")]
        return (
            ("lectured", "开讲率", sums.firms["lectured"], sums.firms["asked"], "家"),
            ("attended", "参训率", sums.attended, sums.expected, "人次"),
            ("passed", "考核合格率", sums.passed, sums.examined, "人"),
            *(((CLOSED, "重大隐患关闭率", *hazards, "条"),) if self.frozen.hazards is not None else ()),
        )

    @property
    def hazards(self) -> tuple[tuple[str, str, int], ...]:
        """(key in HAZARDS of the names it is made of, what, number); nothing where the data tell of none."""
        if self.frozen.hazards is None:
            return ()
        return tuple((key, HAZARD_TITLES[key], len(perils(self.frozen, key))) for key in HAZARD_TITLES)

    @property
    def signals(self) -> tuple[tuple[str, str, int], ...]:
        """(key in SIGNALS of the names it is made of, what, number); nothing where the data tell of none."""
        if self.frozen.signals is None:
            return ()
        return tuple((key, SIGNAL_TITLES[key], len(signals(self.frozen, key))) for key in SIGNALS)

    @property
    def as_of(self) -> datetime:
        return self.frozen.as_of


def paper(frozen: Frozen, setting: Setting) -> Paper:
    """The bulletin. A list that is not named, and an enterprise that cannot be praised for it did not lecture, are left out.

    Only who has completed is chosen (service); what was signed in former versions is printed as it was signed.
    """
    by_id = {firm.id: firm for firm in frozen.firms}
    praised = [by_id[one] for one in setting.praised if one in by_id and by_id[one].lectured]
    mentions = setting.mentions or {}
    return Paper(
        title=f"「{frozen.campaign}」情况通报",
        setting=setting,
        frozen=frozen,
        totals=total(frozen),
        grid=matrix(frozen),
        bars=tuple(industries(frozen)),
        trend=tuple(trend(frozen)),
        praised=_named("praised", praised, frozen, mentions),
        lists=tuple(_named(name, listed(frozen, name), frozen, mentions) for name in NAMING if name in setting.lists),
        replies=(
            *((name, "", said) for name, said in sorted((setting.places or {}).items()) if said.reply),
            *(
                (by_id[one].name, by_id[one].uscc, said)
                for one, said in sorted(mentions.items(), key=lambda item: item[0])
                if said.reply and not said.struck and one in by_id
            ),
        ),
        known=known_by(frozen),
        sat=sat(frozen),
    )


def _named(name: str, firms: Sequence[Firm], frozen: Frozen, mentions: Mapping[str, Mention]) -> NamedList:
    kept = [firm for firm in firms if firm.id not in mentions or not mentions[firm.id].struck]
    rows = tuple((firm, why(firm, name, frozen)) for firm in kept)
    return NamedList(name, TITLES[name], len(firms), len(firms) - len(kept), rows)
