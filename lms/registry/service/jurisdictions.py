"""Moves, merges, new names and new responsibility of jurisdictions, each from a day on; past days stay as they were."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, update

from lms.access.actor import Actor
from lms.access.models import Membership, User
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid, Problem
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.events import EnterprisesChanged, JurisdictionMerged
from lms.registry.models import (
    ChangeKind,
    Enterprise,
    EnterpriseState,
    Jurisdiction,
    JurisdictionChange,
    JurisdictionPast,
)
from lms.registry.queries import trees
from lms.registry.queries.charge import names_who_left, officers_by_place
from lms.registry.rules.places import VILLAGE
from lms.registry.rules.tree import Accounts, Loop, Node, Place, namesakes, places, reached_no_more, who_left
from lms.registry.service.past import keep
from lms.registry.words import ON_RECORD

CLERK = Actor.system("registry.jurisdictions")
log = logging.getLogger(__name__)


class JurisdictionLoop(Invalid):
    code = "jurisdiction-loop"
    sentence = _l("「%(name)s」不能归到自己或自己的下级，那样就绕成圈了。请另选一个。")


class LoopElsewhere(Conflict):
    code = "jurisdiction-loop-elsewhere"
    sentence = _l("「%(name)s」的隶属或负责关系已经绕成圈，要先改它，别的辖区才能变更。")


class TooEarly(Invalid):
    code = "jurisdiction-too-early"
    sentence = _l("「%(name)s」从 %(on)s 起已经变更过，新的变更要从那天或以后开始。")


class MergeTooEarly(Invalid):
    code = "jurisdiction-merge-too-early"
    sentence = _l("并入只能从今天或以后开始：企业从那天起改归新的辖区，以前的记录留在原来的辖区。")


class OtherLevel(Invalid):
    code = "jurisdiction-other-level"
    sentence = _l("只能并入同一级的辖区，请另选一个。")


class Ended(Invalid):
    code = "jurisdiction-ended"
    sentence = _l("「%(name)s」已经并入别的辖区，不能再变更。")


class Contradicts(Conflict):
    code = "jurisdiction-change-waits"
    sentence = _l("「%(name)s」已经定了 %(on)s 起%(what)s，和这次变更对不上；改主意了请先撤回。")


class NotWaiting(Conflict):
    code = "jurisdiction-change-applied"
    sentence = _l("这次变更已经生效、撤回，或者到那天没能生效，不能再撤回。要改回来请再变更一次。")


class OfSeveral(Invalid):
    code = "jurisdiction-of-several"
    sentence = _l("「%(name)s」、由谁负责或者要去的地方，有的不归您管；这样变更要由共同的上级来做。")


class TakesAway(Invalid):
    """It was not said that this is known. What the page asks about before it is decided."""

    code = "jurisdiction-takes-away"


def change(
    uow: UnitOfWork,
    jurisdiction: Jurisdiction,
    kind: ChangeKind,
    on: date,
    *,
    basis: str,
    target: Jurisdiction | None = None,
    name: str | None = None,
    sure: bool = True,
) -> JurisdictionChange:
    """Decide something about a jurisdiction from a day on. What is to come is taken over on its day, the rest at once.

    sure: whoever decides knows what it takes away. Raises JurisdictionLoop, LoopElsewhere, TooEarly, MergeTooEarly, OtherLevel,
    Ended, Contradicts, OfSeveral, TakesAway.
    """
    _one_at_a_time(uow)
    if not trees.may_decide(uow, jurisdiction, kind, target):
        raise OfSeveral(name=jurisdiction.name)
    for one in (jurisdiction, target):
        if one is not None and one.ended_on is not None:
            raise Ended(name=one.name)
    if kind is ChangeKind.MERGE:
        if on < uow.today:
            raise MergeTooEarly
        if target is None or target.level != jurisdiction.level:
            raise OtherLevel
    actor: Actor = uow.actor
    decided = JurisdictionChange(
        id=new_id(), jurisdiction_id=jurisdiction.id, kind=kind, on=on, target_id=target.id if target else None, name=name,
        basis=basis, changed_by=actor.name, changed_at=uow.now,
    )  # fmt: skip
    _hold_to(uow, decided)
    rows, after = _tree_after(uow, decided)
    if not sure:
        _ask(uow, decided, _alone(uow, decided, rows, after), _meeting(uow, decided, rows, after))
    uow.session.add(decided)
    uow.session.flush()
    if on <= uow.today:
        apply(uow, decided)
    return decided


def take_back(uow: UnitOfWork, decided: JurisdictionChange) -> None:
    """What has not come into force yet never does; it stays on record. Raises NotWaiting."""
    uow.session.refresh(decided, with_for_update=True)
    if decided.applied_at is not None or decided.withdrawn_at is not None or decided.fault is not None:
        raise NotWaiting
    actor: Actor = uow.actor
    decided.withdrawn_at, decided.withdrawn_by = uow.now, actor.name
    uow.session.flush()


def name_bureau(uow: UnitOfWork, jurisdiction: Jurisdiction, name: str) -> None:
    """Say what its bureau is called on what it hands out from now on; "": by the name of the place. Raises Ended."""
    if jurisdiction.ended_on is not None:
        raise Ended(name=jurisdiction.name)
    if jurisdiction.bureau_name == (name or None):
        return
    jurisdiction.bureau_name = name or None
    actor: Actor = uow.actor
    uow.session.add(
        JurisdictionChange(
            id=new_id(), jurisdiction_id=jurisdiction.id, kind=ChangeKind.BUREAU, on=uow.today, name=jurisdiction.bureau,
            basis="", changed_by=actor.name, changed_at=uow.now, applied_at=uow.now,
        )
    )  # fmt: skip


def apply(uow: UnitOfWork, decided: JurisdictionChange) -> None:
    """Take over a change: what it touches is as decided from its day on, and its line before that ends the day before. Accounts
    of what is merged go along with it, and nobody is responsible for an enterprise that its officer's account reaches no more:
    the worklist of its place names it.

    Says EnterprisesChanged for the enterprises it touches, JurisdictionMerged. Raises JurisdictionLoop, LoopElsewhere, TooEarly.
    """
    rows, after = _tree_after(uow, decided)
    own = rows[decided.jurisdiction_id]
    itself = decided.kind in (ChangeKind.RENAME, ChangeKind.MERGE)
    touched = [
        row for row in rows.values() if (row.path, row.managed_path) != after[row.code] or (itself and row is own)
    ]  # fmt: skip
    for row in touched:
        if row.since_on is not None and row.since_on > decided.on:
            raise TooEarly(name=row.name, on=row.since_on)
    alone = _alone(uow, decided, rows, after)
    for row in touched:
        if row.since_on != decided.on:
            uow.session.add(
                JurisdictionPast(
                    jurisdiction_id=row.id, code=row.code, name=row.name, path=row.path, managed_path=row.managed_path,
                    since_on=row.since_on, until_on=decided.on - timedelta(days=1),
                )
            )  # fmt: skip
        row.path, row.managed_path = after[row.code]
        row.since_on = decided.on
    _set(decided, rows)
    decided.applied_at = uow.now
    uow.session.flush()
    told = {row.id for row in touched}
    told |= {
        row.id for row in rows.values() if row.level == VILLAGE and row.parent_id in told
    }  # called by the name of its street
    firms = select(Enterprise.id).where(Enterprise.jurisdiction_id.in_(told)).order_by(Enterprise.id)
    ids = uow.session.scalars(firms).all()
    if decided.kind is ChangeKind.MERGE:
        assert decided.target_id is not None
        uow.say(JurisdictionMerged(own.id, decided.target_id, at=uow.now))
        keep(uow, uow.session.scalars(select(Enterprise.id).where(Enterprise.jurisdiction_id == own.id)).all())
        uow.session.execute(
            update(Enterprise).where(Enterprise.jurisdiction_id == own.id).values(jurisdiction_id=decided.target_id)
        )
        _go_along(uow, decided)
    keep(uow, alone)
    uow.session.execute(update(Enterprise).where(Enterprise.id.in_(alone)).values(officer_name=None))
    uow.forget(Enterprise)
    if ids:
        uow.say(EnterprisesChanged(tuple(ids), at=uow.now))


def apply_waiting() -> None:
    """Take over what was decided for today or before, each in a transaction of its own; what cannot be says why."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        waiting = _waiting().where(JurisdictionChange.on <= uow.today).order_by(JurisdictionChange.on)
        due = [one.id for one in uow.session.scalars(waiting)]
    for change_id in due:
        try:
            with unit_of_work(CLERK, "system") as uow:
                _one_at_a_time(uow)
                # Looked at again: it may have been withdrawn at the same moment.
                decided = uow.session.scalar(_waiting().where(JurisdictionChange.id == change_id).with_for_update())
                if decided is not None:
                    apply(uow, decided)
        except Problem as problem:
            log.warning("jurisdiction_not_changed", extra={"change_id": str(change_id)})
            with unit_of_work(CLERK, "system") as uow:
                uow.session.get_one(JurisdictionChange, change_id).fault = str(problem)[:200]


