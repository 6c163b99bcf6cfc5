"""The question bank: looking at a file of questions, taking over the good ones, rewording and retiring."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from lms.core.db import new_id
from lms.core.errors import Conflict
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules
from lms.quizzes.models import Question, QuestionKind, QuestionVersion
from lms.quizzes.rules.importing import ParsedQuestion, QuestionsReading, read_questions
from lms.registry.holding import hold_firm
from lms.registry.models import ImportBatch, ImportKind, Jurisdiction
from lms.registry.rules.rows import Overrides
from lms.registry.service import AlreadyApplied, conclude, keep_fixes, new_batch

NO_TOPIC = "未分类"  # stored, and the same for everybody
LONGEST_FIX = 2_000
SKIP, VERSION, BOTH = "skip", "version", "both"
SAME = "same"  # the field of a batch's fixes that holds such a choice
WORDING = ("stem", "body", "explanation", "law_ref", "difficulty", "points", "translations")


class SameQuestion(Conflict):
    code = "question-exists"
    sentence = _l("题库里已经有这道题了，没有保存。")


@dataclass(frozen=True, slots=True)
class Known:
    """A question of a file that is in the bank already. own: it may get a new version. choice: skip, version or both.
    body: the bank's.
    """

    question: ParsedQuestion
    question_id: UUID
    own: bool
    choice: str
    body: rules.Body

    @property
    def differs(self) -> bool:
        """Whether the file calls something else right."""
        return not rules.calls_the_same_right(self.question.body, self.body)


@dataclass(frozen=True, slots=True)
class BankPlan:
    """What importing a file would do. new: to be added. known: in the bank already."""

    reading: QuestionsReading
    new: tuple[ParsedQuestion, ...]
    known: tuple[Known, ...]

    @property
    def contradicting(self) -> set[int]:
        """Rows of the file that ask what an earlier one asks, and call something else right."""
        bodies = {question.row: question.body for question in self.reading.everything}
        told = self.reading.duplicates
        return {one.row for one in told if not rules.calls_the_same_right(bodies[one.row], bodies[one.same_as_row])}

    @property
    def counts(self) -> dict[str, int]:
        """added, reworded, duplicates (left out: in the file or in the bank already), faulty (questions with a fault)."""
        chosen = [known.choice for known in self.known]
        return {
            "added": len(self.new) + chosen.count(BOTH),
            "reworded": chosen.count(VERSION),
            "duplicates": chosen.count(SKIP) + len(self.reading.duplicates),
            "faulty": len(self.reading.faulty),
        }


def hold_bank(uow: UnitOfWork, enterprise_id: UUID | None, jurisdiction_id: UUID | None = None) -> None:
    """Let whoever else changes this bank wait until this transaction is over, so that nothing comes into it twice. Asked before
    what is in it is read; both None: what is shipped, which the start of the server alone changes.
    """
    uow.once(_hold, enterprise_id, jurisdiction_id)


def _hold(uow: UnitOfWork, enterprise_id: UUID | None, jurisdiction_id: UUID | None) -> None:
    hold_firm(uow, enterprise_id)
    uow.session.execute(select(Jurisdiction.id).where(Jurisdiction.id == jurisdiction_id).with_for_update(key_share=True))


def compare(
    uow: UnitOfWork,
    enterprise_id: UUID | None,
    reading: QuestionsReading,
    choices: Mapping[int, str] | None = None,
    *,
    jurisdiction_id: UUID | None = None,
) -> BankPlan:
    """Which questions of a file an enterprise or a bureau does not have yet; both None: which are not shipped yet.

    choices: row → what to do with a question that is in the bank already; skip where nothing was chosen.
    """
    bank = queries.known_questions(uow, enterprise_id, jurisdiction_id)
    own = queries.own_questions(uow, enterprise_id, jurisdiction_id)
    new: dict[str, ParsedQuestion] = {}
    found = []
    for question in reading.questions:
        key = rules.fingerprint(question.stem, question.body.texts)
        if key in bank:
            owned = bank[key] in own
            choice = (choices or {}).get(question.row, SKIP)
            found.append((question, bank[key], owned, choice if choice == BOTH or (choice == VERSION and owned) else SKIP))
        else:
            new.setdefault(key, question)
    bodies = queries.newest_bodies(uow, [question_id for _question, question_id, _owned, _choice in found])
    return BankPlan(reading, tuple(new.values()), tuple(Known(*one, bodies[one[1]]) for one in found))


def add_questions(
    uow: UnitOfWork,
    enterprise_id: UUID | None,
    questions: Collection[ParsedQuestion],
    category: str | None = None,
    *,
    jurisdiction_id: UUID | None = None,
) -> int:
    """Add questions to the bank of an enterprise or of a bureau, or to those shipped (both None); returns how many.

    category: the file's own, as "安全培训/通用"; its last part is the topic of questions that name none.
    """
    topic = (category or "").rpartition("/")[2].strip()[:60] or NO_TOPIC
    rows = [_question(uow, enterprise_id, question, topic, jurisdiction_id) | {"id": new_id()} for question in questions]
    versions = [
        _version(uow, question, 1) | {"id": new_id(), "question_id": row["id"]}
        for question, row in zip(questions, rows, strict=True)
    ]
    if rows:  # two statements for a file of any length: objects for each of 5,000 questions take longer than the database
        uow.session.flush()
        uow.session.connection().execute(insert(Question), rows)
        uow.session.connection().execute(insert(QuestionVersion), versions)
    return len(rows)


def _question(
    uow: UnitOfWork, enterprise_id: UUID | None, question: ParsedQuestion, topic: str, jurisdiction_id: UUID | None = None
) -> dict[str, Any]:
    return {
        "enterprise_id": enterprise_id,
        "jurisdiction_id": None if enterprise_id else jurisdiction_id,
        "topic": question.topic or topic,
        "stem_hash": rules.fingerprint(question.stem, question.body.texts),
        "created_at": uow.now,
    }


def _version(uow: UnitOfWork, question: ParsedQuestion, number: int) -> dict[str, Any]:
    return {
        "version": number,
        "kind": QuestionKind(question.type),
        "stem": question.stem,
        "body": question.body,
        "explanation": question.explanation,
        "law_ref": question.law_ref,
        "difficulty": question.difficulty,
        "points": question.points,
        "translations": question.translations,
        "created_at": uow.now,
    }


def add(
    uow: UnitOfWork, enterprise_id: UUID | None, question: ParsedQuestion, *, jurisdiction_id: UUID | None = None
) -> Question:
    """Add one question written on the page to the bank of an enterprise or a bureau. Raises SameQuestion."""
    hold_bank(uow, enterprise_id, jurisdiction_id)
    key = rules.fingerprint(question.stem, question.body.texts)
    if key in queries.known_questions(uow, enterprise_id, jurisdiction_id):
        raise SameQuestion
    row = Question(**_question(uow, enterprise_id, question, NO_TOPIC, jurisdiction_id))
    row.versions.append(QuestionVersion(**_version(uow, question, 1)))
    uow.session.add(row)
    uow.session.flush()
    return row


def open_batch(
    uow: UnitOfWork, enterprise_id: UUID | None, content: bytes, file_name: str, *, jurisdiction_id: UUID | None = None
) -> ImportBatch:
    """Keep a file or pasted text to be looked at. Raises TableFault, and then nothing is kept."""
    read_questions(content)
    bureau = None if enterprise_id else jurisdiction_id
    batch = new_batch(uow, ImportKind.QUESTIONS, content, file_name, enterprise_id=enterprise_id, jurisdiction_id=bureau)
    uow.session.add(batch)
    uow.session.flush()
    return batch


def look(uow: UnitOfWork, batch: ImportBatch) -> BankPlan:
    """What importing the file, with the fixes made so far, would do. Writes nothing. Raises AlreadyApplied."""
    if batch.content is None:
        raise AlreadyApplied
    return compare(uow, batch.enterprise_id, *_read(batch.content, batch.fixes), jurisdiction_id=batch.jurisdiction_id)


def _read(content: bytes, fixes: Any) -> tuple[QuestionsReading, dict[int, str]]:
    """A file with the fixes made so far, and what was chosen for the questions that are in the bank already."""
    overrides = Overrides.from_json(fixes)
    choices = {row: text for (row, name), text in overrides.fixes.items() if name == SAME}
    return read_questions(content, overrides), choices


def fix(uow: UnitOfWork, batch: ImportBatch, typed: Mapping[str, str]) -> None:
    """Keep what was typed into faulty cells: {"row:field": text}; an empty text takes a fix back. Raises AlreadyApplied."""
    keep_fixes(uow, batch, typed, bool, LONGEST_FIX)


def apply(uow: UnitOfWork, batch: ImportBatch) -> dict[str, int]:
    """Add the good questions of a file, once; the faulty ones stay out. The file is forgotten, the counts are kept.

    Raises AlreadyApplied.
    """
    uow.session.flush()  # what was typed last would be forgotten when the row is read again
    uow.session.refresh(batch, with_for_update=True)
    if batch.content is None:
        raise AlreadyApplied
    reading, choices = _read(batch.content, batch.fixes)
    counts = take_over(uow, batch.enterprise_id, reading, choices, jurisdiction_id=batch.jurisdiction_id).counts
    conclude(uow, batch, counts)
    return counts


def take_over(
    uow: UnitOfWork,
    enterprise_id: UUID | None,
    reading: QuestionsReading,
    choices: Mapping[int, str] | None = None,
    *,
    jurisdiction_id: UUID | None = None,
) -> BankPlan:
    """Add the good questions of a file to a bank, with their pictures; returns what was done. choices: as in compare()."""
    hold_bank(uow, enterprise_id, jurisdiction_id)
    plan = compare(uow, enterprise_id, reading, choices, jurisdiction_id=jurisdiction_id)
    for content in reading.pictures.values():
        storage().put(content)
    also = [known.question for known in plan.known if known.choice == BOTH]
    add_questions(uow, enterprise_id, [*plan.new, *also], reading.category, jurisdiction_id=jurisdiction_id)
    for known in plan.known:
        if known.choice == VERSION:
            _add_version(uow, uow.session.get_one(Question, known.question_id), known.question)
    return plan


def reword(uow: UnitOfWork, question: Question, wording: ParsedQuestion, *, keep: bool = True) -> QuestionVersion:
    """Give a question a new wording, unless nothing is new; attempts keep the one they were asked.

    keep: translations stay while stem and body do. Raises SameQuestion when another question of the bank says the same.
    """
    hold_bank(uow, question.enterprise_id, question.jurisdiction_id)
    uow.session.expire(question, ["versions"])  # somebody else may have reworded it while this waited
    key = rules.fingerprint(wording.stem, wording.body.texts)
    known = queries.known_questions(uow, question.enterprise_id, question.jurisdiction_id)
    if known.get(key, question.id) != question.id:
        raise SameQuestion
    return _add_version(uow, question, wording, keep)


def _add_version(uow: UnitOfWork, question: Question, wording: ParsedQuestion, keep: bool = True) -> QuestionVersion:
    question.topic = wording.topic or question.topic
    newest = question.versions[-1]
    if keep and not wording.translations and (wording.stem, wording.body) == (newest.stem, newest.body):
        wording = replace(wording, translations=newest.translations)  # it says the same; of anything else they would be wrong
    version = QuestionVersion(**_version(uow, wording, newest.version + 1))
    if all(getattr(newest, name) == getattr(version, name) for name in WORDING):
        return newest
    question.versions.append(version)
    question.stem_hash = rules.fingerprint(wording.stem, wording.body.texts)
    uow.session.flush()
    return version


def retire(uow: UnitOfWork, question: Question) -> None:
    """Draw a question no more; papers that have it keep it."""
    question.retired_at = question.retired_at or uow.now


def restore(uow: UnitOfWork, question: Question) -> None:
    """Draw a retired question again."""
    question.retired_at = None
