"""The question bank, quizzes drawn from it, attempts owned by the server, and every tap."""

from lms.quizzes.models.attempts import ON_PAPER, Answer, Attempt, PageLeft, TextMark
from lms.quizzes.models.law import LawChange, LawCheck
from lms.quizzes.models.questions import Question, QuestionKind, QuestionVersion
from lms.quizzes.models.quiz import Quiz, Retest, RetestPerson
from lms.quizzes.models.regrading import Regrade, ScoreChange
from lms.quizzes.models.sheets import QuizImage, QuizPhoto, QuizSheet
from lms.quizzes.models.support import Support

__all__ = [
    "ON_PAPER",
    "Answer",
    "Attempt",
    "LawChange",
    "LawCheck",
    "PageLeft",
    "Question",
    "QuestionKind",
    "QuestionVersion",
    "Quiz",
    "QuizImage",
    "QuizPhoto",
    "QuizSheet",
    "Regrade",
    "Retest",
    "RetestPerson",
    "ScoreChange",
    "Support",
    "TextMark",
]
