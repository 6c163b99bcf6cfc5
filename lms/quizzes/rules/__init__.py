"""Pure rules of quizzes."""

from lms.quizzes.rules.drawing import draw, lay_out
from lms.quizzes.rules.duplicates import fingerprint
from lms.quizzes.rules.grading import Marked, mark, score
from lms.quizzes.rules.paper import BLANK, Choice, choices_of, chosen_of, shown_of
from lms.quizzes.rules.timing import GRACE, closing_time, deadline, is_late, is_over, seconds_left

__all__ = [
    "BLANK",
    "GRACE",
    "Choice",
    "Marked",
    "choices_of",
    "chosen_of",
    "closing_time",
    "deadline",
    "draw",
    "fingerprint",
    "is_late",
    "is_over",
    "lay_out",
    "mark",
    "score",
    "seconds_left",
    "shown_of",
]