def faults(uow: UnitOfWork) -> list[str]:
    """Codes of jurisdictions whose path is not what follows from the tree: none, where every change went by this module."""
    rows = {row.id: row for row in uow.session.scalars(select(Jurisdiction))}
    after = places(nodes_of(rows.values()))
    return sorted(row.code for row in rows.values() if (row.path, row.managed_path) != after[row.code])


def _one_at_a_time(uow: UnitOfWork) -> None:
    """Two changes that are fine each by itself may make a loop together, or merge two places into each other: the second waits
    here and then sees the tree as the first one leaves it.
    """
    uow.session.execute(select(Jurisdiction.id).where(Jurisdiction.parent_id.is_(None)).with_for_update())
    uow.forget(Jurisdiction)


def _waiting() -> Select[JurisdictionChange]:
    return select(JurisdictionChange).where(
        JurisdictionChange.applied_at.is_(None), JurisdictionChange.withdrawn_at.is_(None), JurisdictionChange.fault.is_(None)
    )


def _hold_to(uow: UnitOfWork, decided: JurisdictionChange) -> None:
    """Raises Contradicts where something that waits for its day cannot hold beside this."""
    touched = [decided.jurisdiction_id, decided.target_id]
    near = or_(JurisdictionChange.jurisdiction_id.in_(touched), JurisdictionChange.target_id == decided.jurisdiction_id)
    for other in uow.session.scalars(_waiting().where(near).order_by(JurisdictionChange.on, JurisdictionChange.id)):
        if _same(decided, other) or _ends(decided, other) or _ends(other, decided):
            to = other.target.name if other.target else other.name
            what = str(ON_RECORD[other.kind]) + (_("：") + to if to else "")
            raise Contradicts(name=other.jurisdiction.name, on=other.on, what=what)


