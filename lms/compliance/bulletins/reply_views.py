"""What an enterprise sees of a bulletin that names it, and its reply; and the files of a bulletin."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, holds_over
from lms.compliance.bulletins import places, printing, queries, service
from lms.compliance.bulletins.forms import ReplyForm
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinPlace, BulletinState
from lms.compliance.bulletins.rules import listed, paper, to_text
from lms.core.downloads import download
from lms.core.errors import NotFound
from lms.core.storage import storage
from lms.core.uow import UnitOfWork

bp = Blueprint("replies", __name__)


@bp.route("/bulletins/<uuid:bulletin_id>/own", methods=["GET", "POST"])
@may("bulletin.reply")
def own(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    bulletin = find(uow, Bulletin, bulletin_id)
    while (before := queries.previous_of(uow, bulletin)) and not queries.named_in(uow, bulletin, uow.actor.enterprise_id):
        bulletin = before  # a correction that names it no more: what it corrects stands there
    mention, form = own_mention(uow, bulletin), ReplyForm()
    if form.validate_on_submit():
        service.reply(uow, mention, (form.text.data or "").strip() if form.kind.data == "reply" else "")
        flash(_("已答复，监管部门看得到。"), "ok")
        return redirect(url_for(".own", bulletin_id=bulletin.id), 303)
    frozen = queries.frozen_of(bulletin)
    line = next(
        (firm for name in ("asked", "exempt") for firm in listed(frozen, name) if firm.id == str(mention.enterprise_id)), None
    )
    latest = queries.latest_of(uow, bulletin)
    still, answer_by = queries.named_in(uow, latest, mention.enterprise_id), service.answer_by(bulletin, mention)
    page = render_template(
        "bulletins/own.html",
        bulletin=bulletin,
        mention=mention,
        line=line,
        frozen=frozen,
        said=said_words(),
        form=form,
        answer_by=answer_by,
        late=answer_by is not None and uow.today > answer_by,
        out=bulletin.state is BulletinState.PUBLISHED,
        later=latest if latest is not bulletin else None,
        cleared=still is None or bool(still.struck),
    )
    return page, 422 if form.errors else 200


@bp.route("/bulletins/places/<uuid:place_id>", methods=["GET", "POST"])
@may("bulletin.change")
def place(uow: UnitOfWork, place_id: UUID) -> ResponseReturnValue:
    """What the words say of a place, and what its officers say to that."""
    found, form = find(uow, BulletinPlace, place_id), ReplyForm()
    mine = places.speaks_for(uow.actor, found)
    if form.validate_on_submit():
        if not mine:
            raise NotFound
        service.reply_of_place(uow, found, (form.text.data or "").strip() if form.kind.data == "reply" else "")
        flash(_("已答复，发通报的单位看得到。"), "ok")
        return redirect(url_for(".place", place_id=found.id), 303)
    page = render_template(
        "bulletins/place.html", named=found, bulletin=found.bulletin, form=form, mine=mine,
        answer_by=service.answer_by(found.bulletin, found),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/bulletins/<uuid:bulletin_id>/bulletin.pdf")
@may("bulletin.read")
def pdf(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    return _file(uow, bulletin_id, "pdf")


@bp.route("/bulletins/<uuid:bulletin_id>/bulletin.docx")
@may("bulletin.read")
def docx(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    return _file(uow, bulletin_id, "docx")


@bp.route("/bulletins/<uuid:bulletin_id>/bulletin.xlsx")
@may("bulletin.read")
def xlsx(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    return _file(uow, bulletin_id, "xlsx")


@bp.route("/bulletins/<uuid:bulletin_id>/bulletin.json")
@may("bulletin.read")
def json(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    """The frozen data as they are: `sha256sum` of the file says what the bulletin says."""
    return _file(uow, bulletin_id, "json")


def _file(uow: UnitOfWork, bulletin_id: UUID, kind: str) -> Response:
    """A file of a bulletin: as it was printed when it was published, else as it stands.

    An enterprise gets the printed bulletin once it is out; lists of all enterprises are the bureau's.
    """
    bulletin = find(uow, Bulletin, bulletin_id)
    if not holds_over(uow, bulletin, Role.OFFICER) and (bulletin.state is not BulletinState.PUBLISHED or kind != "pdf"):
        raise NotFound
    frozen = queries.frozen_of(bulletin)
    if kind == "json":
        content = to_text(frozen).encode()
    elif bulletin.files:
        content = storage().get(bulletin.files[kind])
    else:
        content = printing.KINDS[kind](paper(frozen, queries.setting_of(uow, bulletin, frozen)))
    draft = "" if bulletin.state is BulletinState.PUBLISHED else "（征求意见稿）"
    name = f"{frozen.area}{frozen.campaign}通报-{frozen.day}{draft}.{kind}"
    return download(content, printing.MEDIA_TYPES[kind], name)


def said_words() -> dict[str, str]:
    """What is said of an enterprise by each list, as a page calls it; messages are stored in Chinese (service.SAID)."""
    return {
        "overdue": _("逾期没开讲"), "not_head": _("讲课人不符"), "too_short": _("时长不够"), "doubtful": _("记录存疑"),
        "praised": _("表扬"),
    }  # fmt: skip


def own_mention(uow: UnitOfWork, bulletin: Bulletin) -> BulletinMention:
    """How the bulletin names the firm of whoever asks. Raises NotFound."""
    actor: Actor = uow.actor
    if actor.enterprise_id is None:
        raise NotFound
    return queries.mention_of(uow, bulletin, actor.enterprise_id)
