"""Questions in the languages of those who answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lms.core.uow import UnitOfWork
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.service.bank import reword
from lms.quizzes.service.sharing import parsed


def translate(uow: UnitOfWork, question: Question, language: str, told: Mapping[str, Any]) -> QuestionVersion:
    """Give a question its wording in a language, as a new version; nothing told takes the language away.

    told: as in rules.in_language().
    """
    newest = question.versions[-1]
    kept = {code: one for code, one in newest.translations.items() if code != language}
    if told:
        kept[language] = dict(told)
    return reword(uow, question, replace(parsed(question.topic, newest), translations=kept), keep=False)