def _same(one: JurisdictionChange, other: JurisdictionChange) -> bool:
    """Whether both say the same kind of thing of one place from one day on."""
    return (one.jurisdiction_id, one.kind, one.on) == (other.jurisdiction_id, other.kind, other.on)


def _ends(one: JurisdictionChange, other: JurisdictionChange) -> bool:
    """Whether by the first a place is no more by the day on which the other says something of it."""
    return one.kind is ChangeKind.MERGE and one.on <= other.on and one.jurisdiction_id in (other.jurisdiction_id, other.target_id)


def _tree_after(
    uow: UnitOfWork, decided: JurisdictionChange
) -> tuple[dict[UUID, Jurisdiction], dict[str, tuple[str, str | None]]]:
    """All jurisdictions, and where each lies once this holds. Raises JurisdictionLoop, LoopElsewhere."""
    rows = {row.id: row for row in uow.session.scalars(select(Jurisdiction))}
    nodes = nodes_of(rows.values())
    before = dict(nodes)
    own = rows[decided.jurisdiction_id]
    target = rows[decided.target_id].code if decided.target_id else None
    here = nodes[own.code]
    if decided.kind is ChangeKind.MOVE:
        nodes[own.code] = Node(target, here.manager)
    elif decided.kind is ChangeKind.ASSIGN:
        nodes[own.code] = Node(here.parent, target)
    elif decided.kind is ChangeKind.MERGE:
        nodes |= {code: _within(target, code, node, own.code) for code, node in nodes.items()}
    try:
        found = places(nodes)
    except Loop as loop:
        if loop.args == _loop_in(before):
            raise LoopElsewhere(name=next(row.name for row in rows.values() if row.code == loop.args[0])) from None
        raise JurisdictionLoop(name=own.name) from None
    if decided.kind is ChangeKind.MERGE and target == own.code:
        raise JurisdictionLoop(name=own.name)
    return rows, {code: (place.path, place.managed) for code, place in found.items()}


