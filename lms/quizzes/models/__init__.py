"""The question bank, quizzes drawn from it, attempts owned by the server, and every tap."""

from lms.quizzes.models.attempts import Answer, Attempt, PageLeft, TextMark
from lms.quizzes.models.law import LawChange, LawCheck
from lms.quizzes.models.questions import Question, QuestionKind, QuestionVersion
from lms.quizzes.models.quiz import Quiz, Retest, RetestPerson
from lms.quizzes.models.regrading import Regrade, ScoreChange
from lms.quizzes.models.support import Support

__all__ = [
    "Answer",
    "Attempt",
    "LawChange",
    "LawCheck",
    "PageLeft",
    "Question",
    "QuestionKind",
    "QuestionVersion",
    "Quiz",
    "Regrade",
    "Retest",
    "RetestPerson",
    "ScoreChange",
    "Support",
    "TextMark",
]
