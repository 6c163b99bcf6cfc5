"""Use cases of quizzes: the bank, planning a quiz, taking it."""

from lms.quizzes.service.attempts import (
    AlreadyPassed,
    AttemptOver,
    NoAttemptsLeft,
    NotAsked,
    NothingToAsk,
    QuizNotOpen,
    answer,
    settle,
    start,
    submit,
)
from lms.quizzes.service.bank import (
    BankPlan,
    add_questions,
    apply,
    fix,
    look,
    open_batch,
    restore,
    retire,
    reword,
)
from lms.quizzes.service.planning import cancel, open_for_answers, plan

__all__ = [
    "AlreadyPassed",
    "AttemptOver",
    "BankPlan",
    "NoAttemptsLeft",
    "NotAsked",
    "NothingToAsk",
    "QuizNotOpen",
    "add_questions",
    "answer",
    "apply",
    "cancel",
    "fix",
    "look",
    "open_batch",
    "open_for_answers",
    "plan",
    "restore",
    "retire",
    "reword",
    "settle",
    "start",
    "submit",
]
