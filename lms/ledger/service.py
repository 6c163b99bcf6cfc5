"""Facts enter the chain of their enterprise; the chain is checked, and whether the tables still say what it says."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from lms.core.crypto import keyring
from lms.core.db import db
from lms.core.uow import UnitOfWork
from lms.ledger import queries, receipts, rules
from lms.ledger.models import ChainEntry, ChainHead, ChainReceipt

Fact = dict[str, Any]
Witness = Callable[[UnitOfWork, UUID], Iterator[tuple[UUID, Fact]]]
KEY = "chain-receipts"  # what the signing key is derived for
_witnesses: dict[str, Witness] = {}
_ENTRY, _HEAD = db.metadata.tables[ChainEntry.__tablename__], db.metadata.tables[ChainHead.__tablename__]


@dataclass(frozen=True, slots=True)
class Unlike:
    """A fact that tables and chain tell differently. seq: of its entry; None where it has none.

    what: changed (the row says something else), gone (there is no row any more), unentered (a row without an entry) or
    erased (an entry was emptied though its row is still there).
    """

    what: str
    kind: str
    subject_id: UUID
    seq: int | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A receipt that the chain does not agree with. what: rewritten, cut or forged. seq, day: of the receipt."""

    what: str
    seq: int
    day: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A chain that was looked through. erased: entries whose fact was erased by law. receipts: how many it was held against."""

    entries: int
    erased: int
    finding: rules.Finding | None
    unlike: tuple[Unlike, ...]
    receipts: int
    contradicted: tuple[Contradiction, ...]

    @property
    def whole(self) -> bool:
        return self.finding is None and not self.unlike and not self.contradicted


def witnesses(kind: str) -> Callable[[Witness], Witness]:
    """Register who tells the facts of a kind as the tables have them today, each with the id of its row.

    All of them: a row that no entry speaks of is found by this.
    """

    def register(witness: Witness) -> Witness:
        _witnesses[kind] = witness
        return witness

    return register


def append(uow: UnitOfWork, enterprise_id: UUID, kind: str, subject_id: UUID, fact: Fact) -> ChainEntry:
    """Enter a fact into the chain of its enterprise, in this transaction; its place is known when the transaction ends.

    kind: at most 40 characters, "attendance.recorded". subject_id: the row it is about. fact: values as for
    rules.canonical; no name, phone or ID number, ids speak for people.
    """
    text, salt = rules.canonical(fact), secrets.token_hex(rules.SALT_BYTES)
    entry = ChainEntry(
        enterprise_id=enterprise_id, kind=kind, subject_id=subject_id, recorded_at=uow.now,
        digest=rules.commitment(salt, text), salt=salt, fact=text,
    )  # fmt: skip
    uow.at_the_end(_seal, entry)
    return entry


def _seal(uow: UnitOfWork, appended: list[ChainEntry]) -> None:
    """Give each entry its place. Last of all, because nobody else of the enterprise can append meanwhile; in the order of
    the enterprises, so that two who write for several never wait for each other.
    """
    by_enterprise: dict[UUID, list[ChainEntry]] = defaultdict(list)
    for entry in appended:
        by_enterprise[entry.enterprise_id].append(entry)
    for enterprise_id, entries in sorted(by_enterprise.items()):
        head = _hold_head(uow, enterprise_id)
        rows = []
        for entry in entries:
            placed = rules.follow(_as_rule(entry), head)
            head = rules.Head(placed.seq, placed.hash)
            entry.seq, entry.previous, entry.hash = placed.seq, placed.previous, placed.hash
            rows.append(placed._asdict())
        uow.session.execute(_ENTRY.insert(), rows)
        moved = _HEAD.update().where(_HEAD.c.enterprise_id == enterprise_id)
        uow.session.execute(moved.values(seq=head.seq, hash=head.hash))


def _hold_head(uow: UnitOfWork, enterprise_id: UUID) -> rules.Head:
    """The head of a chain, held until the end of the transaction. SQLite has one writer anyway."""
    head = queries.head(uow, enterprise_id, hold=True)
    if head is None:
        try:
            with uow.session.begin_nested():
                uow.session.execute(_HEAD.insert().values(enterprise_id=enterprise_id, seq=0, hash=rules.GENESIS))
        except IntegrityError:
            pass  # somebody else began the chain at this moment
        head = queries.head(uow, enterprise_id, hold=True)
        assert head is not None
    return head


def _as_rule(entry: ChainEntry) -> rules.Entry:
    return rules.Entry(
        entry.enterprise_id, 0, entry.kind, entry.subject_id, entry.digest, "", "", entry.recorded_at, entry.salt, entry.fact
    )


def anchor(uow: UnitOfWork, enterprise_id: UUID) -> receipts.Receipt | None:
    """Sign the head of a chain for today and keep the receipt; None when the chain contradicts an earlier one."""
    head = queries.head(uow, enterprise_id, hold=True)
    before = queries.receipts_of(uow, enterprise_id)
    if head is None or contradictions(uow, enterprise_id, before[-1:]):
        return None
    seed = keyring().derive(KEY)
    made = receipts.sign(seed, enterprise_id, head, uow.today, uow.now, before[-1] if before else None)
    uow.session.add(ChainReceipt(enterprise_id=enterprise_id, anchored_on=uow.today, seq=head.seq, **made._asdict()))
    return made


def contradictions(uow: UnitOfWork, enterprise_id: UUID, held: Sequence[receipts.Receipt]) -> tuple[Contradiction, ...]:
    """Where a chain does not agree with receipts of it, wherever they were kept."""
    hashes = queries.hashes_at(uow, enterprise_id, [receipt.said["seq"] for receipt in held])
    own = receipts.public_key(keyring().derive(KEY))
    found = []
    for receipt in held:
        what = "forged" if receipt.key != own else receipts.against(receipt, hashes)
        if what:
            found.append(Contradiction(what, receipt.said["seq"], receipt.said["anchored_on"]))
    return tuple(found)


def verify(
    uow: UnitOfWork,
    enterprise_id: UUID,
    seen: Callable[[int], None] = lambda number: None,
    held: Sequence[receipts.Receipt] = (),
) -> Verified:
    """Look through the chain of an enterprise, the tables that its facts came from, and the receipts of it.

    seen: called as entries are read, with how many. held: receipts that were kept elsewhere, besides those kept here.
    """
    said: dict[str, dict[UUID, tuple[int, str | None]]] = {kind: {} for kind in _witnesses}
    number = erased = 0

    def reading() -> Iterator[rules.Entry]:
        nonlocal number, erased
        for number, entry in enumerate(queries.entries(uow, enterprise_id), 1):
            erased += entry.fact is None
            if entry.kind in said:
                said[entry.kind][entry.subject_id] = (entry.seq, entry.fact)
            if number % queries.AT_ONCE == 0:
                seen(queries.AT_ONCE)
            yield entry

    head = queries.head(uow, enterprise_id) or rules.Head(0, rules.GENESIS)
    bad = rules.first_bad(reading(), head)
    seen(number % queries.AT_ONCE)
    shown = (*queries.receipts_of(uow, enterprise_id), *held)
    against = contradictions(uow, enterprise_id, shown)
    if bad is not None:  # what the tables say is worth nothing beside a chain that does not hold
        everything = list(queries.entries(uow, enterprise_id))
        return Verified(len(everything), erased, rules.explain(everything, head, bad), (), len(shown), against)
    unlike = [one for kind, facts in said.items() for one in _compared(uow, enterprise_id, kind, facts)]
    in_order = tuple(sorted(unlike, key=lambda one: (one.seq or number + 1, one.subject_id)))
    return Verified(number, erased, None, in_order, len(shown), against)


def _compared(uow: UnitOfWork, enterprise_id: UUID, kind: str, said: dict[UUID, tuple[int, str | None]]) -> Iterator[Unlike]:
    """Where the tables do not say what the chain said last."""
    for subject_id, fact in _witnesses[kind](uow, enterprise_id):
        seq, text = said.pop(subject_id, (None, None))
        if seq is None:
            yield Unlike("unentered", kind, subject_id, None)
        elif text is None:
            yield Unlike("erased", kind, subject_id, seq)
        elif rules.canonical(fact) != text:
            yield Unlike("changed", kind, subject_id, seq)
    for subject_id, (seq, text) in said.items():
        if text is not None:
            yield Unlike("gone", kind, subject_id, seq)
