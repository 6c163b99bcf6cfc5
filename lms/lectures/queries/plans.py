"""What became of a plan, and who has passed a lecture on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload

from lms.campaigns.themes import theme_named
from lms.core.uow import UnitOfWork
from lms.lectures.models import CALLED_OFF, FollowUp, Lecture, PlanChange, team_name
from lms.lectures.rules import Asked, Audience, Part, Slot, passed_on, reaches
from lms.lectures.rules.cascade import DEEPEST, GIVEN, place_key
from lms.registry.models import Person, PersonPost
from lms.registry.queries import departments_on, line_on, names_of, on_roster, teams_on


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of plan with its sittings read back; lecturers, titles, themes, levels: before and after, where they are not the
    same, themes by title, "" where none was chosen; levels as stored.
    """

    change: PlanChange
    before: tuple[Slot, ...]
    after: tuple[Slot, ...]
    lecturers: tuple[str, str] | None
    titles: tuple[str, str] | None
    themes: tuple[str, str] | None
    levels: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A department that has to pass a lecture on, or a team of it. state: done, planned, waiting or overdue. given: the
    lectures that do so. parts: who has to hear it; left: those who did not yet. peopled: whether anybody works there today; it
    is asked of them until somebody takes it back.
    """

    department_id: UUID
    shift: str
    name: str
    due_on: date
    state: str
    given: tuple[Node, ...]
    parts: tuple[Part, ...]
    left: tuple[Part, ...]
    peopled: bool = True

    @property
    def key(self) -> str:
        return place_key(self.department_id, self.shift)

    @property
    def shifts(self) -> set[str]:
        """The shifts that have to hear it, "" for people of none."""
        return {part.shift for part in self.parts}

    @property
    def left_of(self) -> dict[str, tuple[str, ...]]:
        """The shifts in which somebody did not hear it yet, each with the posts of those; none: nobody in it did."""
        found: dict[str, tuple[str, ...]] = {}
        for shift in sorted({part.shift for part in self.left}):
            posts = tuple(part.post for part in self.left if part.shift == shift)
            found[shift] = posts if len(posts) < sum(part.shift == shift for part in self.parts) else ()
        return found

    @property
    def next_shifts(self) -> tuple[str, ...]:
        """The shifts that the next lecture is for; none: whatever the shift."""
        return (self.shift,) if self.shift else _narrowed(self.shifts, set(self.left_of))

    @property
    def next_posts(self) -> tuple[str, ...]:
        """The posts that the next lecture is for; none: whatever the post."""
        shifts = set(self.left_of)
        return _narrowed({part.post for part in self.parts if part.shift in shifts}, {part.post for part in self.left})


@dataclass(frozen=True, slots=True)
class Node:
    """A lecture in the tree of those that pass it on. others: lectures that pass it on though nobody asked that department.

    released: of whom it was asked and is not any more.
    """

    lecture: Lecture
    branches: tuple[Branch, ...]
    others: tuple[Node, ...]
    released: tuple[FollowUp, ...] = ()

    @property
    def done(self) -> int:
        return sum(branch.state == "done" for branch in self.branches)


def changes_of(uow: UnitOfWork, lecture_id: UUID) -> list[Changed]:
    """How the plan of a lecture was changed, the latest first."""
    wanted = select(PlanChange).where(PlanChange.lecture_id == lecture_id).order_by(PlanChange.id.desc())
    rows = uow.session.scalars(wanted).all()
    other = [[_other(row, what) for what in ("lecturer_id", "title", "theme", "level")] for row in rows]
    spoke = {UUID(one) for lecturers, *_rest in other for one in lecturers or ()}
    names = names_of(uow, spoke) if spoke else {}
    return [
        Changed(
            row, _slots(row.before), _slots(row.after), lecturers and _named(lecturers, names), titles,
            themes and (_theme(themes[0]), _theme(themes[1])), levels,
        )
        for row, (lecturers, titles, themes, levels) in zip(rows, other, strict=True)
    ]  # fmt: skip


def places_for(uow: UnitOfWork, lecture: Lecture) -> list[tuple[str, str, int]]:
    """The departments and teams that can be asked to pass a lecture on: key, name, and how many people each has; the teams of a
    department follow it. Whoever is asked is among them, also where nobody works any more, so that nobody is let go of unseen.
    """
    wanted = select(FollowUp).where(FollowUp.lecture_id == lecture.id, FollowUp.withdrawn_at.is_(None))
    rows = uow.session.scalars(wanted.options(joinedload(FollowUp.department))).all()
    asked = {(row.department_id, row.shift): row.name for row in rows}
    teams: defaultdict[UUID, list[tuple[str, str, int]]] = defaultdict(list)
    for department, shift, number in teams_on(uow, lecture.enterprise_id, uow.today, asked):
        teams[department.id].append((place_key(department.id, shift), team_name(department.name, shift), number))
    places = [
        place
        for department, number in departments_on(uow, lecture.enterprise_id, uow.today)
        for place in ((place_key(department.id), department.name, number), *teams[department.id])
    ]
    there = {key for key, _name, _number in places}
    gone = [(place_key(*place), name, 0) for place, name in asked.items() if place_key(*place) not in there]
    return places + sorted(gone, key=lambda place: place[1])


def works_there(day: date) -> ColumnElement[bool]:
    """Whether on a day anybody works where a follow-up is asked: see Branch."""
    return exists().where(
        PersonPost.enterprise_id == FollowUp.enterprise_id, PersonPost.department_id == FollowUp.department_id,
        or_(FollowUp.shift == "", PersonPost.shift == FollowUp.shift), Person.id == PersonPost.person_id, line_on(day),
        on_roster(day),
    )  # fmt: skip


def cascade_of(uow: UnitOfWork, lecture: Lecture) -> Node:
    """The tree of lectures that pass this one on, with who still has to; two queries a level, four levels at most."""
    asked: defaultdict[UUID, list[FollowUp]] = defaultdict(list)
    below: defaultdict[UUID, list[Lecture]] = defaultdict(list)
    peopled: set[UUID] = set()
    level = [lecture.id]
    for _depth in range(DEEPEST):
        rows = select(FollowUp, works_there(uow.today)).where(FollowUp.lecture_id.in_(level))
        for row, works in uow.session.execute(rows.options(joinedload(FollowUp.department))):
            asked[row.lecture_id].append(row)
            peopled |= {row.id} if works else set()
        found = uow.session.scalars(
            select(Lecture)
            .where(Lecture.passes_on_id.in_(level), Lecture.state.not_in(CALLED_OFF))
            .options(joinedload(Lecture.lecturer).load_only(Person.name))
            .order_by(Lecture.id)
        ).all()
        for each in found:
            if each.passes_on_id:
                below[each.passes_on_id].append(each)
        level = [each.id for each in found]
        if not level:
            break
    return _node(uow.today, lecture, asked, below, peopled, DEEPEST)


def _node(
    today: date,
    lecture: Lecture,
    asked: dict[UUID, list[FollowUp]],
    below: dict[UUID, list[Lecture]],
    peopled: set[UUID],
    depth: int,
) -> Node:
    under = below.get(lecture.id, []) if depth else []
    given = {each.id: _node(today, each, asked, below, peopled, depth - 1) for each in under}
    asks = {row_id: Audience.read(node.lecture.audience) for row_id, node in given.items()}
    branches, used = [], set()
    rows = sorted(asked.get(lecture.id, []), key=lambda row: (row.due_on, row.department.name, row.shift))
    for row in (row for row in rows if row.withdrawn_at is None):
        wanted = Asked.read(row.department_id, row.parts)
        own = {
            part: [row_id for row_id, audience in asks.items() if reaches(audience, wanted.department, part)]
            for part in wanted.parts
        }
        states = {part: {str(given[row_id].lecture.state) for row_id in ids} for part, ids in own.items()}
        left = tuple(part for part, found in states.items() if not found & GIVEN)
        told = {row_id for ids in own.values() for row_id in ids}
        used |= told
        held = tuple(node for row_id, node in given.items() if row_id in told)
        state = passed_on(states.values(), row.due_on, today)
        branches.append(
            Branch(row.department_id, row.shift, row.name, row.due_on, state, held, wanted.parts, left, row.id in peopled)
        )
    others = tuple(node for row_id, node in given.items() if row_id not in used)
    return Node(lecture, tuple(branches), others, tuple(row for row in rows if row.withdrawn_at is not None))


def _narrowed(there: set[str], left: set[str]) -> tuple[str, ...]:
    """What of all that is there the next lecture is for; none: all, which alone reaches people of none."""
    return tuple(sorted(left)) if left < there and "" not in left else ()


def _other(row: PlanChange, what: str) -> tuple[str, str] | None:
    """What a change of plan made another, before and after; rows of earlier versions do not have it."""
    was, now = ((rows[0].get(what) if rows else None) for rows in (row.before, row.after))
    return (was, now) if was is not None and now is not None and was != now else None


def _theme(code: str) -> str:
    found = theme_named(code)
    return found.title if found else code


def _named(ids: tuple[str, str], names: dict[UUID, str]) -> tuple[str, str]:
    was, now = (names.get(UUID(one), "") for one in ids)
    return was, now


def _slots(kept: list[dict[str, str]]) -> tuple[Slot, ...]:
    return tuple(
        Slot(datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(row["ends_at"]), row["place"], row["name"])
        for row in kept
    )
