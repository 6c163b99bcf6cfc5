"""Quizzes on paper: drawn and printed for people without a phone, photographed, and keyed in by the trainer, who is named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core import clock
from lms.core.documents.apart import print_apart
from lms.core.errors import Conflict, Invalid
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.lectures.rules import tidy_name
from lms.ledger.service import append
from lms.quizzes import queries, rules, sheets
from lms.quizzes.models import ON_PAPER, Answer, Attempt, QuestionVersion, Quiz, QuizImage, QuizPhoto, QuizSheet
from lms.quizzes.service.attempts import (
    CHANCE,
    AlreadyPassed,
    CoolingDown,
    MarkingPending,
    NoAttemptsLeft,
    QuizNotOpen,
    check_expected,
    conclude,
    draw_paper,
    given_by_plug_in,
    settle,
)
from lms.quizzes.service.rescoring import check_not_own, rescore, tell_rescored
from lms.registry.holding import hold_firm
from lms.registry.models import Enterprise

CORRECTED = "quiz.sheet-corrected"


class NobodyChosen(Invalid):
    code = "quiz-sheets-nobody"
    sentence = _l("请先勾选要打印试卷的人。")


class NotPhotographed(Conflict):
    code = "quiz-sheet-no-photo"
    sentence = _l("这份答卷还没有照片。先拍照或扫描上传，再录入，成绩才有原件可查。")


class NotKeyedYet(Conflict):
    code = "quiz-sheet-not-keyed"
    sentence = _l("这份答卷还没有录入，没有可以更正的。")


class AlreadyKeyed(Conflict):
    code = "quiz-sheet-already-keyed"
    sentence = _l("这份答卷已经录入过了，没有重复计入。")


class NotWrittenThen(Invalid):
    code = "quiz-sheet-time"
    sentence = _l("答卷时间要在考核开放以后、截止以前，也不能在现在之后。")


class OnThePhoneNow(Conflict):
    code = "quiz-sheet-on-the-phone"
    sentence = _l("本人正在手机上作答，等那一次交卷以后再录入。")


class AnotherPaper(Invalid):
    code = "quiz-photo-another"
    sentence = _l("照片里不是这次考核的答卷，没有收下。请核对卷头的编号。")


def print_sheets(uow: UnitOfWork, quiz: Quiz, person_ids: Collection[UUID], language: str | None = None) -> list[QuizSheet]:
    """A paper for each of these people, drawn as on a phone; the one already printed while it has not been keyed in.

    language: of rules.LANGUAGES, is to stand under the Chinese from now on. Who has passed, or has no attempt left, gets none.
    Raises NobodyChosen, NothingToAsk, NotFound for somebody not asked.
    """
    hold_firm(uow, quiz.enterprise_id)
    waiting = {sheet.person_id: sheet for sheet in queries.quiz_sheets_of(uow, quiz.id) if sheet.attempt_id is None}
    number = queries.next_quiz_sheet(uow, quiz.enterprise_id)
    printed: list[QuizSheet] = []
    neighbours: list[list[rules.Entry]] = []
    for person_id in person_ids:
        check_expected(uow, quiz, person_id)
        at = queries.so_far(uow, quiz, person_id)
        if at.finished or not at.left:
            continue
        sheet = waiting.get(person_id)
        if sheet is None:
            sheet = QuizSheet(
                enterprise_id=quiz.enterprise_id, quiz_id=quiz.id, person_id=person_id, number=number,
                paper=rules.arranged(draw_paper(uow, quiz, at.attempts, CHANCE), neighbours[-2:]),
                printed_by=uow.actor.name, printed_at=uow.now,
            )  # fmt: skip
            uow.session.add(sheet)
            number += 1
        sheet.language = language
        neighbours.append(sheet.paper)
        printed.append(sheet)
    uow.session.flush()
    if not printed:
        raise NobodyChosen
    return printed


def printed_quiz(uow: UnitOfWork, quiz: Quiz, chosen: Sequence[QuizSheet], base_url: str) -> bytes:
    """The PDF of these papers, each in its language too where a question carries that; the paper and its letters stay the same.

    Raises MissingCharacters.
    """
    people = queries.people_on_sheets(uow, quiz.lecture_id, [sheet.person_id for sheet in chosen])
    asked = queries.questions_on(uow, chosen)
    firm = uow.session.scalar(select(Enterprise.name).where(Enterprise.id == quiz.enterprise_id)) or ""
    pages = []
    for sheet in chosen:
        person = people[sheet.person_id]
        questions = []
        for place, entry in enumerate(sheet.paper, 1):
            version = asked[UUID(entry["version"])]
            picture = storage().get(version.body.picture.sha256) if version.body.picture else b""
            choices = tuple(rules.choices_of(version.body, entry["options"]))
            told = _told(version, entry["options"], sheet.language or "")
            questions.append(sheets.PrintedQuestion(place, version.stem, version.body, choices, picture, told))
        pages.append(
            sheets.PrintedSheet(
                sheet.code, person.name, person.work_no, person.department, f"{base_url}/quiz-sheets/{sheet.id}",
                person.large_type, tuple(questions), sheet.language or "",
            )
        )  # fmt: skip
    batch = sheets.Batch(quiz.lecture.title, firm, quiz.minutes, quiz.pass_mark, tuple(pages))
    return print_apart(sheets.sheets_pdf, batch)


def _told(version: QuestionVersion, order: Sequence[str], language: str) -> sheets.Told | None:
    """A question in a language that it carries; what of it has no translation is left out, for the Chinese is there."""
    found = rules.in_language(version.stem, version.body, version.translations, language)
    if found is None:
        return None
    stem, body = found
    pairs = zip(rules.choices_of(version.body, order), rules.choices_of(body, order), strict=True)
    choices = {choice.value: choice.text or "" if choice.text != chinese.text else "" for chinese, choice in pairs}
    prompts = tuple(prompt if prompt not in version.body.prompts else "" for prompt in body.prompts)
    return sheets.Told(stem if stem != version.stem else "", prompts, choices)


def take_quiz_photo(uow: UnitOfWork, quiz: Quiz, file_name: str, content: bytes) -> QuizPhoto:
    """Keep a photo or scan of answered papers, for the worker to read."""
    photo = QuizPhoto(
        enterprise_id=quiz.enterprise_id, quiz_id=quiz.id, file_name=tidy_name(file_name), sha256=storage().put(content),
        taken_by=uow.actor.name, taken_at=uow.now,
    )  # fmt: skip
    uow.session.add(photo)
    uow.session.flush()
    return photo


def note_papers(uow: UnitOfWork, photo: QuizPhoto, seen: Sequence[tuple[UUID | None, bytes]]) -> None:
    """Keep the picture of each paper in a photo with its paper; pages without a code belong to the paper before them.

    Raises sheets.NoCode, and AnotherPaper unless every paper is of the photo's quiz.
    """
    own = {sheet.id: sheet for sheet in queries.quiz_sheets_of(uow, photo.quiz_id)}
    current: QuizSheet | None = None
    found: list[tuple[QuizSheet, bytes]] = []
    for sheet_id, picture in seen:
        if sheet_id is not None:
            current = own.get(sheet_id)
            if current is None:
                raise AnotherPaper
        if current is None:
            raise sheets.NoCode
        found.append((current, picture))
    for sheet, picture in found:
        uow.session.add(
            QuizImage(
                enterprise_id=sheet.enterprise_id, sheet_id=sheet.id, photo_id=photo.id, sha256=storage().put(picture),
                taken_at=photo.taken_at,
            )
        )  # fmt: skip
    photo.read_at = uow.now


def key_quiz_sheet(uow: UnitOfWork, sheet: QuizSheet, chosen: Mapping[UUID, list[str]], written_at: datetime) -> Attempt:
    """Make an attempt, marked as paper, of what stands on a photographed paper, and grade it as any other.

    chosen: wording → what rules.written.typed() made of it. Raises OwnPaper, AlreadyKeyed, NotPhotographed, NotWrittenThen,
    QuizNotOpen, OnThePhoneNow, AlreadyPassed, MarkingPending, NoAttemptsLeft, CoolingDown. Says AttemptGraded.
    """
    check_not_own(uow, sheet.person_id)
    uow.session.refresh(sheet, with_for_update=True)
    quiz, person_id = sheet.quiz, sheet.person_id
    if sheet.attempt_id is not None:
        raise AlreadyKeyed
    if not queries.images_of(uow, sheet.id):
        raise NotPhotographed
    if (
        quiz.opens_at is None
        or quiz.closes_at is None
        or not queries.has_heard(uow, quiz.lecture_id, quiz.lecture.closed_at, person_id)
    ):
        raise QuizNotOpen
    if not clock.to_minute(quiz.opens_at) <= written_at <= min(quiz.closes_at, uow.now):
        raise NotWrittenThen
    extra = check_expected(uow, quiz, person_id)
    at = _free(uow, quiz, person_id, written_at)
    attempt = Attempt(
        enterprise_id=quiz.enterprise_id, quiz_id=quiz.id, person_id=person_id, number=len(at.attempts) + 1, paper=sheet.paper,
        started_at=written_at, deadline_at=rules.deadline(written_at, rules.allowed(quiz.minutes, extra), quiz.closes_at),
        submitted_at=uow.now, submitted_how=ON_PAPER,
    )  # fmt: skip
    uow.session.add(attempt)
    uow.session.flush()
    for counter, (version_id, texts) in enumerate(chosen.items(), 1):
        if texts:
            uow.session.add(
                Answer(attempt_id=attempt.id, version_id=version_id, counter=counter, chosen=texts, answered_at=written_at)
            )
    sheet.attempt_id, sheet.written_at, sheet.keyed_by, sheet.keyed_at = attempt.id, written_at, uow.actor.name, uow.now
    uow.session.flush()
    conclude(uow, attempt)
    return attempt


def correct_quiz_sheet(uow: UnitOfWork, sheet: QuizSheet, chosen: Mapping[UUID, list[str]], reason: str) -> bool:
    """Put right what was keyed in wrongly; whether anything was. The answers before stay kept, a marked text stays as it is.

    Hours, certificates and standings follow a changed score. Raises OwnPaper, NotKeyedYet. Says ScoresChanged.
    """
    check_not_own(uow, sheet.person_id)
    uow.session.refresh(sheet, with_for_update=True)
    if sheet.attempt_id is None or sheet.written_at is None:
        raise NotKeyedYet
    attempt = uow.session.get_one(Attempt, sheet.attempt_id, with_for_update=True)
    before = attempt.score
    taps = queries.latest_answers(uow, attempt.id)
    kept = {version_id: tap.chosen for version_id, tap in taps.items()}
    asked = queries.kept_wordings(uow, list(chosen))
    counter = first = queries.last_counter(taps)
    for version_id, texts in chosen.items():
        body = asked[version_id].body
        share = None if body.kind in rules.MARKED_BY_A_PERSON else rules.grade(body, texts).share
        if texts == kept.get(version_id, []) or share is None:  # what only a person can mark stays as it is
            continue
        counter += 1
        told = {"attempt_id": attempt.id, "version_id": version_id}
        uow.session.add(Answer(**told, counter=counter, chosen=texts, answered_at=sheet.written_at))
        if body.by:
            uow.session.add(given_by_plug_in(uow, sheet.enterprise_id, attempt.id, version_id, body, share))
    if counter == first:
        return False
    rescore(uow, attempt)
    line = {"at": uow.now.isoformat(), "by": uow.actor.name, "reason": reason, "before": before, "after": attempt.score}
    sheet.corrections = [*(sheet.corrections or []), line]
    uow.session.flush()
    told = {name: value for name, value in line.items() if name != "by"}
    append(uow, sheet.enterprise_id, CORRECTED, sheet.id, {"attempt": attempt.id, "actor": uow.actor.key, **told})
    tell_rescored(uow, attempt, before, "纸质答卷录错", reason, CORRECTED)
    return True


def _free(uow: UnitOfWork, quiz: Quiz, person_id: UUID, written_at: datetime) -> queries.SoFar:
    """Where somebody is with a quiz who may have one more attempt counted."""
    at = queries.so_far(uow, quiz, person_id)
    if at.open is not None:
        settle(uow, uow.session.get_one(Attempt, at.open.id))
        if at.open.submitted_at is None:
            raise OnThePhoneNow
        at = queries.so_far(uow, quiz, person_id)
    if at.passed:
        raise AlreadyPassed
    if at.waiting:
        raise MarkingPending
    if not at.left:
        raise NoAttemptsLeft
    again = rules.cool_until(at.last_ended_at, quiz.cool_down)
    if again is not None and written_at < again:
        raise CoolingDown(minutes=quiz.cool_down, at=clock.hour(again))
    return at
