"""The chain of an enterprise's facts: how an entry is made, and how a chain is read that somebody may have touched."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

NAME, DIGEST = re.compile(r"[a-z0-9._-]+"), re.compile(r"[0-9a-f]{64}")
GENESIS = "0" * 64  # what the first entry follows
SALT_BYTES = 16
HASHED = "hmac:"  # begins what stands for a name in a fact
PRODUCT = "安课"  # who acts where nobody does
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Entry(NamedTuple):
    """One entry as it lies in the database. digest, previous, hash: 64 hex digits.

    salt, fact: what the digest commits to; both None once they were erased by law. The hash does not cover them.
    """

    enterprise_id: UUID
    seq: int
    kind: str
    subject_id: UUID
    digest: str
    previous: str
    hash: str
    recorded_at: datetime
    salt: str | None
    fact: str | None


class Row(NamedTuple):
    """An entry as its database has it in text. subject: 32 hex digits. at: 2026-11-23 04:00:00.000000, of UTC."""

    seq: int
    kind: str
    subject: str
    digest: str
    previous: str
    hash: str
    at: str
    salt: str | None
    fact: str | None


class Head(NamedTuple):
    """The end of a chain as it is kept beside it."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was done to a chain. what: edited, reordered, deleted, inserted or cut. seq: the first bad entry, 1, 2, …"""

    what: str
    seq: int


def canonical(fact: Mapping[str, Any]) -> str:
    """A fact as JSON that is always the same text: sorted keys, no spaces. Fields that are None are left out.

    Values: text, whole numbers, truth values, UUIDs, aware instants, days, decimals, and lists and mappings of these.
    Raises TypeError for another one, ValueError for an instant without a zone. Source: RFC 8785, for our types (there are
    no binary fractions in a fact).
    """
    return _encode(_plain(fact))


def commitment(salt: str, fact: str) -> str:
    """The digest of a fact: it tells nothing without the salt. salt: 32 hex digits. fact: canonical."""
    return hashlib.sha256(bytes.fromhex(salt) + fact.encode()).hexdigest()


def hash_of(entry: Entry, seq: int | None = None) -> str:
    """The hash an entry must have; with seq, the one it would have at that place."""
    place, words = entry.seq if seq is None else seq, entry.kind + entry.digest + entry.previous
    # As canonical JSON it is known where everything stands: writing it down takes a tenth of asking the encoder.
    if words.isascii() and words.isprintable() and '"' not in words and "\\" not in words:
        text = (
            f'{{"at":"{_instant(entry.recorded_at)}","digest":"{entry.digest}","enterprise":"{_named(entry.enterprise_id)}",'
            f'"kind":"{entry.kind}","previous":"{entry.previous}","seq":{place},"subject":"{entry.subject_id}"}}'
        )
        return hashlib.sha256(text.encode()).hexdigest()
    said = {
        "at": _plain(entry.recorded_at),
        "digest": entry.digest,
        "enterprise": str(entry.enterprise_id),
        "kind": entry.kind,
        "previous": entry.previous,
        "seq": place,
        "subject": str(entry.subject_id),
    }
    return hashlib.sha256(_encode(said).encode()).hexdigest()


def follow(entry: Entry, head: Head) -> Entry:
    """The same entry as the next one after `head`."""
    placed = entry._replace(seq=head.seq + 1, previous=head.hash)
    return placed._replace(hash=hash_of(placed))


def holds(entry: Entry) -> bool:
    """Whether an entry's hash is its own and its fact, unless erased, is the one committed to."""
    if hash_of(entry) != entry.hash:
        return False
    if entry.salt is None or entry.fact is None:
        return entry.salt is entry.fact
    return _commits(entry)


def first_bad(entries: Iterable[Entry], head: Head) -> int | None:
    """The first place, 1, 2, …, at which a chain is not what it must be; None for a whole one.

    entries: by seq, read once. head: (0, GENESIS) where none is kept.
    """
    before = Head(0, GENESIS)
    for entry in entries:
        if entry.seq != before.seq + 1 or entry.previous != before.hash or not holds(entry):
            return before.seq + 1
        before = Head(entry.seq, entry.hash)
    return None if before == head else min(before.seq, head.seq) + (before.seq != head.seq)


