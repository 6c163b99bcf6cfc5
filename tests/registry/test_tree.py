"""Where jurisdictions lie: pure rules."""

import pytest

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
    [{"11": Node("112")}, {"1": Node("1")}, {"11": Node("1", "112")}, {"PORT": Node("112")}],
    ids=["below itself", "itself", "managed from below", "its manager below it"],
)
def test_a_loop_is_refused(wrong):
    with pytest.raises(Loop):
        places(CITY | wrong)
