"""What an answer is worth, what a paper is made of, and when time is up."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.core.clock import ZONE
from lms.quizzes import rules
from lms.quizzes.rules import Body, Marked, Picture, Place
from lms.quizzes.rules.places import encloses_something

LETTERS = "ABCDE"
ORDERS = st.permutations(LETTERS)
NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


OPTIONS = {letter: f"选项 {letter}" for letter in LETTERS}
PICTURE = Picture("0" * 64, 700, 500, "车间")
CELLS = [cell.value for cell in rules.cells_of(PICTURE)]
PLACES = (Place("坑口没有盖板", ((0.02, 0.02), (0.12, 0.15))), Place("电线破皮", ((0.7, 0.6), (0.9, 0.6), (0.8, 0.9))))


def body(kind: str, answer: list[str]) -> Body:
    if kind == "fill":
        return Body(kind, blanks=tuple(tuple(texts.split("|")) for texts in answer))
    if kind == "match":
        return Body(kind, OPTIONS, tuple(answer), prompts=tuple(f"左 {n}" for n in range(len(answer))))
    return Body(kind, OPTIONS if kind != "judge" else {}, tuple(answer), picture=PICTURE, places=PLACES)


def share(kind: str, answer: list[str], chosen: list[str]) -> Fraction | None:
    return rules.grade(body(kind, answer), chosen).share


@pytest.mark.parametrize(
    ("kind", "answer", "chosen", "got"),
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
        ("fill", ["119|一一九"], [" 一一 九 "], 1),
        ("fill", ["LEL"], ["lel"], 1),
        ("fill", ["119"], ["120"], 0),
        ("fill", ["119"], [], 0),
        pytest.param("fill", ["119", "120"], ["119", ""], Fraction(1, 2), id="one blank of two"),
        pytest.param("fill", ["119", "120"], ["120", "119"], 0, id="each blank for itself"),
        ("order", ["B", "A", "C"], ["B=1", "A=2", "C=3"], 1),
        pytest.param("order", ["B", "A", "C"], ["B=1", "A=3", "C=2"], 0, id="a step in the wrong place is a wrong sequence"),
        ("order", ["B", "A", "C"], ["B=1"], 0),
        ("match", ["A", "B", "A"], ["1=A", "2=B", "3=A"], 1),
        pytest.param("match", ["A", "B", "A"], ["1=A", "2=A"], Fraction(1, 3), id="one pair of three"),
        ("picture", [], ["0.0714,0.1000", "0.7857,0.7000"], 1),
        pytest.param("picture", [], ["0.0714,0.1000"], Fraction(1, 2), id="one hazard of two"),
        pytest.param("picture", [], ["0.0714,0.1000", "0.5000,0.5000"], 0, id="a tap beside takes one away"),
        pytest.param("picture", [], ["0.5000,0.5000", "0.3000,0.3000"], 0, id="never below nothing"),
        ("text", [], ["大声呼救"], None),
        ("text", [], [], 0),
    ],
)
def test_the_share_of_a_question(kind, answer, chosen, got):
    assert share(kind, answer, chosen) == got


@given(right=st.sets(st.sampled_from(LETTERS), min_size=1), chosen=st.sets(st.sampled_from(LETTERS)))
def test_a_multiple_choice_is_full_half_or_nothing(right, chosen):
    got = share("multiple", sorted(right), sorted(chosen))

    assert (got == 1) == (chosen == right)
    assert (got > 0) == (bool(chosen) and chosen <= right)


POINTS = st.tuples(st.floats(0, 1, width=16), st.floats(0, 1, width=16))
SHAPES = st.lists(POINTS, min_size=2, max_size=6).map(lambda points: Place("隐患", tuple(points))).filter(encloses_something)
TEXTS = st.text(min_size=1, max_size=8).filter(lambda text: text.strip())
BODIES = st.one_of(
    st.builds(lambda a: Body("single", OPTIONS, (a,)), st.sampled_from(LETTERS)),
    st.builds(lambda a: Body("multiple", OPTIONS, tuple(sorted(a))), st.sets(st.sampled_from(LETTERS), min_size=1)),
    st.builds(lambda a: Body("judge", answer=(a,)), st.sampled_from(["true", "false"])),
    st.builds(
        lambda blanks: Body("fill", blanks=tuple(blanks)),
        st.lists(st.lists(TEXTS, min_size=1).map(tuple), min_size=1, max_size=4),
    ),
    st.builds(lambda order: Body("order", OPTIONS, tuple(order)), ORDERS),
    st.builds(
        lambda answer: Body("match", OPTIONS, tuple(answer), prompts=tuple(f"左 {n}" for n in range(len(answer)))),
        st.lists(st.sampled_from(LETTERS), min_size=2, max_size=6),
    ),
    st.builds(lambda places: Body("picture", picture=PICTURE, places=tuple(places)), st.lists(SHAPES, min_size=1, max_size=4)),
)


def sent_by_chance(data, body: Body) -> list[str]:
    """What a phone might send: options, pairs, taps or texts, as many as there are."""
    kind = body.kind
    if kind == "fill":
        return data.draw(st.lists(st.text(max_size=8), max_size=len(body.blanks)))
    if kind == "picture":
        return data.draw(st.lists(st.sampled_from([cell.value for cell in rules.cells_of(PICTURE)]), max_size=80))
    if kind in ("order", "match"):
        left = LETTERS if kind == "order" else [str(n + 1) for n in range(len(body.prompts))]
        right = [str(n + 1) for n in range(len(LETTERS))] if kind == "order" else LETTERS
        return [f"{one}={data.draw(st.sampled_from(right))}" for one in left]
    return data.draw(st.lists(st.sampled_from([*LETTERS, "true", "false"]), max_size=5))


@given(BODIES, ORDERS, st.data())
def test_whatever_a_phone_sends_is_worth_something_between_nothing_and_all(body, order, data):
    chosen = rules.chosen_of(body, order, sent_by_chance(data, body))

    if chosen is not None:
        assert 0 <= rules.grade(body, chosen).share <= 1
        assert rules.grade(body, chosen).reason


SPIKE = Place("隐患", ((1.0, 0.0), (0.0, 1.0), (0.5, 0.0), (0.0, 0.0), (0.0, 1.0)))


@given(BODIES, ORDERS, st.randoms())
@example(Body("picture", picture=PICTURE, places=(SPIKE,)), LETTERS, Random(0))
def test_the_key_gets_all_however_it_is_laid_out_and_sent_and_an_empty_answer_nothing(body, order, rng):
    sent = rules.shown_of(body, order, rules.key_of(body))
    if body.kind != "fill":  # the blanks of a text have their place
        rng.shuffle(sent)

    assert rules.grade(body, rules.chosen_of(body, order, sent)).share == 1
    assert rules.grade(body, []).share == 0


@given(BODIES)
def test_a_body_comes_back_from_the_database_as_it_was(body):
    assert Body.from_json(json.loads(json.dumps(body.as_json()))) == body


@given(
    st.lists(SHAPES, min_size=1, max_size=3), st.sets(st.sampled_from([c.value for c in rules.cells_of(PICTURE)])), st.randoms()
)
def test_taps_count_in_any_order_and_a_further_tap_beside_never_helps(places, taps, rng):
    body = Body("picture", picture=PICTURE, places=tuple(places))
    shuffled = list(taps)
    rng.shuffle(shuffled)
    beside = [tap for tap in CELLS if not any(rules.hits(place, tap, PICTURE) for place in places)]

    got = rules.grade(body, shuffled).share
    assert got == rules.grade(body, sorted(taps)).share
    assert all(rules.grade(body, [*taps, tap]).share <= got for tap in beside[:3])


@given(SHAPES)
def test_every_hazard_can_be_tapped_on_the_grid(place):
    assert any(rules.hits(place, cell.value, PICTURE) for cell in rules.cells_of(PICTURE))


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
    asked = body("multiple", ["A"])
    shown = rules.shown_of(asked, order, sorted(chosen))

    assert rules.chosen_of(asked, order, shown) == sorted(chosen)


@given(ORDERS)
def test_letters_on_the_screen_run_from_a(order):
    choices = rules.choices_of(body("single", ["A"]), order)

    assert [choice.value for choice in choices] == list(LETTERS)
    assert [choice.text for choice in choices] == [OPTIONS[letter] for letter in order]


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
        ("fill", ["  119 "], ["119", ""]),
        ("fill", ["", "120"], ["", "120"]),
        ("fill", ["   "], []),
        ("fill", ["a", "b", "c"], None),
        ("fill", ["长" * 201], None),
        ("order", ["A=2", "B=1"], ["A=1", "B=2"]),
        ("order", ["A=1", "", ""], ["B=1"]),
        ("order", ["A=1", "A=2"], None),
        ("order", ["A=3"], None),
        ("match", ["1=A", "2=A"], ["1=B", "2=B"]),
        ("match", ["3=A"], None),
        ("match", ["1=C"], None),
        ("picture", ["0.5000,0.5000"], ["0.5000,0.5000"]),
        ("picture", ["1.5,0.5"], None),
        ("picture", ["NaN,0.5"], None),
        ("picture", ["A"], None),
        ("text", ["  呼救 "], ["呼救"]),
        ("text", ["长" * 2001], None),
    ],
)
def test_what_a_phone_may_send(kind, sent, chosen):
    answer = ["119", "120"] if kind == "fill" else ["A", "B"]

    assert rules.chosen_of(body(kind, answer), ["B", "A"], sent) == chosen


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
    assert (rules.fingerprint(one, ()) == rules.fingerprint(other, ())) is same


def test_the_options_belong_to_a_question():
    stem = "下列说法正确的是（ ）。"

    assert rules.fingerprint(stem, ["甲", "乙"]) == rules.fingerprint(stem, ["乙。", "甲"])
    assert rules.fingerprint(stem, ["甲", "乙"]) != rules.fingerprint(stem, ["甲", "丙"])


def test_a_quiz_closes_at_six_in_the_evening_two_days_later():
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight on the 24th where people are

    assert rules.closing_time(NINE, ZONE) == datetime(2026, 11, 25, 18, tzinfo=ZONE)
    assert rules.closing_time(late, ZONE) == datetime(2026, 11, 26, 18, tzinfo=ZONE)


def test_an_attempt_ends_with_its_minutes_or_with_the_quiz():
    assert rules.deadline(NINE, 30, NINE + timedelta(hours=1)) == NINE + timedelta(minutes=30)
    assert rules.deadline(NINE, 30, NINE + timedelta(minutes=5)) == NINE + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("seconds", "late", "over", "left"),
    [(-0.5, False, False, 1), (0, False, False, 0), (1, True, False, 0), (180, True, False, 0), (180.5, True, True, 0)],
)
def test_around_the_deadline(seconds, late, over, left):
    now = NINE + timedelta(seconds=seconds)

    assert rules.is_late(NINE, now) is late
    assert rules.is_over(NINE, now) is over
    assert rules.seconds_left(NINE, now) == left
