"""The question bank."""

from __future__ import annotations

import base64
from dataclasses import replace
from random import Random
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, may_at_all
from lms.core.errors import NotFound
from lms.core.exports import exported, file_asked, narrowed_by, page_asked
from lms.core.storage import storage
from lms.core.tables import TableFault
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules, service, words
from lms.quizzes.forms import ImportForm, QuestionForm
from lms.quizzes.listings import bank_listing, filter_words
from lms.quizzes.models import Question, QuestionKind
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.views.taking import sent
from lms.registry.models import ImportBatch, ImportKind, Jurisdiction

bp = Blueprint("bank", __name__)
FIX = "fix:"
DIFFICULTIES = {"1": 1, "2": 2, "3": 3}
SOURCES = ("own", "bureau", "shared", "stale", "retired")


@bp.route("/questions")
@may("question.read")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    wanted = wanted_of(request.args)
    found = queries.bank_page(uow, wanted, page_asked())
    if kind := file_asked():
        return exported(kind, bank_listing(uow.now, found.lines, narrowed_by(filter_words(wanted))))
    return render_template(
        "quizzes/bank.html",
        wanted=wanted,
        found=found,
        kinds=list(QuestionKind),
        may_change=uow.actor.holds(Role.TRAINER, Role.OFFICER),
        may_take=uow.actor.holds(Role.TRAINER),
        stale=queries.stale_questions(uow) if uow.actor.enterprise_id else 0,
    )


def wanted_of(given: MultiDict[str, str]) -> queries.BankFilter:
    """What of the bank an address asks for."""
    return queries.BankFilter(
        topic=given.get("topic", ""),
        kind=given.get("kind", "") if given.get("kind") in set(QuestionKind) else "",
        source=given.get("source", "") if given.get("source") in SOURCES else "",
        text=given.get("q", "").strip()[:100],
        difficulty=DIFFICULTIES.get(given.get("difficulty", ""), 0),
        law=given.get("law", "").strip()[:100],
    )


