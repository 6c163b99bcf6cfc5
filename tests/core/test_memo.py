"""Lists of which only what is new is made."""

from hypothesis import given
from hypothesis import strategies as st

from lms.core.memo import Lists

rows = st.lists(st.integers(0, 9), unique=True)


@given(asked=st.lists(st.tuples(st.sampled_from("ab"), rows)), most=st.integers(0, 12))
def test_what_is_kept_is_what_would_be_made_of_the_same_rows_in_the_same_list(asked, most):
    lists, made = Lists(most), []

    for name, wanted in asked:
        found = lists.of(name, wanted, lambda row, name=name: made.append((name, row)) or f"{name}{row}")
        assert found == {row: f"{name}{row}" for row in wanted} and list(found) == wanted

    assert sum(map(len, lists._lists.values())) <= max(most, *(len(wanted) for _name, wanted in asked), 0)


def test_only_what_is_new_is_made_and_a_row_that_left_is_forgotten():
    lists, made = Lists(9), []

    for wanted in ([1, 2], [2, 3], [3, 1]):
        lists.of("board", wanted, lambda row: made.append(row) or str(row))

    assert made == [1, 2, 3, 1]
