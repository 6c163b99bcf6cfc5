"""The quiz on paper: printed for people without a phone, photographed, keyed in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from lms.access.door import may
from lms.access.reach import find
from lms.core import clock
from lms.core.downloads import handed_out
from lms.core.errors import Problem
from lms.core.given import uploads
from lms.core.jobs import enqueue
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.core.viewing.papers import FAULT
from lms.core.viewing.scans import NotAPicture, PictureTooBig
from lms.quizzes import queries, rules, service, sheets, words
from lms.quizzes.models import QuestionVersion, Quiz, QuizImage, QuizSheet
from lms.quizzes.sheet_forms import CorrectForm, KeyForm, PhotoForm
from lms.quizzes.views.paper import quiz_within

bp = Blueprint("quiz_sheets", __name__)
REFUSALS = {kind.code: kind.sentence for kind in (sheets.NoCode, NotAPicture, PictureTooBig, service.AnotherPaper)} | {
    FAULT: _l("这个文件读不出来，不是您的问题。照片已留着，请换一张再传。"),
}


@bp.route("/lectures/<uuid:lecture_id>/quiz/sheets")
@may("quiz.change")
def index(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Who needs a paper, the papers printed, and the photos of them."""
    return _page(uow, quiz_within(uow, lecture_id), PhotoForm(formdata=None))


