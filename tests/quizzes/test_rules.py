"""What an answer is worth, what a paper is made of, and when time is up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.clock import ZONE
from lms.quizzes import rules
from lms.quizzes.rules import Marked

LETTERS = "ABCDE"
ORDERS = st.permutations(LETTERS)
NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "answer", "chosen", "share"),
    [
        ("single", ["A"], ["A"], 1),
        ("single", ["A"], ["B"], 0),
        ("single", ["A"], [], 0),
        ("judge", ["true"], ["true"], 1),
        ("judge", ["true"], ["false"], 0),
        ("multiple", ["A", "C"], ["C", "A"], 1),
        pytest.param("multiple", ["A", "C"], ["A"], Fraction(1, 2), id="some of it is half"),
        pytest.param("multiple", ["A", "C"], ["A", "B"], 0, id="something wrong is nothing"),
        pytest.param("multiple", ["A", "C"], ["A", "B", "C"], 0, id="too much is nothing"),
        ("multiple", ["A", "C"], [], 0),
        ("fill", ["119"], ["１１９"], 1),
        ("fill", ["119", "一一九"], [" 一一 九 "], 1),
        ("fill", ["LEL"], ["lel"], 1),
        ("fill", ["119"], ["120"], 0),
        ("fill", ["119"], [], 0),
    ],
)
def test_the_share_of_a_question(kind, answer, chosen, share):
    assert rules.mark(kind, answer, chosen) == share


@given(right=st.sets(st.sampled_from(LETTERS), min_size=1), chosen=st.sets(st.sampled_from(LETTERS)))
def test_a_multiple_choice_is_full_half_or_nothing(right, chosen):
    share = rules.mark("multiple", sorted(right), sorted(chosen))

    assert (share == 1) == (chosen == right)
    assert (share > 0) == (bool(chosen) and chosen <= right)


@pytest.mark.parametrize(
    ("marked", "score"),
    [
        pytest.param([(1, 3), (0, 1)], 75, id="by points"),
        pytest.param([(1, 3), (0, None)], 50, id="alike when one has no points"),
        pytest.param([(1, None), (1, None), (0, None)], 66, id="rounded down"),
        pytest.param([(Fraction(1, 2), 4), (1, 4)], 75, id="half of one"),
        pytest.param([], 0, id="nothing asked"),
    ],
)
def test_the_score_of_a_paper(marked, score):
    assert rules.score([Marked(Fraction(share), points) for share, points in marked]) == score


PAPERS = st.lists(
    st.builds(Marked, st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]), st.none() | st.integers(1, 20)), min_size=1
)


@given(PAPERS)
def test_a_score_lies_between_nothing_and_all(paper):
    score = rules.score(paper)

    assert 0 <= score <= 100
    assert (score == 100) == all(question.share == 1 for question in paper)


@given(PAPERS, st.randoms())
def test_a_score_does_not_depend_on_the_order(paper, rng):
    shuffled = list(paper)
    rng.shuffle(shuffled)

    assert rules.score(shuffled) == rules.score(paper)


@given(PAPERS, st.data())
def test_doing_better_never_scores_less(paper, data):
    at = data.draw(st.integers(0, len(paper) - 1))
    better = [*paper[:at], Marked(Fraction(1), paper[at].points), *paper[at + 1 :]]

    assert rules.score(better) >= rules.score(paper)


@given(pool=st.sets(st.integers()), seen=st.sets(st.integers()), count=st.integers(0, 20), seed=st.integers())
def test_a_paper_is_as_new_as_the_bank_allows(pool, seen, count, seed):
    drawn = rules.draw(Random(seed), sorted(pool), seen, count)

    assert len(drawn) == len(set(drawn)) == min(count, len(pool))
    assert set(drawn) <= pool
    assert len(set(drawn) - seen) == min(count, len(pool - seen))


def test_a_hundred_papers_are_not_alike():
    papers = {tuple(rules.draw(Random(seed), range(20), (), 10)) for seed in range(100)}

    assert len(papers) == 100


@given(ORDERS, st.sets(st.sampled_from(LETTERS)))
def test_what_a_phone_sends_comes_back_as_it_was_shown(order, chosen):
    shown = rules.shown_of("multiple", order, sorted(chosen))

    assert rules.chosen_of("multiple", order, shown) == sorted(chosen)


@given(ORDERS)
def test_letters_on_the_screen_run_from_a(order):
    options = {letter: f"text of {letter}" for letter in LETTERS}

    choices = rules.choices_of("single", options, order)

    assert [choice.value for choice in choices] == list(LETTERS)
    assert [choice.text for choice in choices] == [options[letter] for letter in order]


@pytest.mark.parametrize(
    ("kind", "sent", "chosen"),
    [
        ("single", ["A"], ["B"]),
        ("single", [], []),
        ("single", [""], []),
        ("single", ["A", "B"], None),
        ("single", ["C"], None),
        ("single", ["true"], None),
        ("multiple", ["B", "A", "A"], ["A", "B"]),
        ("judge", ["true"], ["true"]),
        ("judge", ["maybe"], None),
        ("fill", ["  119 "], ["119"]),
        ("fill", ["   "], []),
        ("fill", ["a", "b"], None),
        ("fill", ["长" * 201], None),
    ],
)
def test_what_a_phone_may_send(kind, sent, chosen):
    assert rules.chosen_of(kind, ["B", "A"], sent) == chosen


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("火警电话是（ ）。", "火警电话是( )", True, id="punctuation"),
        pytest.param("LEL 是 什么", "ｌｅｌ是什么？", True, id="blanks, width and case"),
        pytest.param("氧含量 >23%", "氧含量 <23%", False, id="signs carry meaning"),
        pytest.param("火警电话", "急救电话", False, id="words"),
    ],
)
def test_when_two_questions_are_the_same(one, other, same):
    assert (rules.fingerprint(one, {}) == rules.fingerprint(other, {})) is same


def test_the_options_belong_to_a_question():
    stem = "下列说法正确的是（ ）。"

    assert rules.fingerprint(stem, {"A": "甲", "B": "乙"}) == rules.fingerprint(stem, {"A": "乙。", "B": "甲"})
    assert rules.fingerprint(stem, {"A": "甲", "B": "乙"}) != rules.fingerprint(stem, {"A": "甲", "B": "丙"})


def test_a_quiz_closes_at_six_in_the_evening_two_days_later():
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight on the 24th where people are

    assert rules.closing_time(NINE, ZONE) == datetime(2026, 11, 25, 18, tzinfo=ZONE)
    assert rules.closing_time(late, ZONE) == datetime(2026, 11, 26, 18, tzinfo=ZONE)


def test_an_attempt_ends_with_its_minutes_or_with_the_quiz():
    assert rules.deadline(NINE, 30, NINE + timedelta(hours=1)) == NINE + timedelta(minutes=30)
    assert rules.deadline(NINE, 30, NINE + timedelta(minutes=5)) == NINE + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("seconds", "late", "over", "left"),
    [(-0.5, False, False, 1), (0, False, False, 0), (1, True, False, 0), (30, True, False, 0), (30.5, True, True, 0)],
)
def test_around_the_deadline(seconds, late, over, left):
    now = NINE + timedelta(seconds=seconds)

    assert rules.is_late(NINE, now) is late
    assert rules.is_over(NINE, now) is over
    assert rules.seconds_left(NINE, now) == left
