"""Whatever single thing is done to a chain is found, and told for what it is."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.ledger import rules
from lms.ledger.rules import GENESIS, Entry, Finding, Head, Row

FIRM = UUID("0190f0a0-0000-7000-8000-00000000abcd")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KINDS = ("attendance.recorded", "lecture.opened", "lecture.closed")


def fact_entry(number: int, fact: dict | None = None) -> Entry:
    """A fact that has no place yet."""
    text, salt = rules.canonical(fact or {"person": UUID(int=number), "mark": "in"}), f"{number:032x}"
    return Entry(
        FIRM, 0, KINDS[number % 3], UUID(int=number), rules.commitment(salt, text), "", "", NOON + timedelta(seconds=number),
        salt, text,
    )  # fmt: skip


def chain_of(length: int) -> tuple[list[Entry], Head]:
    entries, head = [], Head(0, GENESIS)
    for number in range(1, length + 1):
        entries.append(rules.follow(fact_entry(number), head))
        head = Head(number, entries[-1].hash)
    return entries, head


def goes_on(entries: list[Entry]) -> Head | None:
    """What is found by the quick look at the rows of the firm as its database has them."""
    rows = [
        Row(
            one.seq, one.kind, one.subject_id.hex, one.digest, one.previous, one.hash,
            f"{one.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}", one.salt, one.fact,
        )
        for one in entries
        if one.enterprise_id == FIRM
    ]  # fmt: skip
    return rules.goes_on(rows, FIRM, Head(0, GENESIS))


def found(entries: list[Entry], head: Head) -> Finding | None:
    in_order = sorted(entries, key=lambda entry: entry.seq)
    at = rules.first_bad(in_order, head)
    assert (at is None) == (goes_on(in_order) == head), "the quick look finds as much as the thorough one"
    return None if at is None else rules.explain(in_order, head, at)


def renumbered(entries: list[Entry]) -> list[Entry]:
    return [entry._replace(seq=seq) for seq, entry in enumerate(entries, 1)]


def rehashed(entry: Entry) -> Entry:
    return entry._replace(hash=rules.hash_of(entry))


lengths = st.integers(1, 12)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CHANGES = {
    "kind": lambda entry: entry._replace(kind=entry.kind + "x"),
    "subject": lambda entry: entry._replace(subject_id=UUID(int=entry.subject_id.int ^ 1)),
    "enterprise": lambda entry: entry._replace(enterprise_id=UUID(int=FIRM.int ^ 1)),
    "digest": lambda entry: entry._replace(digest="f" + entry.digest[1:] if entry.digest[0] != "f" else "0" + entry.digest[1:]),
    "previous": lambda entry: entry._replace(previous="1" * 64),
    "instant": lambda entry: entry._replace(recorded_at=entry.recorded_at + timedelta(microseconds=1)),
    "salt": lambda entry: entry._replace(salt="ab" * 16),
    "no salt": lambda entry: entry._replace(salt=None),
    "a salt that is none": lambda entry: entry._replace(salt="salt"),
    "fact": lambda entry: entry._replace(fact=entry.fact.replace("in", "on")),
    "no fact": lambda entry: entry._replace(fact=None),
    "hash": lambda entry: entry._replace(hash="2" * 64),
    "fact with a digest of its own": lambda entry: entry._replace(
        fact='{"mark":"out"}', digest=rules.commitment(entry.salt, '{"mark":"out"}')
    ),
}


@given(lengths)
def test_a_chain_that_nobody_touched_is_whole(length):
    entries, head = chain_of(length)

    assert rules.first_bad(entries, head) is None and goes_on(entries) == head
    assert rules.first_bad([], Head(0, GENESIS)) is None


@given(lengths, st.data(), st.sampled_from(sorted(CHANGES)))
def test_a_changed_entry_is_named(length, data, change):
    entries, head = chain_of(length)
    at = data.draw(st.integers(1, length))

    entries[at - 1] = CHANGES[change](entries[at - 1])

    assert found(entries, head) == Finding("edited", at)


@given(lengths, st.data(), st.sampled_from(sorted(set(CHANGES) - {"hash"})))
def test_a_changed_entry_with_its_hash_made_anew_is_named_all_the_same(length, data, change):
    entries, head = chain_of(length)
    at = data.draw(st.integers(1, length))

    entries[at - 1] = rehashed(CHANGES[change](entries[at - 1]))

    assert found(entries, head) == Finding("edited", at)


@given(st.integers(2, 12), st.data())
def test_a_deleted_entry_is_named_whether_or_not_the_rest_closed_up(length, data):
    entries, head = chain_of(length)
    at = data.draw(st.integers(1, length - 1))

    del entries[at - 1]

    assert found(entries, head) == Finding("deleted", at)
    assert found(renumbered(entries), head) == Finding("deleted", at)


@given(lengths, st.data())
def test_a_cut_tail_is_missed(length, data):
    entries, head = chain_of(length)
    kept = data.draw(st.integers(0, length - 1))

    assert found(entries[:kept], head) == Finding("cut", kept + 1)


@given(lengths, st.data(), st.sampled_from(["made to fit", "made up", "copied"]))
def test_an_inserted_entry_is_named(length, data, how):
    entries, head = chain_of(length)
    at = data.draw(st.integers(1, length + 1))
    before = entries[at - 2] if at > 1 else None
    fitting = rules.follow(fact_entry(99), Head(at - 1, before.hash if before else GENESIS))
    intruder = {
        "made to fit": fitting,
        "made up": fitting._replace(hash="3" * 64),
        "copied": data.draw(st.sampled_from(entries)),
    }[how]

    entries.insert(at - 1, intruder)

    # Of two that are the same nobody can say which was first.
    named = at - 1 if intruder == before else at
    assert found(renumbered(entries), head) == Finding("inserted", named)


@given(st.integers(2, 12), st.data())
def test_two_that_changed_places_are_named(length, data):
    entries, head = chain_of(length)
    one, other = sorted(data.draw(st.sets(st.integers(1, length), min_size=2, max_size=2)))

    entries[one - 1], entries[other - 1] = entries[other - 1], entries[one - 1]

    assert found(renumbered(entries), head) == Finding("reordered", one)


@given(st.integers(2, 12), st.data())
def test_one_that_moved_to_another_place_is_named(length, data):
    entries, head = chain_of(length)
    here, there = data.draw(st.permutations(range(1, length + 1)))[:2]

    entries.insert(there - 1, entries.pop(here - 1))

    assert found(renumbered(entries), head) == Finding("reordered", min(here, there))


@given(st.integers(1, 12), st.integers(0, 20))
def test_a_head_that_was_changed_is_found(length, seq):
    entries, head = chain_of(length)

    assert rules.first_bad(entries, Head(head.seq, "4" * 64)) == length
    if seq != length:
        assert found(entries, Head(seq, head.hash)) is not None


@given(lengths, st.data())
def test_a_fact_that_was_erased_by_law_leaves_the_chain_whole(length, data):
    entries, head = chain_of(length)
    at = data.draw(st.integers(1, length))

    entries[at - 1] = entries[at - 1]._replace(salt=None, fact=None)

    assert rules.first_bad(entries, head) is None


def test_a_digest_tells_nothing_of_its_fact_without_the_salt():
    fact = rules.canonical({"mark": "in"})

    assert rules.commitment("00" * 16, fact) != rules.commitment("01" * 16, fact)


def test_a_fact_is_always_the_same_text():
    here, there = datetime(2026, 11, 23, 6, 30, 0, 5, UTC), datetime.fromisoformat("2026-11-23T14:30:00.000005+08:00")
    told = {
        "b": 1,
        "a": "中文",
        "c": None,
        "d": [True, date(2026, 11, 23)],
        "e": Decimal("1.50"),
        "f": FIRM,
        "g": {"y": 1, "x": 2},
    }

    assert rules.canonical(told | {"at": here}) == (
        '{"a":"中文","at":"2026-11-23T06:30:00.000005Z","b":1,"d":[true,"2026-11-23"],"e":"1.50",'
        '"f":"0190f0a0-0000-7000-8000-00000000abcd","g":{"x":2,"y":1}}'
    )
    assert rules.canonical({"at": here}) == rules.canonical({"at": there})
    assert there.tzinfo == timezone(timedelta(hours=8))


@pytest.mark.parametrize(("value", "fault"), [(1.5, TypeError), (b"x", TypeError), (datetime(2026, 11, 23), ValueError)])  # noqa: DTZ001
def test_what_has_no_single_way_of_being_written_is_refused(value, fault):
    with pytest.raises(fault):
        rules.canonical({"value": value})


@given(WORDS, WORDS, st.datetimes(timezones=st.timezones()))
def test_the_hash_of_an_entry_is_that_of_its_canonical_json_whatever_stands_in_it(kind, previous, at):
    entry = fact_entry(1)._replace(kind=kind, previous=previous, recorded_at=at, seq=7)
    said = {
        "at": at, "digest": entry.digest, "enterprise": FIRM, "kind": kind, "previous": previous, "seq": 7,
        "subject": entry.subject_id,
    }  # fmt: skip

    assert rules.hash_of(entry) == sha256(rules.canonical(said).encode()).hexdigest()
