"""Signed in as whoever came, and on to the page they came for."""

from __future__ import annotations

import logging

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user
from sqlalchemy import select

from lms.access.actor import Held
from lms.access.models import Role
from lms.core import framing
from lms.core.uow import UnitOfWork
from lms.integrations.lti.models import LtiPlatform
from lms.integrations.lti.refusals import Refused
from lms.integrations.lti.rules import launching as rules
from lms.integrations.lti.rules import tickets
from lms.integrations.lti.rules.places import CERTIFICATES, LECTURE, QUIZ, Place
from lms.integrations.lti.views.common import ticket_key
from lms.lectures.models import Lecture, LectureState
from lms.quizzes.models import Quiz
from lms.registry.models import Person
from lms.registry.principals import person_actor

log = logging.getLogger(__name__)
PAGES = {LECTURE: "archives.lecture", QUIZ: "quizzes.entry", CERTIFICATES: "archives.own_certificates"}


def frames_of(platform: LtiPlatform) -> str:
    """Who may show our pages: the platform, and the origins that were written down for it."""
    own = [rules.origin(url) for url in (platform.issuer or "", platform.auth_url or "")]
    return " ".join(dict.fromkeys(each for each in (*own, *platform.frames) if each))


def go_in(uow: UnitOfWork, platform: LtiPlatform, person: Person, place: Place) -> ResponseReturnValue:
    """Sign this browser in as the person, with nothing but their own record, and show the page. Raises Refused."""
    url = _page(uow, person, place)
    session.clear()
    framing.end()
    if framing.in_frame():
        elsewhere = request.form.get("site") or request.headers.get("Sec-Fetch-Site", "cross-site")
        framing.begin(frames_of(platform), apart=elsewhere == "cross-site" and framing.can_live_apart())
    login_user(person_actor(person))
    log.info("lti_launch", extra={"platform_id": platform.id, "person_id": person.id, "place": place.kind})
    return redirect(url, 303)


def other_window(uow: UnitOfWork, platform: LtiPlatform, person: Person, place: Place) -> ResponseReturnValue:
    """The frame keeps no cookies, so nobody can stay signed in there: a tap opens a window. Raises Refused."""
    _page(uow, person, place)
    said = {"platform": platform.id.hex, "person": person.id.hex, "path": place.path, "nonce": tickets.secret()}
    ticket = tickets.sign(ticket_key(), "open", said, uow.now + tickets.TAB_LIFE)
    return render_template("lti/window.html", platform=platform, url=url_for(".open_window"), ticket=ticket)


def _page(uow: UnitOfWork, person: Person, place: Place) -> str:
    held = Held(Role.EMPLOYEE, enterprise_id=person.enterprise_id, person_id=person.id)
    if place.kind == LECTURE:
        shown = (Lecture.covered_by(held), Lecture.state.not_in((LectureState.DRAFT, LectureState.CANCELLED)))
        if uow.session.scalar(select(Lecture.id).where(Lecture.id == place.id, *shown)) is None:
            raise Refused("absent")
        return url_for(PAGES[LECTURE], lecture_id=place.id)
    if place.kind == QUIZ:
        if uow.session.scalar(select(Quiz.id).where(Quiz.id == place.id, Quiz.covered_by(held))) is None:
            raise Refused("absent")
        return url_for(PAGES[QUIZ], quiz_id=place.id)
    return url_for(PAGES.get(place.kind, "archives.me"))
