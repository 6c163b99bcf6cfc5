"""Personal data: what is kept and how long, who looked, what its owner asks for, and the firm's answers."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find, may_at_all
from lms.access.service import hands_of
from lms.archives.views import bp
from lms.archives.views.own import own_person, tabs
from lms.core.crypto import keyring
from lms.core.downloads import download
from lms.core.errors import NotFound
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Person
from lms.registry.privacy import queries, rules, service
from lms.registry.privacy.models import Asked, DataRequest, RetentionHold
from lms.registry.queries import views_of_person

MOST_CHARACTERS = 300


@bp.route("/me/data")
@may("own.read")
def own_data(uow: UnitOfWork) -> ResponseReturnValue:
    person = own_person(uow)
    return render_template(
        "archives/own_data.html",
        person=person,
        firm=uow.session.get_one(Enterprise, person.enterprise_id).name,
        kept=_clock(uow, person),
        views=views_of_person(uow, person),
        asked=queries.requests_of(uow, person.id),
        tabs=tabs("archives.me"),
    )


@bp.route("/me/data/requests")
@may("own.read")
def own_requests(uow: UnitOfWork) -> ResponseReturnValue:
    """The fragment that follows a copy while it is being made."""
    return render_template("archives/_requests.html", asked=queries.requests_of(uow, own_person(uow).id))


@bp.route("/me/data/ask", methods=["POST"])
@may("own.read")
def ask(uow: UnitOfWork) -> ResponseReturnValue:
    """A copy, a correction with what is wrong, or to be forgotten."""
    person, text = own_person(uow), request.form.get("text", "").strip()
    here = redirect(url_for(".own_data", _anchor="asked"), 303)
    match request.form.get("kind"):
        case Asked.COPY:
            service.ask_copy(uow, person)
            flash(_("正在做副本，一般一分钟内就好。"), "ok")
        case Asked.CORRECTION if text:
            service.ask_correction(uow, person, text[:MOST_CHARACTERS])
            flash(_("已提交，培训管理员会处理并在这里答复。"), "ok")
        case Asked.CORRECTION:
            flash(_("请写明哪里不对、应该是什么。"), "bad")
        case Asked.ERASURE:
            _say(service.ask_erasure(uow, person))
        case _:
            raise NotFound
    return here


@bp.route("/me/data/<uuid:request_id>.zip")
@may("own.read")
def own_copy(uow: UnitOfWork, request_id: UUID) -> ResponseReturnValue:
    return _copy(find(uow, DataRequest, request_id), own_person(uow).id)


@bp.route("/people/<uuid:person_id>/data", methods=["GET", "POST"])
@may("person.data")
def person_data(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    """How long what is kept of a person, holds, what they asked; holds are placed here, and requests of those without a phone."""
    person = find(uow, Person, person_id)
    text = request.form.get("text", "").strip()
    if request.method == "POST":
        match request.form.get("do"):
            case "hold" if text:
                service.place_hold(uow, person, text[:200])
                flash(_("已暂停删除。取消以前，谁也删不了。"), "ok")
            case "hold":
                flash(_("请写明为什么暂停删除。"), "bad")
            case Asked.ERASURE:
                _say(service.ask_erasure(uow, person))
            case _:
                raise NotFound
        return redirect(url_for(".person_data", person_id=person.id), 303)
    return render_template(
        "archives/person_data.html",
        person=person,
        kept=_clock(uow, person),
        holds=queries.holds_of(uow, person.id),
        asked=queries.requests_of(uow, person.id),
        own_hands=hands_of(uow),
        may_answer=may_at_all(uow.actor, "person.data.answer"),
    )


@bp.route("/data-requests/<uuid:request_id>", methods=["POST"])
@may("person.data.answer")
def answer_request(uow: UnitOfWork, request_id: UUID) -> ResponseReturnValue:
    """Mend what was wrong or say why not; forget somebody as the second person, or do not."""
    asked = find(uow, DataRequest, request_id)
    text, do = request.form.get("text", "").strip(), request.form.get("do")
    here = redirect(url_for(".person_data", person_id=asked.person_id), 303)
    if asked.kind == Asked.COPY:
        raise NotFound
    if do == "erase" and asked.kind == Asked.ERASURE:
        service.confirm_erasure(uow, asked)
        flash(_("已删除。记录和统计还在，认不出是谁。"), "ok")
    elif not text:
        flash(_("请写一句答复，本人看得到。"), "bad")
    else:
        service.answer(uow, asked, granted=do == "grant" and asked.kind == Asked.CORRECTION, text=text)
        flash(_("已答复。"), "ok")
    return here


@bp.route("/retention-holds/<uuid:hold_id>/lift", methods=["POST"])
@may("person.data.answer")
def lift_hold(uow: UnitOfWork, hold_id: UUID) -> ResponseReturnValue:
    hold = find(uow, RetentionHold, hold_id)
    service.lift_hold(uow, hold)
    flash(_("已取消暂停。"), "ok")
    return redirect(url_for(".person_data", person_id=hold.person_id), 303)


def _clock(uow: UnitOfWork, person: Person) -> list[tuple[rules.Kept, str]]:
    """Every kind of data with until when it is kept, in words."""
    lines = []
    for kept in rules.retention():
        until = kept.until(person.left_on)
        if kept.years is None:
            words = _("一直留着，不含个人信息")
        elif person.erased_at:
            words = _("已删除") if kept.erased else _("还在，认不出是谁")
        elif until is None:
            words = _("在册期间；离开后可以马上删除") if not kept.years else _("在册期间；离开后再留 %(n)s 年", n=kept.years)
        elif kept.due(person.left_on, uow.today):
            words = _("%(day)s 起可以删除", day=until.isoformat())
        else:
            words = _("留到 %(day)s", day=until.isoformat())
        lines.append((kept, words))
    return lines


def _say(asked: DataRequest) -> None:
    if asked.granted is None:
        flash(_("已提出。另一位培训管理员或主要负责人确认后就删除。"), "ok")
    else:
        flash(asked.answer or "", "bad")


def _copy(asked: DataRequest, person_id: UUID) -> Response:
    """The copy, to its owner alone."""
    if asked.sha256 is None or asked.person_id != person_id:
        raise NotFound
    body = keyring().decrypt(storage().get(asked.sha256))
    answer = download(body, "application/zip", "我的个人信息.zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
