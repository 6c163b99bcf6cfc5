"""The bureau's pages of a bulletin, from its beginning to its publication."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, holds_over, may_at_all, reached
from lms.access.service import hands_of
from lms.campaigns import queries as campaign_queries
from lms.compliance import queries as standings
from lms.compliance.asked import launched
from lms.compliance.bulletins import queries, service, signing
from lms.compliance.bulletins.calling import CALLED_AT_ONCE, Named, to_call
from lms.compliance.bulletins.following import last_time
from lms.compliance.bulletins.forms import BeginForm, CallForm, CorrectForm, DecideForm, GatherForm, SendForm, WordsForm
from lms.compliance.bulletins.listings import (
    behind_figure,
    behind_listing,
    bulletins_listing,
    frozen_listing,
    hazards_listing,
    signal_words,
)
from lms.compliance.bulletins.models import Bulletin, BulletinPlace, BulletinState
from lms.compliance.bulletins.reply_views import said_words
from lms.compliance.bulletins.rules import FOUND, HAZARDS, LISTS, NAMING, OWED, SIGNALS, Frozen, listed, paper, perils, total
from lms.compliance.bulletins.rules.counting import matrix
from lms.core.errors import Invalid, NotFound
from lms.core.exports import exported, file_asked, page_asked
from lms.core.given import ids_given
from lms.core.paging import paged
from lms.core.uow import UnitOfWork
from lms.hazards.models import Hazard
from lms.registry.models import Enterprise
from lms.registry.queries import own_jurisdiction
from lms.registry.words import listed as in_words

bp = Blueprint("bulletins", __name__)
CANDIDATES = 30


@bp.route("/bulletins")
@may("bulletin.read")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    found = queries.page(uow, page_asked())
    if kind := file_asked():
        return exported(kind, bulletins_listing(uow.now, found.rows))
    return render_template(
        "bulletins/index.html",
        found=found,
        officer=may_at_all(uow.actor, "bulletin.change"),
    )


@bp.route("/bulletins/new", methods=["GET", "POST"])
@may("bulletin.change")
def new(uow: UnitOfWork) -> ResponseReturnValue:
    bureau, campaigns = own_jurisdiction(uow), campaign_queries.launched(uow)
    form = BeginForm()
    form.campaign.choices = [(str(one.id), one.title) for one in campaigns]
    form.area.choices = standings.areas(uow, bureau)
    if request.method == "GET":
        form.campaign.data = request.args.get("campaign") or (form.campaign.choices[0][0] if campaigns else None)
        form.area.data, form.day.data = request.args.get("jurisdiction") or bureau.code, uow.today
    if form.validate_on_submit():
        area = standings.find_jurisdiction(uow, form.area.data)
        made = service.begin(uow, bureau, launched(uow, UUID(form.campaign.data)), area, form.day.data)
        return redirect(url_for(".show", bulletin_id=made.id), 303)
    page = render_template("bulletins/new.html", form=form, campaigns=campaigns, today=uow.today)
    return page, 422 if form.errors else 200


@bp.route("/bulletins/<uuid:bulletin_id>")
@may("bulletin.read")
def show(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    bulletin = find(uow, Bulletin, bulletin_id)
    if not holds_over(uow, bulletin, Role.OFFICER):
        return redirect(url_for("replies.own", bulletin_id=bulletin.id), 303)
    return _page(uow, bulletin)


@bp.route("/bulletins/<uuid:bulletin_id>/words", methods=["POST"])
@may("bulletin.change")
def words(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    bulletin, form = queries.own(uow, bulletin_id), WordsForm()
    if form.validate_on_submit():
        try:
            service.write(uow, bulletin, queries.frozen_of(bulletin), _typed(form))
        except service.Unheard as problem:
            form.lead.errors = [str(problem)]
        else:
            flash(_("已保存。"), "ok")
            return redirect(url_for(".show", bulletin_id=bulletin.id), 303)
    return _page(uow, bulletin, words=form), 422


@bp.route("/bulletins/<uuid:bulletin_id>/gather", methods=["POST"])
@may("bulletin.change")
def gather(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    bulletin, form = queries.own(uow, bulletin_id), GatherForm()
    if form.validate_on_submit():
        service.gather_again(uow, bulletin, form.day.data)
        return redirect(url_for(".show", bulletin_id=bulletin.id), 303)
    return _page(uow, bulletin, gather=form), 422


@bp.route("/bulletins/<uuid:bulletin_id>/names", methods=["GET", "POST"])
@may("bulletin.change")
def names(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    """Which lists are printed with names, and whom to praise."""
    bulletin = queries.own(uow, bulletin_id)
    frozen = queries.frozen_of(bulletin)
    if request.method == "POST":
        service.name(uow, bulletin, frozen, request.form.getlist("list"), request.form.getlist("praised"))
        flash(_("已保存。"), "ok")
        return redirect(url_for(".show", bulletin_id=bulletin.id), 303)
    wanted = (request.args.get("q") or "").strip()
    done = [firm for firm in listed(frozen, "completed") if wanted in firm.name]
    done.sort(key=lambda firm: (str(firm.lectured_on), firm.name))
    by_id = {firm.id: firm for firm in frozen.firms}
    praised = [by_id[one] for one in bulletin.praised if one in by_id]
    return render_template(
        "bulletins/names.html",
        bulletin=bulletin,
        sums=total(frozen).firms,
        naming=NAMING,
        words=list_words(),
        praised=praised,
        candidates=[firm for firm in done if firm.id not in bulletin.praised][:CANDIDATES],
        found=len(done),
        q=wanted,
    )


@bp.route("/bulletins/<uuid:bulletin_id>/send", methods=["POST"])
@may("bulletin.change")
def send(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    """What was typed into the words goes along, saved or not: from here on it cannot be changed the same way."""
    bulletin, form, words_form = queries.own(uow, bulletin_id), SendForm(), WordsForm()
    if form.validate_on_submit() and words_form.validate():
        try:
            told = service.send(uow, bulletin, queries.frozen_of(bulletin), form.reply_by.data, _typed(words_form))
        except (service.TooSoon, service.Unheard) as problem:
            form.reply_by.errors = [str(problem)]
        else:
            flash(
                _("已定稿，正在通知写到的 %(n)s 家单位。", n=told) if told else _("已定稿，没有要征求意见的单位，可以签发。"),
                "ok",
            )
            return redirect(url_for(".show", bulletin_id=bulletin.id), 303)
    return _page(uow, bulletin, send=form, words=words_form if _typed(words_form) else None), 422


@bp.route("/bulletins/<uuid:bulletin_id>/firms/<uuid:enterprise_id>", methods=["POST"])
@may("bulletin.change")
def decide(uow: UnitOfWork, bulletin_id: UUID, enterprise_id: UUID) -> ResponseReturnValue:
    """Answer what an enterprise said, or leave it out with the reason."""
    bulletin = queries.own(uow, bulletin_id)
    mention, form = queries.mention_of(uow, bulletin, enterprise_id), DecideForm()
    if form.validate_on_submit():
        service.decide(uow, bulletin, mention, (form.answer.data or "").strip(), (form.struck.data or "").strip())
        flash(_("已记下。签过的要重新签。"), "ok")
        shown = request.args.get("page", type=int)
        return redirect(url_for(".show", bulletin_id=bulletin.id, page=shown, _anchor="replies"), 303)
    raise Invalid(" ".join(str(error) for errors in form.errors.values() for error in errors))


@bp.route("/bulletins/<uuid:bulletin_id>/called", methods=["POST"])
@may("bulletin.change")
def called(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    """Note a call to the enterprises that were ticked."""
    bulletin, form = queries.own(uow, bulletin_id), CallForm()
    if form.validate_on_submit():
        service.call(uow, bulletin, ids_given(request.form.getlist("enterprise_id")), form.text.data.strip())
        flash(_("已记下。"), "ok")
        return redirect(url_for(".show", bulletin_id=bulletin.id, _anchor="replies"), 303)
    return _page(uow, bulletin, call=form), 422


@bp.route("/bulletins/<uuid:bulletin_id>/sign", methods=["POST"])
@may("bulletin.sign")
def sign(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    bulletin = queries.own(uow, bulletin_id)
    out = signing.sign(uow, bulletin, queries.frozen_of(bulletin))
    flash(_("已签发，通报已发布。") if out else _("已签，还差另一位签发。"), "ok")
    return redirect(url_for(".show", bulletin_id=bulletin.id), 303)


@bp.route("/bulletins/<uuid:bulletin_id>/correct", methods=["POST"])
@may("bulletin.change")
def correct(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    bulletin, form = queries.own(uow, bulletin_id), CorrectForm()
    if form.validate_on_submit():
        made = service.correct(uow, bulletin, form.reason.data.strip())
        return redirect(url_for(".show", bulletin_id=made.id), 303)
    return _page(uow, bulletin, correct=form), 422


@bp.route("/bulletins/<uuid:bulletin_id>/void", methods=["POST"])
@may("bulletin.change")
def void(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    service.throw_away(uow, queries.own(uow, bulletin_id))
    flash(_("已作废。"), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/bulletins/<uuid:bulletin_id>/firms")
@may("bulletin.read")
def firms(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    """The names behind a figure, from the same frozen data."""
    bulletin, frozen, name = _behind(uow, bulletin_id, LISTS, "asked")
    place, industry = request.args.get("place", ""), request.args.get("industry", "")
    rows = listed(frozen, name, place, industry)
    where = " · ".join(filter(None, (next((firm.place for firm in rows if place), ""), in_words(industry))))
    found = paged(len(rows), page_asked(), lambda limit, offset: rows[offset : offset + limit])
    if kind := file_asked():
        what = " · ".join(filter(None, (list_words()[name], where)))
        return exported(kind, frozen_listing(frozen, what, found.rows, bulletin.data_sha256 or ""))
    return render_template(
        "bulletins/firms.html",
        bulletin=bulletin,
        frozen=frozen,
        title=list_words()[name],
        name=name,
        sums=total(replace(frozen, firms=tuple(rows))),
        where=where,
        found=found,
        within=_within(uow, Enterprise, [firm.id for firm in found.rows]),
    )


@bp.route("/bulletins/<uuid:bulletin_id>/hazards")
@may("bulletin.read")
def hazards(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    """The major hazards behind a figure, from the same frozen data."""
    bulletin, frozen, name = _behind(uow, bulletin_id, HAZARDS, "open")
    rows = perils(frozen, name)
    found = paged(len(rows), page_asked(), lambda limit, offset: rows[offset : offset + limit])
    title = _("重大隐患：%(what)s", what=hazard_words()[name])
    if kind := file_asked():
        return exported(kind, hazards_listing(frozen, title, found.rows, bulletin.data_sha256 or ""))
    within = _within(uow, Hazard, [one.id for one in found.rows])
    return render_template("bulletins/hazards.html", bulletin=bulletin, frozen=frozen, title=title, found=found, within=within)


@bp.route("/bulletins/<uuid:bulletin_id>/behind")
@may("bulletin.read")
def behind(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    """The names behind a figure of check-ins, signals or sitting in, from the same frozen data."""
    bulletin, frozen, name = _behind(uow, bulletin_id, {"known", *SIGNALS, FOUND, OWED}, FOUND)
    names = behind_figure(frozen, name, request.args)
    if kind := file_asked():
        return exported(kind, behind_listing(frozen, names, bulletin.data_sha256 or ""))
    found = paged(len(names.rows), page_asked(), lambda limit, offset: names.rows[offset : offset + limit])
    within = _within(uow, Enterprise, [row[0] for row in found.rows])
    return render_template("bulletins/behind.html", bulletin=bulletin, frozen=frozen, names=names, found=found, within=within)


def _behind(uow: UnitOfWork, bulletin_id: UUID, lists: Collection[str], first: str) -> tuple[Bulletin, Frozen, str]:
    """A bulletin, its data and the list that ?list= names. For officers it is for: it names everybody. Raises NotFound."""
    bulletin = find(uow, Bulletin, bulletin_id)
    name = request.args.get("list") or first
    if name not in lists or not holds_over(uow, bulletin, Role.OFFICER):
        raise NotFound
    return bulletin, queries.frozen_of(bulletin), name


def _within(uow: UnitOfWork, model: type[Enterprise | Hazard], frozen_ids: Collection[str]) -> set[str]:
    """Those of these frozen rows that can be opened today: what was frozen stays in the issue wherever the firm goes."""
    return {str(one) for one in reached(uow, model, [UUID(one) for one in frozen_ids])}


def hazard_words() -> dict[str, str]:
    """What each figure of hazards is called on a page."""
    return {
        "found": _("本期发现"), "closed": _("本期关闭"), "open": _("没关闭的"), "late": _("其中逾期"),
        "counted": _("本期关闭和没关闭的"),
    }  # fmt: skip


def list_words() -> dict[str, str]:
    """What each list is called on a page."""
    words = standings.metric_words()
    return {name: words[name] for name in LISTS} | {
        "not_head": _("不是主要负责人本人讲"), "too_short": _("讲课时长不够"),
        "attended": _("参加统计的企业"), "passed": _("参加统计的企业"),
    }  # fmt: skip


def _typed(form: WordsForm) -> dict[str, str]:
    """The sections that were sent along; one that was not stays as it is."""
    sent = [field for field in form if field.name != "csrf_token" and field.name in request.form]
    return {field.name: (field.data or "").replace("\r\n", "\n").strip() for field in sent}


def _page(uow: UnitOfWork, bulletin: Bulletin, **forms: Any) -> str:
    """The page of a bulletin, with the form that was refused as it was typed."""
    mine = holds_over(uow, bulletin.jurisdiction, Role.OFFICER)
    values: dict[str, Any] = {"bulletin": bulletin, "mine": mine, "later": queries.next_of(uow, bulletin), "today": uow.today}
    if bulletin.data_sha256 is None or bulletin.state is BulletinState.GATHERING:
        values["gather_form"] = forms.get("gather") or GatherForm(formdata=None, data={"day": bulletin.day})
        return render_template("bulletins/gathering.html", **values)
    frozen = queries.frozen_of(bulletin)
    setting = queries.setting_of(uow, bulletin, frozen)
    mentions, places = queries.mentions_of(uow, bulletin), queries.places_named_in(uow, bulletin)
    named: list[Named] = [*mentions, *places]
    named_page = paged(len(mentions), request.args.get("page", 1, int), lambda limit, offset: mentions[offset : offset + limit])
    content = queries.content_digest(setting)
    signatures, hands = queries.signatures_of(uow, bulletin), hands_of(uow)
    return render_template(
        "bulletins/show.html",
        paper=paper(frozen, setting),
        setting=setting,
        frozen=frozen,
        grid=_grid(frozen),
        words=forms.get("words") or WordsForm(formdata=None, data=dict(setting.words)),
        own_words=list(bulletin.words) if bulletin.state is BulletinState.DRAFT else [],
        gather_form=forms.get("gather") or GatherForm(formdata=None, data={"day": bulletin.day}),
        first_reply_day=service.first_reply_day(uow.today),
        send_form=forms.get("send") or SendForm(formdata=None, data={"reply_by": service.first_reply_day(uow.today)}),
        decide_form=DecideForm(formdata=None),
        call_form=forms.get("call") or CallForm(formdata=None),
        at_once=CALLED_AT_ONCE,
        to_call=to_call(named) if bulletin.state is BulletinState.REPLYING else [],
        followed=last_time(uow, bulletin) if mine else None,
        correct_form=forms.get("correct") or CorrectForm(formdata=None),
        mentions=mentions,
        places=places,
        replies=queries.replies(mentions),
        sent_round=queries.sent_round(uow, bulletin) if bulletin.state is BulletinState.PUBLISHED else None,
        opened=queries.opened(uow, bulletin) if bulletin.state is BulletinState.PUBLISHED else None,
        named_page=named_page,
        within=reached(uow, Enterprise, [one.enterprise_id for one in named_page.rows]),
        places_within=reached(uow, BulletinPlace, [one.id for one in places]),
        page_url=lambda number: url_for(".show", bulletin_id=bulletin.id, page=number, _anchor="replies"),
        waits=bulletin.state is BulletinState.REPLYING and service.waits_for(uow, bulletin, named),
        waits_until=service.waits_until(bulletin, named),
        signatures=[(one, one.content_sha256 == content) for one in signatures],
        signed_by_me=any(f"user:{one.user_id}" in hands and one.content_sha256 == content for one in signatures),
        previous=queries.previous_of(uow, bulletin),
        said=said_words(),
        hazard_words=hazard_words(),
        signal_words=signal_words(),
        url_of=lambda place=None, industry=None, name="asked": url_for(
            ".firms", bulletin_id=bulletin.id, list=name, place=place, industry=industry
        ),
        **values,
    )


def _grid(frozen: Frozen) -> tuple[list[standings.Heading], list[standings.Row]]:
    """The frozen matrix as the page's matrix shows one."""
    grid = matrix(frozen)
    columns = [standings.Heading(name, name) for name in grid.columns[:-1]] + [standings.Heading(None, _("合计"))]
    return columns, [standings.Row(code or None, name if code else _("合计"), cells) for code, name, cells in grid.rows]