def _ask(uow: UnitOfWork, decided: JurisdictionChange, alone: Collection[UUID], meeting: Sequence[str]) -> None:
    """Raises TakesAway where enterprises in business will have nobody, accounts will supervise something else, or two officers of
    one name the same, and before each merge: nothing parts again what was merged.
    """
    said = []
    if decided.kind is ChangeKind.MERGE:
        own, into = (uow.session.get_one(Jurisdiction, row_id) for row_id in (decided.jurisdiction_id, decided.target_id))
        one, target = trees.whole_name(uow, own), trees.whole_name(uow, into)
        firms = trees.facts(uow, own).enterprises
        said.append(
            _("「%(one)s」并入「%(target)s」以后不能再分开，在营的 %(n)s 家企业随之归过去。", one=one, target=target, n=firms)
        )
    open_ones = select(func.count(Enterprise.id)).where(Enterprise.id.in_(alone), Enterprise.state == EnterpriseState.ACTIVE)
    if number := uow.session.scalar(open_ones.where(not_(names_who_left(uow.today)))):
        said.append(_("%(n)s 家企业会没有责任人：责任人的账号管不到新的辖区。变更后列入「没有人管」，等人接手。", n=number))
    if decided.kind is ChangeKind.MERGE:
        going = select(User.name).join(Membership).where(_held(decided)).order_by(User.name)
        if names := uow.session.scalars(going).all():
            said.append(_("监管账号随之改到并入的辖区：%(names)s。", names=_("、").join(names)))
    if meeting:
        said.append(
            _(
                "同名的监管责任人会管着同一个地方：%(names)s。企业只写姓名，分不清归谁。"
                "请先让系统管理员给其中一位的账号改名，例如「%(name)s（二）」。",
                names=_("、").join(meeting), name=meeting[0],
            )
        )  # fmt: skip
    if said:
        raise TakesAway(" ".join(said))


def _alone(
    uow: UnitOfWork, decided: JurisdictionChange, rows: Mapping[UUID, Jurisdiction], after: Mapping[str, tuple[str, str | None]]
) -> list[UUID]:
    """Enterprises whose officer's account reaches them where they lie, and will not once this holds; and those of whoever left of
    whom that could be told no more: somebody else of the name, or none at all, would be over them.
    """
    accounts, left = officers_by_place(uow), officers_by_place(uow, left=True)
    then = _gone_along(decided, rows, accounts)
    merged = rows[decided.jurisdiction_id] if decided.kind is ChangeKind.MERGE else None
    target = rows[decided.target_id].code if decided.target_id else None
    lost = {}
    for row in rows.values():
        before, to = Place(row.path, row.managed_path), Place(*after[target if row is merged and target else row.code])
        if before != to:
            known = who_left(before, accounts, left) - who_left(to, then, left)
            lost[row.id] = reached_no_more(before, to, accounts, then) | known
    firms = select(Enterprise.id, Enterprise.jurisdiction_id, Enterprise.officer_name).where(Enterprise.officer_name.is_not(None))
    found = uow.session.execute(firms.where(Enterprise.jurisdiction_id.in_([place for place, names in lost.items() if names])))
    return [firm for firm, place, name in found if name in lost[place]]


