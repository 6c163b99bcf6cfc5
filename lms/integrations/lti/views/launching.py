"""Coming in from a teaching platform: also inside its pages, where cookies of other sites are blocked, and without JavaScript."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import Writing, public
from lms.access.tries import check_tries, forget_tries, has_tried, note_wrong_try
from lms.attendance.forms import IdentifyForm
from lms.core import framing
from lms.core.crypto import keyring
from lms.core.errors import TooMany
from lms.core.uow import UnitOfWork
from lms.integrations.lti import courses, keys, service, tokens
from lms.integrations.lti.models import LtiPlatform
from lms.integrations.lti.refusals import Refused
from lms.integrations.lti.rules import launching as rules
from lms.integrations.lti.rules import linking, tickets
from lms.integrations.lti.rules.places import Place, place_of
from lms.integrations.lti.rules.results import CourseTold, course_of
from lms.integrations.lti.views import bp
from lms.integrations.lti.views.arriving import frames_of, go_in, other_window
from lms.integrations.lti.views.choosing import offer
from lms.integrations.lti.views.common import base, platform_of, refuse, refused, ticket_key, whole
from lms.notices.sending import network
from lms.registry.queries import find_by_phone_and_id_tail

HINTS = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id")
JWKS_SECONDS = 600


@bp.route("/jwks.json")
@public("platforms check by these keys what comes from us")
def jwks(uow: UnitOfWork) -> ResponseReturnValue:
    answer = jsonify(keys.published(uow))
    answer.headers["Cache-Control"] = f"public, max-age={JWKS_SECONDS}"
    return answer


@bp.route("/<uuid:platform_id>/login", methods=["GET", "POST"])
@public("a platform sends a browser that wants to come in", unasked=True, reads_first=True)
def login(uow: UnitOfWork, platform_id: UUID) -> ResponseReturnValue | Writing:
    """The first step: the browser is given a secret, and goes to the platform to be told who it is."""
    try:
        platform = platform_of(uow, platform_id)
        asked = {name: request.values[name] for name in HINTS if request.values.get(name)}
        rules.check_begin(str(platform.issuer), str(platform.client_id), asked)
    except (Refused, rules.Unfit) as fault:
        return refused(platform_id, fault)
    secret, nonce, target = tickets.secret(), tickets.secret(), request.values.get("lti_storage_target", "")[:100]
    said = {"platform": platform.id.hex, "nonce": nonce, "digest": tickets.digest(secret), "storage": target, "asked": asked}
    state = tickets.sign(ticket_key(), "state", said, uow.now + tickets.STATE_LIFE)
    back = whole(url_for(".launch", platform_id=platform.id))
    url = rules.sign_in_url(str(platform.auth_url), str(platform.client_id), back, asked, state, nonce)
    framing.allow(frames_of(platform))
    if target:
        stored = {"storage": target, "origin": rules.origin(str(platform.auth_url)), "key": _kept_as(said), "value": secret}
        answer = make_response(render_template("lti/going.html", url=url, **stored))
    else:
        answer = make_response(redirect(url, 302))
    framing.keep(answer, _kept_as(said), secret, int(tickets.STATE_LIFE.total_seconds()), f"{request.script_root}/lti")
    return answer


@bp.route("/<uuid:platform_id>/launch", methods=["POST"])
@public("the platform sends the browser back, with a token that says who it is", unasked=True, reads_first=True)
def launch(uow: UnitOfWork, platform_id: UUID) -> ResponseReturnValue | Writing:
    """The second step: the token is checked, and the browser must be the one that began."""
    try:
        platform = platform_of(uow, platform_id)
        if "error" in request.form:
            raise Refused("platform", (request.form.get("error_description") or request.form["error"])[:200])
        state = tickets.read(ticket_key(), "state", request.form.get("state", ""), uow.now)
        if state is None or state["platform"] != platform.id.hex:
            raise Refused("state")
        kept = request.cookies.get(_kept_as(state))
        stored = request.form.get("kept") if framing.sent_from_here() else None  # anybody else tells their own secret
        if not tickets.is_bound(state, kept) and not tickets.is_bound(state, stored):
            return _ask_browser(platform, state)
        claims = tokens.read(request.form.get("id_token", ""), str(platform.keys_url), network())
        rules.check_claims(claims, str(platform.issuer), str(platform.client_id), state["nonce"], uow.now)
        told = rules.read_launch(claims)
        enterprise_id = service.enterprise_of(platform, told.deployment_id)
    except (Refused, rules.Unfit) as fault:
        return refused(platform_id, fault)
    framing.allow(frames_of(platform))
    return Writing(lambda later: _enter(later, platform.id, enterprise_id, told, state, has_cookie=bool(kept)))


def _enter(
    uow: UnitOfWork, platform_id: UUID, enterprise_id: UUID, told: rules.Launch, state: dict[str, Any], *, has_cookie: bool
) -> ResponseReturnValue:
    """The third step: who this is here, and the page they came for."""
    try:
        platform = platform_of(uow, platform_id)
        if not service.use_once(uow, state["nonce"], tickets.STATE_LIFE):
            raise Refused("replay")
        if told.kind == rules.DEEP_LINKING:
            return offer(uow, platform, enterprise_id, told)
        place = place_of(told.target, base())
        if place is None:
            raise Refused("place", told.target)
        person = service.person_of(uow, platform, enterprise_id, told)
        if person is not None:
            courses.visit(uow, platform, person, told.subject, course_of(told.claims), place)
            go = go_in if has_cookie else other_window
            return go(uow, platform, person, place)
    except (Refused, rules.Unfit) as fault:
        return refuse(uow, platform_id, fault)
    asked = {
        "platform": platform.id.hex, "enterprise": enterprise_id.hex, "subject": told.subject, "path": place.path,
        "cookie": has_cookie, "course": course.as_dict() if (course := course_of(told.claims)) else None,
    }  # fmt: skip
    ticket = tickets.sign(ticket_key(), "identify", asked, uow.now + tickets.ASK_LIFE)
    return render_template("lti/identify.html", form=IdentifyForm(formdata=None), ticket=ticket, platform=platform)


@bp.route("/identify", methods=["POST"])
@public("an account of a platform says whom on the roster it belongs to; its ticket says that it came in there", unasked=True)
def identify(uow: UnitOfWork) -> ResponseReturnValue:
    ticket = request.form.get("ticket", "")
    asked = tickets.read(ticket_key(), "identify", ticket, uow.now)
    if asked is None or not framing.sent_from_here():
        return refuse(uow, None, Refused("state"))
    try:
        platform = platform_of(uow, UUID(asked["platform"]))
    except Refused as fault:
        return refuse(uow, None, fault)
    framing.allow(frames_of(platform))
    form = IdentifyForm()
    if form.validate_on_submit():
        phone = form.phone.data or ""
        own = [f"lti:{keyring().fingerprint(platform.id.hex + asked['subject'])}", f"phone:{keyring().fingerprint(phone)}"]
        subjects = [*own, f"net:{keyring().fingerprint(request.remote_addr or '')}"]
        try:
            for subject in subjects if any(has_tried(uow, subject) for subject in own) else own:
                check_tries(uow, subject)
            person = find_by_phone_and_id_tail(uow, UUID(asked["enterprise"]), phone, form.tail.data or "")
            if person is not None:
                forget_tries(uow, own[0])
                service.link(uow, platform.id, person, asked["subject"], linking.IDENTIFIED)
                place = place_of(asked["path"], base()) or Place("own")
                course = CourseTold(**asked["course"]) if asked["course"] else None
                courses.visit(uow, platform, person, asked["subject"], course, place)
                return (go_in if asked["cookie"] else other_window)(uow, platform, person, place)
            for subject in subjects:
                note_wrong_try(uow, subject)
            form.tail.errors = [_("手机号和身份证号后四位与花名册对不上。请核对一遍；换过手机号的，请培训管理员更新花名册。")]
        except TooMany as problem:
            form.tail.errors = [str(problem)]
        except Refused as fault:
            return refuse(uow, platform.id, fault)
    # 200 also when it was wrong: a status of 400 or more would take back the count of wrong tries.
    return render_template("lti/identify.html", form=form, ticket=ticket, platform=platform)


@bp.route("/open", methods=["POST"])
@public("a tap in a frame that keeps no cookies opens the page in a window of its own; its ticket is good for once", unasked=True)
def open_window(uow: UnitOfWork) -> ResponseReturnValue:
    told = tickets.read(ticket_key(), "open", request.form.get("ticket", ""), uow.now)
    if told is None or not framing.sent_from_here() or not service.use_once(uow, told["nonce"], tickets.TAB_LIFE):
        return refuse(uow, None, Refused("state"))
    platform = platform_of(uow, UUID(told["platform"]))
    known = service.linked_person(uow, platform.id, UUID(told["person"]))
    place = place_of(told["path"], base())
    if known is None or place is None:
        return refuse(uow, platform.id, Refused("state"))
    return go_in(uow, platform, known, place)


def _ask_browser(platform: LtiPlatform, state: dict[str, Any]) -> ResponseReturnValue | Writing:
    """No cookie came along: ask the browser from our own page, which then is no other site's, and the platform's storage."""
    framing.allow(frames_of(platform))
    if "again" not in request.form:
        return render_template(
            "lti/back.html", token=request.form.get("id_token", ""), state=request.form["state"], storage=state["storage"],
            origin=rules.origin(str(platform.auth_url)), key=_kept_as(state), site=request.headers.get("Sec-Fetch-Site", ""),
        )  # fmt: skip
    if not framing.in_frame():
        return refused(platform.id, Refused("cookies"))
    url = url_for(".login", platform_id=platform.id, **state["asked"])
    return render_template("lti/window.html", platform=platform, url=url, ticket="")


def _kept_as(state: dict[str, Any]) -> str:
    """The name under which a browser or a platform keeps the secret of one launch: several may be under way."""
    return f"anke_lti_{state['digest'][:16]}"
