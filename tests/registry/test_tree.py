"""Where jurisdictions lie: pure rules."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.registry.rules.tree import Loop, Node, namesakes, over, places

CITY = {
    "1": Node(None), "11": Node("1"), "12": Node("1"), "PORT": Node("1"), "111": Node("11"), "112": Node("11", "PORT"),
    "1121": Node("112"),
}  # fmt: skip


def test_a_functional_area_is_responsible_for_what_lies_in_a_district_and_for_all_below():
    found = places(CITY)

    assert found["111"] == ("1/11/111/", None)
    assert found["112"] == ("1/11/112/", "1/PORT/112/")
    assert found["1121"] == ("1/11/112/1121/", "1/PORT/112/1121/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"11": Node("112")}, {"1": Node("1")}, {"11": Node("1", "112")}, {"PORT": Node("112")},
        {"11": Node("1", "121"), "12": Node("1", "111"), "121": Node("12")},
    ],
    ids=["below itself", "itself", "managed from below", "its manager below it", "each managed from below the other"],
)  # fmt: skip
def test_a_loop_is_refused(wrong):
    with pytest.raises(Loop):
        places(CITY | wrong)


CODES = "abcdefg"
ONE = st.sampled_from(CODES)


@settings(max_examples=100)
@given(
    st.tuples(*[st.none() if code == "a" else st.sampled_from(CODES[:at]) for at, code in enumerate(CODES)]),
    st.dictionaries(ONE, ONE, min_size=2, max_size=3),
)
def test_whoever_is_responsible_for_one_is_for_all_below_it_and_nothing_is_its_own_superior(parents, managers):
    """Otherwise children would not sum to their parent: one would count in two of them, or in none."""
    try:
        found = places({code: Node(parent, managers.get(code)) for code, parent in zip(CODES, parents, strict=True)})
    except Loop:
        return
    charges = {code: place.managed or place.path for code, place in found.items()}
    for code, charge in charges.items():
        way = charge.rstrip("/").split("/")
        assert way[-1] == code
        assert len(set(way)) == len(way)
        for at, superior in enumerate(way, start=1):
            assert charges[superior] == "/".join(way[:at]) + "/"


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(sorted(CITY)), st.integers(1, 4), st.sampled_from("甲乙")), max_size=6))
def test_a_name_tells_one_officer_wherever_no_namesakes_are_found_and_two_where_they_are(held):
    where, accounts, called = places(CITY), {}, {}
    for code, account, name in held:
        accounts.setdefault(code, set()).add((UUID(int=account), called.setdefault(account, name)))

    found = namesakes(where.values(), accounts)

    for name in "甲乙":
        together = [{account for account, other in over(place, accounts) if other == name} for place in where.values()]
        assert any(len(ids) > 1 for ids in together) is any(pair[0] == name for pair in found)
        assert all(any({one, other} <= ids for ids in together) for _name, one, other in found if _name == name)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("1", "1121", True), ("11", "111", True), ("111", "112", False), ("11", "12", False), ("111", "111", True),
        ("11", "PORT", True), ("112", "PORT", True), ("111", "PORT", False), ("12", "PORT", False),
    ],
)  # fmt: skip
def test_namesakes_meet_where_one_is_below_the_other_or_a_street_answers_to_both(one, other, together):
    accounts = {}
    for at, code in enumerate((one, other)):
        accounts.setdefault(code, set()).add((UUID(int=at), "李强"))

    assert bool(namesakes(places(CITY).values(), accounts)) is together