def _meeting(
    uow: UnitOfWork, decided: JurisdictionChange, rows: Mapping[UUID, Jurisdiction], after: Mapping[str, tuple[str, str | None]]
) -> list[str]:
    """Names that two officers have who will supervise one place once this holds, and do not yet."""
    accounts = officers_by_place(uow)
    before = namesakes([Place(row.path, row.managed_path) for row in rows.values()], accounts)
    found = namesakes([Place(*each) for each in after.values()], _gone_along(decided, rows, accounts))
    return sorted({name for name, _one, _other in found - before})


def _gone_along(decided: JurisdictionChange, rows: Mapping[UUID, Jurisdiction], accounts: Accounts) -> Accounts:
    """The accounts once this holds: those over what is merged supervise what it is merged into."""
    if decided.kind is not ChangeKind.MERGE or decided.target_id is None:
        return accounts
    merged, target = rows[decided.jurisdiction_id].code, rows[decided.target_id].code
    return {**accounts, target: {*accounts.get(target, ()), *accounts.get(merged, ())}}


def _held(decided: JurisdictionChange) -> ColumnElement[bool]:
    """Accounts over a jurisdiction that run on the day of a change or begin later."""
    return and_(Membership.jurisdiction_id == decided.jurisdiction_id, Membership.lasts_on(decided.on))


def _go_along(uow: UnitOfWork, decided: JurisdictionChange) -> None:
    """Who supervised what is merged supervises, from its day on, what it is merged into."""
    for held in uow.session.scalars(select(Membership).where(_held(decided))).all():
        first, last = max(held.starts_on, decided.on), held.ends_on
        held.ends_on = decided.on - timedelta(days=1)
        uow.session.add(
            Membership(
                user_id=held.user_id, role=held.role, jurisdiction_id=decided.target_id, starts_on=first, ends_on=last,
            )
        )  # fmt: skip


def _set(decided: JurisdictionChange, rows: dict[UUID, Jurisdiction]) -> None:
    own = rows[decided.jurisdiction_id]
    if decided.kind is ChangeKind.MOVE:
        own.parent_id = decided.target_id
    elif decided.kind is ChangeKind.ASSIGN:
        own.manager_id = decided.target_id
    elif decided.kind is ChangeKind.RENAME:
        own.name = decided.name or own.name
    elif decided.kind is ChangeKind.MERGE:
        own.ended_on = decided.on - timedelta(days=1)
        for row in rows.values():
            if row.parent_id == own.id:
                row.parent_id = decided.target_id
            if row.manager_id == own.id:
                row.manager_id = None if decided.target_id in (row.id, row.parent_id) else decided.target_id


def _within(target: str | None, code: str, node: Node, merged: str) -> Node:
    """A jurisdiction once another is merged into the target, which answers for what that one answered for."""
    parent = target if node.parent == merged else node.parent
    manager = target if node.manager == merged else node.manager
    return Node(parent, None if node.manager == merged and target in (code, parent) else manager)


def _loop_in(nodes: Mapping[str, Node]) -> tuple[str, ...]:
    """The code of a jurisdiction that is its own superior, if there is one."""
    try:
        places(nodes)
    except Loop as loop:
        return loop.args
    return ()


def nodes_of(rows: Collection[Jurisdiction]) -> dict[str, Node]:
    """Jurisdictions as rules.tree reads them, by code."""
    code = {row.id: row.code for row in rows}
    return {
        row.code: Node(code[row.parent_id] if row.parent_id else None, code[row.manager_id] if row.manager_id else None)
        for row in rows
    }
