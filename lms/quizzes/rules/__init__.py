"""Pure rules of quizzes."""

from lms.quizzes.rules.body import GAP, KINDS, LETTERS, MARKED_BY_A_PERSON, Body
from lms.quizzes.rules.drawing import draw, lay_out
from lms.quizzes.rules.duplicates import fingerprint
from lms.quizzes.rules.grading import Grade, Marked, grade, pairs, plain, score
from lms.quizzes.rules.paper import BLANK, Choice, choices_of, chosen_of, key_of, longest, shown_of
from lms.quizzes.rules.places import COLUMNS, Cell, Picture, Place, cells_of, hits
from lms.quizzes.rules.timing import GRACE, closing_time, deadline, is_late, is_over, seconds_left

__all__ = [
    "BLANK",
    "COLUMNS",
    "GAP",
    "GRACE",
    "KINDS",
    "LETTERS",
    "MARKED_BY_A_PERSON",
    "Body",
    "Cell",
    "Choice",
    "Grade",
    "Marked",
    "Picture",
    "Place",
    "cells_of",
    "choices_of",
    "chosen_of",
    "closing_time",
    "deadline",
    "draw",
    "fingerprint",
    "grade",
    "hits",
    "is_late",
    "is_over",
    "key_of",
    "lay_out",
    "longest",
    "pairs",
    "plain",
    "score",
    "seconds_left",
    "shown_of",
]
