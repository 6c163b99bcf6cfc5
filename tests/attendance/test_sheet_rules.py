import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.attendance.rules.sheets import check_letter, lines_of, page_of, pages_of, read_rows, row_code

LAST = 75
LINES = st.integers(1, 999)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("1-7, 9, 12", [*range(1, 8), 9, 12]),
        ("1~3、5；8", [1, 2, 3, 5, 8]),
        ("07", [7]),
        (f"{row_code(4, 7)}", [7]),
        (f"{row_code(4, 7)} - {row_code(4, 9)}".lower(), [7, 8, 9]),
        ("3 至 5", [3, 4, 5]),
        ("", []),
        ("9 9 9", [9]),
    ],
)
def test_rows_are_read_as_people_type_them(typed, lines):
    assert read_rows(typed, 4, LAST).lines == tuple(lines)
    assert read_rows(typed, 4, LAST).faults == ()


@pytest.mark.parametrize("typed", ["0", "76", "5-76", "9-7", "abc", "1-2-3", "7?", "９９９"])
def test_what_is_no_row_of_the_sheet_is_named_and_not_guessed(typed):
    read = read_rows(typed, 4, LAST)

    assert read.lines == ()
    assert [part for part, _line in read.faults] == [typed.upper()]


def test_a_wrong_letter_tells_which_row_it_may_have_been():
    wrong = "07" + next(letter for letter in "ABC" if letter != check_letter(4, 7))

    assert read_rows(f"1, {wrong}", 4, LAST).faults == ((wrong, 7),)


@given(LINES, LINES, st.integers(1, 500))
def test_one_wrong_digit_or_two_swapped_never_keep_their_letter(line, other, sheet):
    one, two = f"{line:03}", f"{other:03}"
    differ = [at for at in range(3) if one[at] != two[at]]
    swapped = (
        len(differ) == 2 and differ[1] - differ[0] == 1 and (one[differ[0]], one[differ[1]]) == (two[differ[1]], two[differ[0]])
    )

    if len(differ) == 1 or swapped:
        assert check_letter(sheet, line) != check_letter(sheet, other)


@given(LINES, st.integers(1, 400), st.integers(1, 22))
def test_the_row_of_a_neighbouring_sheet_has_another_letter(line, sheet, further):
    assert check_letter(sheet, line) != check_letter(sheet + further, line)


@given(st.integers(0, 600))
def test_every_sheet_has_rows_left_and_every_line_one_page(people):
    pages = pages_of(people)

    assert 5 <= pages * 25 - people < 30
    assert [page_of(line) for page in range(1, pages + 1) for line in lines_of(page)] == [
        page for page in range(1, pages + 1) for _ in range(25)
    ]