@bp.route("/questions/<uuid:question_id>")
@may("question.read")
def show(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    question = find(uow, Question, question_id)
    owner, newest = queries.owner_of(uow, question), question.versions[-1].version
    origin = uow.session.get(Question, question.origin_id) if question.origin_id else None
    return render_template(
        "quizzes/question.html",
        question=question,
        owner=owner,
        may_change=owner == "own" and uow.actor.holds(Role.TRAINER, Role.OFFICER),
        may_take=owner == "bureau" and uow.actor.holds(Role.TRAINER),
        may_regrade=owner != "bureau" and may_at_all(uow.actor, "quiz.regrade"),
        copy=queries.copy_of(uow, question.id, uow.actor.enterprise_id) if owner == "bureau" else None,
        bureau=_bureau(uow, origin or question),
        behind=origin is not None and origin.versions[-1].version > (question.origin_version or newest),
        language_words=words.LANGUAGES,
        taken=queries.taken_by(uow, question.id) if owner == "own" and question.jurisdiction_id else None,
    )


def _bureau(uow: UnitOfWork, question: Question) -> str | None:
    """The name of the jurisdiction whose question it is."""
    return uow.session.scalar(select(Jurisdiction.name).where(Jurisdiction.id == question.jurisdiction_id))


@bp.route("/questions/new", methods=["GET", "POST"])
@may("question.change")
def new(uow: UnitOfWork) -> ResponseReturnValue:
    """A question written on the page; the kind is chosen first, by a link."""
    form = QuestionForm(kind=request.args.get("kind", "single")) if request.method == "GET" else QuestionForm()
    if wording := _typed_question(form):
        question = service.add(uow, uow.actor.enterprise_id, wording, jurisdiction_id=uow.actor.jurisdiction_id)
        flash(_("已加入题库。"), "ok")
        return redirect(url_for(".show", question_id=question.id), 303)
    return _form_page(form, None), 422 if form.errors else 200


@bp.route("/questions/<uuid:question_id>/edit", methods=["GET", "POST"])
@may("question.change")
def edit(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    question = own_question(uow, question_id)
    form = QuestionForm() if request.method == "POST" else QuestionForm.of(question)
    if wording := _typed_question(form):
        body = rules.with_weights(wording.body, question.versions[-1].body)
        service.reword(uow, question, replace(wording, body=body))
        flash(_("已保存。考过的答卷保留原来的写法；改的是答案的话，可以再重评答卷。"), "ok")
        return redirect(url_for(".show", question_id=question.id), 303)
    return _form_page(form, question), 422 if form.errors else 200


def _typed_question(form: QuestionForm) -> ParsedQuestion | None:
    """What was sent as a question; a picture is kept whatever else is wrong."""
    sent_well = form.validate_on_submit()
    picture_well = form.keep_picture()
    return form.wording() if sent_well and picture_well else None


def _form_page(form: QuestionForm, question: Question | None) -> str:
    picture = form.picture
    shown = base64.b64encode(storage().get(picture.sha256)).decode() if picture else None
    kinds = {"kinds": list(QuestionKind), "brought": rules.BROUGHT}
    return render_template("quizzes/edit.html", question=question, form=form, picture=shown, **kinds)


@bp.route("/questions/<uuid:question_id>/picture")
@may("question.read")
def picture(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    """The picture of the newest wording, or of the one that ?version= names."""
    question = find(uow, Question, question_id)
    number = request.args.get("version", question.versions[-1].version, type=int)
    shown = next((version.body.picture for version in question.versions if version.version == number), None)
    if shown is None:
        raise NotFound
    return sent(shown)


@bp.route("/questions/<uuid:question_id>/preview")
@may("question.read")
def preview(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    """A question as a phone shows it; nothing is kept."""
    question = find(uow, Question, question_id)
    newest = question.versions[-1]
    screen = queries.screen_of(1, newest, tuple(rules.lay_out(Random(newest.id.int), newest.body.options)), [])
    return render_template("quizzes/preview.html", question=question, screen=screen)


@bp.route("/questions/<uuid:question_id>/retire", methods=["POST"])
@may("question.change")
def retire(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    question = own_question(uow, question_id)
    service.retire(uow, question)
    flash(_("已停用。以后抽题不会再抽到它，以前的答卷不受影响。"), "ok")
    return redirect(url_for(".show", question_id=question.id), 303)


@bp.route("/questions/<uuid:question_id>/restore", methods=["POST"])
@may("question.change")
def restore(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    question = own_question(uow, question_id)
    service.restore(uow, question)
    flash(_("已恢复使用。"), "ok")
    return redirect(url_for(".show", question_id=question.id), 303)


def own_question(uow: UnitOfWork, question_id: UUID) -> Question:
    """A question of the actor's own bank: what is shipped or a bureau's can be read and not changed. Raises NotFound."""
    question = find(uow, Question, question_id)
    if queries.owner_of(uow, question) != "own":
        raise NotFound
    return question


@bp.route("/questions/import", methods=["GET", "POST"])
@may("question.import")
def upload(uow: UnitOfWork) -> ResponseReturnValue:
    form = ImportForm()
    if form.validate_on_submit():
        file = form.file.data
        content = file.read() if file else form.text.data.encode()
        name = (file.filename if file else None) or _("粘贴的题目")
        try:
            owner, bureau = uow.actor.enterprise_id, uow.actor.jurisdiction_id
            batch = service.open_batch(uow, owner, content, name, jurisdiction_id=bureau)
        except TableFault as fault:
            wrong = form.file if file else form.text
            wrong.errors = [*wrong.errors, str(fault)]
        else:
            return redirect(url_for(".batch", batch_id=batch.id), 303)
    return render_template("quizzes/upload.html", form=form), 422 if form.errors else 200


@bp.route("/questions/imports/<uuid:batch_id>", methods=["GET", "POST"])
@may("question.import")
def batch(uow: UnitOfWork, batch_id: UUID) -> ResponseReturnValue:
    """What a file would bring; POST keeps what was typed into its faulty cells and looks again."""
    batch = _batch(uow, batch_id)
    if request.method == "POST":
        service.fix(uow, batch, _typed())
        return redirect(url_for(".batch", batch_id=batch.id), 303)
    plan = service.look(uow, batch) if batch.applied_at is None else None
    return render_template("quizzes/batch.html", batch=batch, plan=plan)


@bp.route("/questions/imports/<uuid:batch_id>/apply", methods=["POST"])
@may("question.import")
def apply(uow: UnitOfWork, batch_id: UUID) -> ResponseReturnValue:
    batch = _batch(uow, batch_id)
    if batch.applied_at is None:
        service.fix(uow, batch, _typed())
        counts = service.apply(uow, batch)
        flash(_("已导入 %(n)s 道题。", n=counts["added"] + counts["reworded"]), "ok")
    return redirect(url_for(".batch", batch_id=batch.id), 303)


def _batch(uow: UnitOfWork, batch_id: UUID) -> ImportBatch:
    batch = find(uow, ImportBatch, batch_id)
    if batch.kind is not ImportKind.QUESTIONS:
        raise NotFound
    return batch


def _typed() -> dict[str, str]:
    return {key.removeprefix(FIX): text for key, text in request.form.items() if key.startswith(FIX)}