def goes_on(rows: Iterable[Row], enterprise_id: UUID, before: Head) -> Head | None:
    """Where a chain is after rows that surely follow `before` as they must; None for any that has to be looked at closely.

    What first_bad would find is never passed over: each field stands in the hashed text alone between its quotation marks, or is
    of one length. Written for a million rows, so it makes no objects of them and calls nothing.
    """
    seq, previous = before
    sha256, unhex, enterprise, known = hashlib.sha256, bytes.fromhex, str(enterprise_id), set[str]()
    try:
        for number, kind, subject, digest, earlier, own, at, salt, fact in rows:
            seq += 1
            if number != seq or earlier != previous or len(subject) != 32 or len(at) != 26:
                return None
            if kind not in known:
                if not NAME.fullmatch(kind):
                    return None
                known.add(kind)
            text = (
                f'{{"at":"{at.replace(" ", "T", 1)}Z","digest":"{digest}","enterprise":"{enterprise}","kind":"{kind}",'
                f'"previous":"{earlier}","seq":{seq},"subject":"{subject[:8]}-{subject[8:12]}-{subject[12:16]}-{subject[16:20]}-'
                f'{subject[20:]}"}}'
            )
            if sha256(text.encode()).hexdigest() != own:
                return None
            if salt is None or fact is None:
                if salt is not fact or not DIGEST.fullmatch(digest):
                    return None
            elif sha256(unhex(salt) + fact.encode()).hexdigest() != digest:
                return None
            previous = own
    except (AttributeError, TypeError, ValueError):  # a value of another type, where the database allows one
        return None
    return Head(seq, previous)


def explain(entries: Sequence[Entry], head: Head, at: int) -> Finding:
    """What was done to a chain that is bad at place `at` (of first_bad). Looks at every entry, so ask only of a bad chain.

    Nothing is told apart that cannot be: who rewrites all hashes up to the head, and the head, leaves a whole chain. That
    is what an anchored head is for.
    """
    by_seq = {entry.seq: entry for entry in entries}
    here, before = by_seq.get(at), by_seq.get(at - 1)
    previous = before.hash if before else GENESIS
    if here is None:
        if not any(entry.seq > at for entry in entries):
            return Finding("cut", at)
        return Finding("reordered" if _belonging(entries, at, previous) else "deleted", at)
    if hash_of(here) == here.hash and at <= head.seq:
        if here.previous == previous or before is None or not _leads_on(here, by_seq, head):
            return Finding("edited", at)
        return Finding("edited", at - 1)  # its successor remembers another hash of it
    belongs_to = next((seq for seq in range(1, len(entries) + head.seq + 1) if hash_of(here, seq) == here.hash), None)
    if belongs_to == at - 1 and before is not None and here.previous == before.previous:
        return Finding("inserted", at - 1)  # the true entry of that place stands here
    if at > head.seq:
        return Finding("inserted", at)
    if _belonging(entries, at, previous):
        return Finding("inserted" if belongs_to is None or len(entries) > head.seq else "reordered", at)
    return Finding("edited" if belongs_to is None else "deleted", at)


def _belonging(entries: Iterable[Entry], seq: int, previous: str) -> Entry | None:
    """The entry that was made for this place, wherever it stands now."""
    return next((one for one in entries if one.previous == previous and hash_of(one, seq) == one.hash), None)


def _leads_on(entry: Entry, by_seq: Mapping[int, Entry], head: Head) -> bool:
    """Whether what comes after an entry remembers it as it is."""
    after = by_seq.get(entry.seq + 1)
    return (after.previous if after else head.hash) == entry.hash


def _commits(entry: Entry) -> bool:
    try:
        return commitment(entry.salt or "", entry.fact or "") == entry.digest
    except ValueError:  # a salt that is none
        return False


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("an instant must be aware")
    there = value if value.tzinfo is UTC else value.astimezone(UTC)
    return there.isoformat(timespec="microseconds")[:-6] + "Z"


@lru_cache(maxsize=8)
def _named(enterprise_id: UUID) -> str:
    """The same for every entry of a chain."""
    return str(enterprise_id)


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items() if one is not None}
        case list() | tuple():
            return [_plain(one) for one in value]
        case UUID() | Decimal():
            return str(value)
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"a {type(value).__name__} has no place in a fact")
