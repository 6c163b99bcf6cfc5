"""Use cases of quizzes: the bank, planning a quiz, taking it."""

from lms.quizzes.service.attempts import (
    AlreadyPassed,
    AnswerTooLong,
    AttemptOver,
    CoolingDown,
    MarkingPending,
    NoAttemptsLeft,
    NotAsked,
    NothingToAsk,
    QuizNotOpen,
    answer,
    answer_held,
    settle,
    start,
    submit,
)
from lms.quizzes.service.bank import (
    BankPlan,
    SameQuestion,
    add,
    add_questions,
    apply,
    fix,
    look,
    open_batch,
    restore,
    retire,
    reword,
)
from lms.quizzes.service.exchange import DETAILS, Download, download, note, taken_out
from lms.quizzes.service.law import keep_question, replace_clause, withdraw_change
from lms.quizzes.service.marking import AlreadyMarked, mark_text
from lms.quizzes.service.noting import note_left
from lms.quizzes.service.papers import AlreadyBegun, PaperRules, Trial, begun, set_rules, try_out
from lms.quizzes.service.planning import cancel, open_for_answers, plan
from lms.quizzes.service.regrading import NothingToCorrect, SeenOtherwise, regrade
from lms.quizzes.service.retests import NobodyToPick, TooEarly, draw_retest
from lms.quizzes.service.sharing import catch_up, take, take_all
from lms.quizzes.service.support import set_support
from lms.quizzes.service.translating import translate

__all__ = [
    "DETAILS",
    "AlreadyBegun",
    "AlreadyMarked",
    "AlreadyPassed",
    "AnswerTooLong",
    "AttemptOver",
    "BankPlan",
    "CoolingDown",
    "Download",
    "MarkingPending",
    "NoAttemptsLeft",
    "NobodyToPick",
    "NotAsked",
    "NothingToAsk",
    "NothingToCorrect",
    "PaperRules",
    "QuizNotOpen",
    "SameQuestion",
    "SeenOtherwise",
    "TooEarly",
    "Trial",
    "add",
    "add_questions",
    "answer",
    "answer_held",
    "apply",
    "begun",
    "cancel",
    "catch_up",
    "download",
    "draw_retest",
    "fix",
    "keep_question",
    "look",
    "mark_text",
    "note",
    "note_left",
    "open_batch",
    "open_for_answers",
    "plan",
    "regrade",
    "replace_clause",
    "restore",
    "retire",
    "reword",
    "set_rules",
    "set_support",
    "settle",
    "start",
    "submit",
    "take",
    "take_all",
    "taken_out",
    "translate",
    "try_out",
    "withdraw_change",
]
