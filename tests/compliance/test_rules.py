from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.compliance.rules import Facts, Reason, Result, Rule, StandingState, enough, standing_from

RULE = Rule(head_lectures=True, min_minutes=60, min_attendance=90)
GOOD = Facts(
    lecture_id=UUID(int=5), held=True, lecturer_is_head=True, held_on=date(2026, 10, 30), minutes=60,
    expected=100, attended=95, examined=95, passed=92, completed=91,
)  # fmt: skip


def lecture(**other):
    return replace(GOOD, **other)


@pytest.mark.parametrize(
    ("facts", "state", "reason", "note"),
    [
        pytest.param([], "not_started", None, None, id="nothing was held"),
        pytest.param([lecture(held=False)], "planned", None, None, id="planned"),
        pytest.param([GOOD], "completed", None, None, id="enough came and passed"),
        pytest.param(
            [lecture(lecturer_is_head=False)], "not_started", "not_head", "讲课人不是主要负责人", id="given by somebody else"
        ),
        pytest.param([lecture(minutes=21)], "not_started", "too_short", "只讲了 21 分钟，要求 60 分钟", id="too short"),
        pytest.param([lecture(minutes=59)], "not_started", "too_short", "只讲了 59 分钟，要求 60 分钟", id="a minute too short"),
        pytest.param(
            [lecture(attended=89, completed=89)], "lectured", "few_attended", "参训 89 / 100 人，要求 90%", id="too few came"
        ),
        pytest.param([lecture(completed=89)], "lectured", "few_passed", "合格认定 89 / 100 人，要求 90%", id="too few passed"),
        pytest.param(
            [lecture(attended=84, completed=80)], "lectured", "few_attended",
            "参训 84 / 100 人，要求 90%；合格认定 80 / 100 人，要求 90%", id="too few came and fewer passed: both are said",
        ),
        pytest.param(
            [lecture(expected=0, attended=0, completed=0)], "lectured", "few_attended", "参训 0 / 0 人，要求 90%",
            id="nobody was asked to come",
        ),
        pytest.param([lecture(minutes=21), lecture(held=False)], "planned", "too_short", "只讲了 21 分钟，要求 60 分钟",
            id="too short, planned again"),
        pytest.param([lecture(minutes=21), GOOD], "completed", None, None, id="the better one counts"),
        pytest.param([GOOD, lecture(held=False)], "completed", None, None, id="a plan takes nothing away"),
    ],
)  # fmt: skip
def test_standing_from(facts, state, reason, note):
    result = standing_from(facts, RULE)

    assert (result.state, result.reason, result.note) == (state, reason, note)


THEMES = {"LT08": "有限空间作业安全", "LT03": "粉尘防爆与清扫"}
ASKED = replace(RULE, themes=THEMES, evidence={"material": "课件", "photo": "现场照片"}, cascade=True)
FULL = lecture(themes=frozenset(THEMES), evidence=frozenset(ASKED.evidence), departments=3, asked_to_pass_on=2, passed_on=2)


@pytest.mark.parametrize(
    ("facts", "state", "reason", "note"),
    [
        pytest.param(FULL, "completed", None, None, id="nothing is missing"),
        pytest.param(
            replace(FULL, evidence=frozenset({"material"})), "lectured", "no_evidence", "课件、现场照片还缺 1 项：现场照片",
            id="no photo",
        ),
        pytest.param(
            replace(FULL, themes=frozenset({"LT03"})), "lectured", "no_theme",
            "有限空间作业安全、粉尘防爆与清扫还缺 1 项：有限空间作业安全", id="a theme is missing",
        ),
        pytest.param(
            replace(FULL, passed_on=1), "lectured", "not_passed_on", "部门、班次传达了 1 / 2", id="one has not passed it on"
        ),
        pytest.param(
            replace(FULL, asked_to_pass_on=0, passed_on=0), "lectured", "not_passed_on", "还没有安排部门、班次传达",
            id="nobody was asked",
        ),
        pytest.param(
            replace(FULL, departments=1, asked_to_pass_on=0, passed_on=0), "completed", None, None,
            id="one department passes nothing on",
        ),
        pytest.param(
            replace(FULL, attended=80, completed=80, evidence=frozenset()), "lectured", "few_attended",
            "参训 80 / 100 人，要求 90%；课件、现场照片还缺 2 项：课件、现场照片", id="all that is missing is said",
        ),
        pytest.param(
            replace(FULL, lecturer_is_head=False, evidence=frozenset()), "not_started", "not_head", "讲课人不是主要负责人",
            id="what does not count at all is not asked for photos",
        ),
    ],
)  # fmt: skip
def test_a_lecture_that_lacks_a_theme_evidence_or_its_passing_on_is_not_complete(facts, state, reason, note):
    result = standing_from([facts], ASKED)

    assert (result.state, result.reason, result.note) == (state, reason, note)