@bp.route("/lectures/<uuid:lecture_id>/quiz/sheets", methods=["POST"])
@may("quiz.change")
def make(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The same person gets the same paper until it is keyed in, so that a second click prints no second one."""
    quiz = quiz_within(uow, lecture_id)
    listed = {str(one.person.person_id): one.person.person_id for one in queries.to_print(uow, quiz)}
    chosen = [listed[text] for text in request.form.getlist("person") if text in listed]
    language = request.form.get("lang")
    printed = service.print_sheets(uow, quiz, chosen, language if language in rules.LANGUAGES else None)
    numbers = ",".join(str(sheet.number) for sheet in printed)
    return redirect(url_for(".pdf", lecture_id=lecture_id, numbers=numbers), 303)


@bp.route("/lectures/<uuid:lecture_id>/quiz/sheets.pdf")
@may("quiz.change")
def pdf(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The papers with the ?numbers= named, or all that are not keyed in yet, each in its language."""
    quiz = quiz_within(uow, lecture_id)
    wanted = {text for text in request.args.get("numbers", "").split(",") if text}
    chosen = [
        sheet
        for sheet in queries.quiz_sheets_of(uow, quiz.id)
        if (str(sheet.number) in wanted if wanted else sheet.attempt_id is None)
    ]
    if not chosen:
        raise service.NobodyChosen
    content = service.printed_quiz(uow, quiz, chosen, settings().base_url)
    name = chosen[0].code if len(chosen) == 1 else f"{chosen[0].code}-{chosen[-1].number:04}"
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{name}.pdf")


@bp.route("/lectures/<uuid:lecture_id>/quiz/photos", methods=["GET", "POST"])
@may("quiz.change")
def photos(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Photos of answered papers are handed in; the worker finds whose they are, and the page asks until it has."""
    quiz = quiz_within(uow, lecture_id)
    form = PhotoForm()
    if form.validate_on_submit():
        for name, file in uploads("photos"):
            photo = service.take_quiz_photo(uow, quiz, name, file.read())
            uow.after_commit(partial(enqueue, "read_quiz_photos", photo_id=str(photo.id)))
        return redirect(url_for(".index", lecture_id=lecture_id, _anchor="quiz-sheets"), 303)
    return _page(uow, quiz, form, part=bool(request.headers.get("HX-Request")))


def _page(uow: UnitOfWork, quiz: Quiz, form: PhotoForm, *, part: bool = False) -> ResponseReturnValue:
    told = queries.quiz_photos(uow, quiz.id)
    page = render_template(
        "quizzes/_sheets.html" if part else "quizzes/sheets.html",
        quiz=quiz,
        form=form,
        people=[] if part else queries.to_print(uow, quiz),
        languages=[] if part else [(code, rules.LANGUAGES[code]) for code in queries.languages_to_print(uow, quiz)],
        lines=queries.sheet_lines(uow, quiz),
        photos=told,
        refusals=REFUSALS,
        waits=any(photo.waits for photo, _found in told),
        following=queries.next_to_key(uow, quiz.id),
    )
    return page, 422 if form.errors else 200


@bp.route("/quiz-sheets/<uuid:quiz_sheet_id>", methods=["GET", "POST"])
@may("quiz.change")
def key(uow: UnitOfWork, quiz_sheet_id: UUID) -> ResponseReturnValue:
    """Where the code on a paper leads: its photo, and a line for each answer as it stands there."""
    sheet = find(uow, QuizSheet, quiz_sheet_id)
    if sheet.attempt_id is not None and request.method == "GET":
        return redirect(url_for("quizzes.result", attempt_id=sheet.attempt_id), 303)
    asked = queries.questions_on(uow, [sheet])
    form, faults, problem = KeyForm(data=_written(uow, sheet)), dict[int, str](), ""
    if form.validate_on_submit():
        chosen, faults = _read(sheet, asked)
        if not faults:
            try:
                at = clock.at(form.day.data, form.at.data)
                attempt = service.key_quiz_sheet(uow, sheet, chosen, at)
            except Problem as fault:  # said beside what was typed
                problem = str(fault)
            else:
                name = sheet.person.name
                if attempt.score is None:
                    flash(_("%(name)s 的答卷已录入，简答题等待评分。", name=name), "ok")
                else:
                    flash(_("%(name)s 的答卷已录入：%(score)s 分，标为纸质。", name=name, score=attempt.score), "ok")
                following = queries.next_to_key(uow, sheet.quiz_id) if request.form.get("do") == "next" else None
                if following:
                    return redirect(url_for(".key", quiz_sheet_id=following.id), 303)
                return redirect(url_for(".index", lecture_id=sheet.quiz.lecture_id, _anchor="quiz-sheets"), 303)
    return _key_page(uow, sheet, asked, form, faults, problem, request.form)


@bp.route("/quiz-sheets/<uuid:quiz_sheet_id>/correct", methods=["GET", "POST"])
@may("quiz.change")
def correct(uow: UnitOfWork, quiz_sheet_id: UUID) -> ResponseReturnValue:
    """What was keyed in, to be put right beside the photo, with a reason."""
    sheet = find(uow, QuizSheet, quiz_sheet_id)
    if sheet.attempt_id is None:
        return redirect(url_for(".key", quiz_sheet_id=sheet.id), 303)
    asked, form = queries.questions_on(uow, [sheet]), CorrectForm()
    if request.method == "GET":
        return _key_page(uow, sheet, asked, form, {}, "", _keyed(uow, sheet, asked))
    faults: dict[int, str] = {}
    if form.validate_on_submit():
        chosen, faults = _read(sheet, asked)
        if not faults:
            changed = service.correct_quiz_sheet(uow, sheet, chosen, (form.reason.data or "").strip())
            flash(_("已更正，原来录的仍然留着。") if changed else _("和原来录的一样，没有更正。"), "ok")
            return redirect(url_for(".index", lecture_id=sheet.quiz.lecture_id, _anchor="quiz-sheets"), 303)
    return _key_page(uow, sheet, asked, form, faults, "", request.form)


def _read(sheet: QuizSheet, asked: Mapping[UUID, QuestionVersion]) -> tuple[dict[UUID, list[str]], dict[int, str]]:
    """What was typed off a paper, by wording; and what cannot stand there, by place."""
    chosen, faults = dict[UUID, list[str]](), dict[int, str]()
    for place, entry in enumerate(sheet.paper, 1):
        version = asked[UUID(entry["version"])]
        kept = rules.typed(version.body, entry["options"], request.form.get(f"answer-{place}", ""))
        if kept is None:
            faults[place] = _("纸上不会有这样的答案：%(how)s。没答的空着。", how=words.HOW[version.body.kind])
        else:
            chosen[version.id] = kept
    return chosen, faults


def _keyed(uow: UnitOfWork, sheet: QuizSheet, asked: Mapping[UUID, QuestionVersion]) -> dict[str, str]:
    """The answers of a paper as they would be typed again."""
    assert sheet.attempt_id is not None
    answers, typed = queries.latest_answers(uow, sheet.attempt_id), {}
    for place, entry in enumerate(sheet.paper, 1):
        version = asked[UUID(entry["version"])]
        given = answers.get(version.id)
        typed[f"answer-{place}"] = rules.as_typed(version.body, entry["options"], given.chosen) if given else ""
    return typed


def _key_page(
    uow: UnitOfWork,
    sheet: QuizSheet,
    asked: Mapping[UUID, QuestionVersion],
    form: FlaskForm,
    faults: Mapping[int, str],
    problem: str,
    typed: Mapping[str, str],
) -> ResponseReturnValue:
    shown = [(place, asked[UUID(entry["version"])]) for place, entry in enumerate(sheet.paper, 1)]
    page = render_template(
        "quizzes/sheet.html", sheet=sheet, quiz=sheet.quiz, form=form, shown=shown, images=queries.images_of(uow, sheet.id),
        hows=words.HOW, faults=faults, problem=problem, typed=typed,
    )  # fmt: skip
    return page, 422 if form.errors or faults or problem else 200


def _written(uow: UnitOfWork, sheet: QuizSheet) -> Mapping[str, object]:
    """When this paper was answered, as far as can be guessed: with the one keyed in before, or when the quiz opened."""
    last = queries.last_written(uow, sheet.quiz_id)
    at = clock.local((last.written_at if last else None) or sheet.quiz.opens_at or uow.now)
    return {"day": at.date(), "at": clock.to_minute(at).time()}


@bp.route("/quiz-images/<uuid:quiz_image_id>")
@may("quiz.change")
def image(uow: UnitOfWork, quiz_image_id: UUID) -> ResponseReturnValue:
    """The picture of an answered paper: handwriting, for the trainer of this enterprise and nobody else."""
    return handed_out(find(uow, QuizImage, quiz_image_id).sha256, "image/jpeg", personal=True)
