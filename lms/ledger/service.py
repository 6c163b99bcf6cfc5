"""Facts enter the chain of their enterprise; the chain is checked, and whether the tables still say what it says."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from json import loads
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from lms.core.crypto import keyring
from lms.core.db import db, put
from lms.core.uow import UnitOfWork
from lms.ledger import countersigning, queries, receipts, rules, stamps
from lms.ledger.keys import known_keys, signing_seed
from lms.ledger.models import ChainEntry, ChainHead, ChainReceipt

Fact = dict[str, Any]
Said = dict[str, dict[str, tuple[int, str | None]]]  # what was said last, by kind and by the hex digits of what it is about
Witness = Callable[[UnitOfWork, UUID], Iterator[tuple[UUID, Fact]]]
_witnesses: dict[str, Witness] = {}
_told_in_part: set[str] = set()
_told_later: dict[str, frozenset[str]] = {}
_undoes: dict[str, str] = {}  # kind by which one is undone, and that one
_entry, _head = db.metadata.tables[ChainEntry.__tablename__], db.metadata.tables[ChainHead.__tablename__]
_of = _head.c.enterprise_id == bindparam("of")
_HOLD = select(_head.c.seq, _head.c.hash).where(_of).with_for_update()
_BEGIN = put(_head)
_ENTER = _entry.insert()
_MOVE = _head.update().where(_of).values(seq=bindparam("seq"), hash=bindparam("hash"))


class Named(str):
    """The name of somebody in a fact, or in what a witness tells: the chain keeps its keyed hash, and the key of whoever acted.

    Entries from before that hold the name itself; both are held against what the tables say.
    """


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
    """A receipt that the chain does not agree with. what: rewritten, cut, forged, unreadable, unstamped (its time stamp is not of
    it) or uncountersigned (what the bureau signed is not it, is gone, or is of a certificate that is not known).

    seq, day: of the receipt; 0 and empty of one that cannot be read.
    """

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
        """Whether nothing was found: in the chain, in the tables, in the receipts."""
        return self.finding is None and not self.unlike and not self.contradicted


def witnesses(
    kind: str, *, in_part: bool = False, later: frozenset[str] = frozenset(), undone_by: str | None = None
) -> Callable[[Witness], Witness]:
    """Register who tells the facts of a kind as the tables have them today, each with the id of its row.

    All of them: a row that no entry speaks of is found by this. in_part: an entry says more than the tables keep (who did it);
    what the witness tells is held against the entry, the rest is not. later: what the first entries of the kind did not tell
    yet; it is held against those that do. undone_by: after an entry of this kind the one before it is so no more.
    """

    def register(witness: Witness) -> Witness:
        _witnesses[kind] = witness
        if in_part:
            _told_in_part.add(kind)
        _told_later[kind] = later
        if undone_by is not None:
            _undoes[undone_by] = kind
        return witness

    return register


def append(uow: UnitOfWork, enterprise_id: UUID, kind: str, subject_id: UUID, fact: Fact) -> None:
    """Enter a fact into the chain of its enterprise, in this transaction; its place is known when the transaction ends.

    kind: at most 40 characters, "attendance.recorded". subject_id: the row it is about. fact: values as for
    rules.canonical; no phone or ID number, a name only as Named, ids speak for people.
    """
    if any(isinstance(value, Named) for value in fact.values()):
        fact = _hashed(fact) | {"actor": uow.actor.key}
    text, salt = rules.canonical(fact), secrets.token_hex(rules.SALT_BYTES)
    digest = rules.commitment(salt, text)
    uow.at_the_end(_seal, rules.Entry(enterprise_id, 0, kind, subject_id, digest, "", "", uow.now, salt, text))


def _seal(uow: UnitOfWork, appended: list[rules.Entry]) -> None:
    """Give each entry its place. Last of all, because nobody else of the enterprise can append meanwhile; in the order of
    the enterprises, so that two who write for several never wait for each other.
    """
    by_enterprise: dict[UUID, list[rules.Entry]] = defaultdict(list)
    for entry in appended:
        by_enterprise[entry.enterprise_id].append(entry)
    for enterprise_id, entries in sorted(by_enterprise.items()):
        head = _hold_head(uow, enterprise_id)
        rows = []
        for entry in entries:
            placed = rules.follow(entry, head)
            head = rules.Head(placed.seq, placed.hash)
            rows.append(placed._asdict())
        uow.execute(_ENTER, rows)
        uow.execute(_MOVE, {"of": enterprise_id, "seq": head.seq, "hash": head.hash})


def _hold_head(uow: UnitOfWork, enterprise_id: UUID) -> rules.Head:
    """The head of a chain, held until the end of the transaction. SQLite has one writer anyway."""
    row = uow.execute(_HOLD, {"of": enterprise_id}).first()
    if row is None:
        begun = {"enterprise_id": enterprise_id, "seq": 0, "hash": rules.GENESIS}
        uow.execute(_BEGIN[uow.dialect], begun)  # or somebody else began the chain at this moment
        row = uow.execute(_HOLD, {"of": enterprise_id}).one()
    return rules.Head._make(row)


def anchor(uow: UnitOfWork, enterprise_id: UUID) -> receipts.Receipt | None:
    """Sign the head of a chain for today and keep the receipt; None when the chain contradicts the last one,
    or the last one that the bureau signed.
    """
    head = queries.head(uow, enterprise_id, hold=True)
    before = queries.receipts_of(uow, enterprise_id)
    signed_too = countersigning.last_countersigned(uow, enterprise_id)
    held = [*before[-1:], *([signed_too] if signed_too else [])]
    if head is None or contradictions(uow, enterprise_id, held):
        return None
    made = receipts.sign(signing_seed(), enterprise_id, head, uow.today, uow.now, before[-1] if before else None)
    uow.session.add(ChainReceipt(enterprise_id=enterprise_id, anchored_on=uow.today, seq=head.seq, **made._asdict()))
    return made


def contradictions(uow: UnitOfWork, enterprise_id: UUID, held: Sequence[receipts.Receipt]) -> tuple[Contradiction, ...]:
    """Where a chain does not agree with receipts of it, wherever they were kept."""
    readable = [receipt for receipt in held if receipt.is_one]
    found = [Contradiction("unreadable", 0, "")] * (len(held) - len(readable))
    hashes = queries.hashes_at(uow, enterprise_id, [receipt.said["seq"] for receipt in readable])
    own = known_keys()
    for receipt in readable:
        what = "forged" if receipt.key not in own else receipts.against(receipt, hashes)
        if what:
            found.append(Contradiction(what, receipt.said["seq"], receipt.said["anchored_on"]))
    return tuple(found)


def verify(
    uow: UnitOfWork,
    enterprise_id: UUID,
    seen: Callable[[int], None] = lambda number: None,
    held: Sequence[receipts.Receipt] = (),
    known: countersigning.Signers | None = None,
) -> Verified:
    """Look through the chain of an enterprise, the tables that its facts came from, and the receipts of it.

    seen: called as entries are read, with how many. held: receipts that were kept elsewhere, besides those kept here.
    known: whose countersignatures count; None for countersigning.signers(). Raises UnusableKey.
    """
    said: Said = {kind: {} for kind in _witnesses}
    head = queries.head(uow, enterprise_id) or rules.Head(0, rules.GENESIS)
    number = erased = 0
    at: rules.Head | None = rules.Head(0, rules.GENESIS)
    for part in queries.parts(uow, enterprise_id):
        number += len(part)
        at = at and rules.goes_on(part, enterprise_id, at)
        for row in part:
            erased += row.fact is None
            if row.kind in said:
                said[row.kind][row.subject] = (row.seq, row.fact)
            elif row.kind in _undoes:
                said[_undoes[row.kind]].pop(row.subject, None)
        seen(len(part))
    bad = None if at == head else rules.first_bad(queries.entries(uow, enterprise_id), head)
    shown = (*queries.receipts_of(uow, enterprise_id), *held)
    against = contradictions(uow, enterprise_id, shown)
    if bad is not None:  # what the tables say is worth nothing beside a chain that does not hold
        everything = list(queries.entries(uow, enterprise_id))
        return Verified(number, erased, rules.explain(everything, head, bad), (), len(shown), against)
    unsigned = countersigning.unfit(uow, enterprise_id, known)
    for what, unfit in (("unstamped", stamps.unfit(uow, enterprise_id)), ("uncountersigned", unsigned)):
        told = [one.said for one in (receipts.Receipt(statement, "", "") for statement in unfit) if one.is_one]
        against += tuple(Contradiction(what, one["seq"], one["anchored_on"]) for one in told)
    unlike = [one for kind, facts in said.items() for one in _compared(uow, enterprise_id, kind, facts)]
    in_order = tuple(sorted(unlike, key=lambda one: (one.seq or number + 1, one.subject_id)))
    return Verified(number, erased, None, in_order, len(shown), against)


def _compared(uow: UnitOfWork, enterprise_id: UUID, kind: str, said: dict[str, tuple[int, str | None]]) -> Iterator[Unlike]:
    """Where the tables do not say what the chain said last."""
    for subject_id, fact in _witnesses[kind](uow, enterprise_id):
        seq, text = said.pop(subject_id.hex, (None, None))
        if seq is None:
            yield Unlike("unentered", kind, subject_id, None)
        elif text is None:
            yield Unlike("erased", kind, subject_id, seq)
        elif not _says(kind, text, fact):
            yield Unlike("changed", kind, subject_id, seq)
    for subject, (seq, text) in said.items():
        if text is not None:
            yield Unlike("gone", kind, UUID(subject), seq)


def _says(kind: str, text: str, fact: Fact) -> bool:
    """Whether an entry says what a witness tells."""
    if kind in _told_in_part:
        said = loads(text)
        fact = {name: value for name, value in fact.items() if name in said or name not in _told_later[kind]}
        text = rules.canonical({name: said.get(name) for name in fact})
    if rules.canonical(fact) == text:
        return True
    if not any(isinstance(value, Named) for value in fact.values()):
        return False
    actor = {} if kind in _told_in_part else {"actor": loads(text).get("actor")}
    return rules.canonical(_hashed(fact) | actor) == text


def _hashed(fact: Fact) -> Fact:
    """With the keyed hash of each name: told apart from a name by its beginning."""
    hashed = {name: rules.HASHED + keyring().fingerprint(value) for name, value in fact.items() if isinstance(value, Named)}
    return {**fact, **hashed}


def named(name: str | None) -> str | None:
    """The name of somebody, where there is one; the product's own is no secret."""
    return name if name is None or name == rules.PRODUCT else Named(name)
