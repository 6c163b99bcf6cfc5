"""Where jurisdictions lie: pure rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.registry.rules.tree import Loop, Node, places

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
