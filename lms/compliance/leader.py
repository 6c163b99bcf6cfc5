"""The leader's page: one A4, at most twelve numbers in three groups, each with the way to its names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from lms.compliance.documents import due
from lms.core import clock
from lms.core.documents import fill, render_pdf, style
from lms.core.documents.drawing import qr
from lms.core.documents.fonts import with_boxes
from lms.core.shares import share

MOST = 12


@dataclass(frozen=True, slots=True)
class Number:
    """of: what it is a part of, 0 where it stands alone. address: of its names."""

    label: str
    value: int
    of: int
    unit: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """变化, 落后 or 请您定. numbers: in the order they are read."""

    title: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderData:
    """bureau: on whose paper. Raises ValueError when there are more than MOST numbers: a page of many is read by nobody."""

    campaign_title: str
    jurisdiction_name: str
    bureau: str
    as_of: datetime
    due_on: date
    day: date
    groups: tuple[Group, ...]

    def __post_init__(self) -> None:
        if sum(len(group.numbers) for group in self.groups) > MOST:
            raise ValueError(f"more than {MOST} numbers")


def leader_pdf(data: LeaderData) -> bytes:
    """One A4 page. The same data give the same bytes. □ for a sign that no font has, as in the summary."""
    html = fill(
        "leader.html", data=data, cut_off=clock.moment(data.as_of), due=due(data.due_on, data.day), share=share, code=_code,
    )  # fmt: skip
    return render_pdf(with_boxes(html), style("summary.css", "leader.css"))


def _code(address: str) -> Markup:
    return qr(address, border=0)
