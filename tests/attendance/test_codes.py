import base64
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from lms.attendance import rules
from lms.attendance.rules.codes import MARKS, SCREENS
from lms.core.db import new_id

KEY = bytes(range(32))
HERE, THERE = UUID("0190f0a0-0000-7000-8000-00000000abcd"), UUID("0190f0a0-0000-7000-8000-000100000000")
START = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
SECRET = rules.sitting_secret(KEY, HERE)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def shown(when: datetime, mark: str = "in", screen: int = 1) -> str:
    return rules.token(SECRET, HERE, mark, rules.step_of(when), screen)


def accepted(token: str, when: datetime) -> bool:
    claimed = rules.read_token(token)
    return claimed is not None and rules.accepted_step(rules.sitting_secret(KEY, claimed.sitting_id), claimed, when) is not None


def test_of_a_thousand_scans_within_fifteen_seconds_none_is_refused():
    random = Random(24)

    refused = 0
    for _ in range(1000):
        when = at(random.uniform(0, 86400))
        refused += not accepted(shown(when, screen=random.choice(SCREENS)), when + timedelta(seconds=random.uniform(0, 15)))

    assert refused == 0


def test_of_a_thousand_tokens_older_than_thirty_seconds_none_is_accepted():
    random = Random(25)

    taken = 0
    for _ in range(1000):
        when = at(random.uniform(0, 86400))
        taken += accepted(shown(when), when + timedelta(seconds=random.uniform(30, 3600)))

    assert taken == 0


def test_a_token_belongs_to_one_sitting_one_mark_and_one_screen():
    token = shown(START)
    other = rules.sitting_secret(KEY, THERE)
    claimed = rules.read_token(token)

    assert rules.accepted_step(other, claimed, START) is None
    raw = bytearray(base64.urlsafe_b64decode(token))
    for flag in (raw[16] | 0x80, 2):
        changed = bytes(raw[:16]) + bytes([flag]) + bytes(raw[17:])
        forged = base64.urlsafe_b64encode(changed).decode()
        assert rules.read_token(forged) is not None
        assert not accepted(forged, START)


@pytest.mark.parametrize("mark", MARKS)
def test_a_token_says_which_mark_it_is_for_and_which_screen_showed_it(mark):
    claimed = rules.read_token(shown(START, mark, SCREENS[-1]))

    assert (claimed.mark, claimed.screen) == (mark, 63)
    assert rules.accepted_step(SECRET, claimed, START) == rules.step_of(START)


def test_two_screens_show_different_codes_and_both_work():
    left, right = shown(START, screen=1), shown(START, screen=2)

    assert left != right
    assert accepted(left, START)
    assert accepted(right, START)


@pytest.mark.parametrize("text", ["", "x", "a" * 20 + "=", "é" * 20, "A" * 19, "!" * 20, "A" * 400, "A" * 36, "A" * 35])
def test_what_is_no_token_is_none(text):
    assert rules.read_token(text) is None or not accepted(text, START)


def test_every_single_changed_bit_is_refused():
    raw = base64.urlsafe_b64decode(shown(START))
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << (bit % 8)
        assert not accepted(base64.urlsafe_b64encode(bytes(flipped)).decode(), START)


def test_a_token_is_short_and_carries_eighty_bits():
    token = shown(START)

    assert len(token) == 36
    assert len(rules.read_token(token).mac) * 8 >= 80


def test_an_old_token_is_told_from_a_forged_one():
    claimed = rules.read_token(shown(START))

    assert rules.lapsed_step(SECRET, claimed, at(45)) == rules.step_of(START)
    assert rules.lapsed_step(SECRET, claimed, at(7200)) is None


def test_a_server_a_little_ahead_does_no_harm():
    assert accepted(shown(at(15)), at(14.9))
    assert not accepted(shown(at(30)), at(14.9))


def test_spoken_digits_are_six_and_follow_the_same_window():
    digits = rules.spoken_code(SECRET, "in", rules.step_of(START))

    assert len(digits) == 6
    assert digits.isdigit()
    assert rules.spoken_step(SECRET, digits, "in", at(29)) == rules.step_of(START)
    assert rules.spoken_step(SECRET, digits, "in", at(30)) is None
    assert rules.spoken_step(SECRET, digits, "out", START) is None


def test_spoken_digits_are_spread_evenly():
    codes = {rules.spoken_code(SECRET, "in", step) for step in range(2000)}

    assert len(codes) > 1990


def test_the_ring_runs_from_fifteen_to_nothing():
    assert rules.seconds_left(START) == 15
    assert rules.seconds_left(at(14.5)) == pytest.approx(0.5)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError):
        rules.sitting_secret(b"short", new_id())