def test_of_one_thing_that_is_missing_its_name_is_said_and_of_many_only_the_first():
    one = standing_from([GOOD], replace(RULE, evidence={"photo": "现场照片"}))
    many = standing_from([GOOD], replace(RULE, themes={str(n): f"主题{n}" + "长" * 40 for n in range(9)}))

    assert one.note == "材料还缺：现场照片"
    assert many.note.startswith("主题 9 项还缺 9 项：主题0") and many.note.endswith("等 9 项") and len(many.note) <= 200


def themed(number, *codes, **other):
    return replace(FULL, **({"lecture_id": UUID(int=number), "themes": frozenset(codes)} | other))


def test_two_lectures_about_a_theme_each_are_complete_together_and_one_that_half_missed_adds_nothing():
    first, second = themed(1, "LT08"), themed(2, "LT03")
    missed = replace(second, attended=50, completed=50)
    too_short = replace(second, minutes=30)

    assert standing_from([first, second], ASKED).state is StandingState.COMPLETED
    for other in (missed, too_short, replace(second, held=False), replace(second, evidence=frozenset())):
        assert standing_from([first, other], ASKED).state is StandingState.LECTURED


some_themed = st.builds(
    lambda n, themes, attended, minutes, kinds: themed(
        n, *themes, attended=attended, completed=attended, minutes=minutes, evidence=frozenset(kinds)
    ),
    st.integers(0, 2**100), st.sets(st.sampled_from(["LT08", "LT03", "LT99"])), st.sampled_from([50, 90, 95]),
    st.sampled_from([59, 60]), st.sampled_from([("material", "photo"), ("photo",), ()]),
)  # fmt: skip


@given(st.lists(some_themed, max_size=5, unique_by=lambda facts: facts.lecture_id), st.randoms())
def test_a_standing_is_complete_exactly_when_the_lectures_that_lack_nothing_else_tell_all_themes(facts, random):
    sound = [one for one in facts if one.minutes >= 60 and one.attended >= 90 and len(one.evidence) == 2]
    told = set().union(*(one.themes for one in sound))

    result = standing_from(random.sample(facts, len(facts)), ASKED)

    assert (result.state is StandingState.COMPLETED) == (bool(sound) and set(THEMES) <= told)
    assert result == standing_from(facts, ASKED)


def test_the_lecture_that_lacks_least_is_the_one_that_counts():
    other = replace(FULL, lecture_id=UUID(int=9), evidence=frozenset())

    assert standing_from([replace(FULL, evidence=frozenset(), passed_on=0), other], ASKED).lecture_id == other.lecture_id


def test_the_figures_are_those_of_the_lecture_that_counts():
    assert standing_from([lecture(minutes=21, lecture_id=UUID(int=9), attended=100), GOOD], RULE) == Result(
        StandingState.COMPLETED, GOOD.lecture_id, GOOD.held_on, 60, 100, 95, 95, 92
    )


def test_a_lecture_that_does_not_count_brings_no_figures_but_can_be_opened():
    result = standing_from([lecture(minutes=21)], RULE)

    assert (result.lecture_id, result.minutes, result.expected, result.attended) == (GOOD.lecture_id, 21, 0, 0)


def test_somebody_else_may_lecture_where_the_campaign_allows_it():
    assert standing_from([lecture(lecturer_is_head=False)], replace(RULE, head_lectures=False)).state is StandingState.COMPLETED


@pytest.mark.parametrize(("number", "of", "percent", "is_enough"), [(9, 10, 90, True), (8, 9, 90, False), (0, 0, 0, False)])
def test_enough(number, of, percent, is_enough):
    assert enough(number, of, percent) is is_enough


people = st.integers(0, 20)
some_lectures = st.builds(
    lambda n, held, head, minutes, day, counts: Facts(
        lecture_id=UUID(int=n), held=held, lecturer_is_head=head, held_on=day if held else None, minutes=minutes if held else 0,
        **dict(zip(("expected", "attended", "examined", "passed", "completed"), sorted(counts, reverse=True), strict=True)),
    ),
    st.integers(0, 2**100), st.booleans(), st.booleans(), st.integers(0, 120),
    st.dates(date(2026, 10, 1), date(2026, 10, 5)), st.tuples(*[people] * 5),
)  # fmt: skip


@given(st.lists(some_lectures, max_size=5, unique_by=lambda facts: facts.lecture_id), st.randoms())
def test_the_order_of_lectures_changes_nothing(facts, random):
    shuffled = random.sample(facts, len(facts))

    assert standing_from(facts, RULE) == standing_from(shuffled, RULE)


@given(st.lists(some_lectures, max_size=4, unique_by=lambda facts: facts.lecture_id), some_lectures)
def test_one_more_lecture_never_makes_a_standing_worse(facts, another):
    order = list(StandingState)
    before, after = standing_from(facts, RULE), standing_from([*facts, another], RULE)

    assert order.index(after.state) >= order.index(before.state)
    assert (after.state in (StandingState.LECTURED, StandingState.COMPLETED)) == any(
        each.held and each.lecturer_is_head and each.minutes >= 60 for each in [*facts, another]
    )
    assert after.reason is None or isinstance(after.reason, Reason)
