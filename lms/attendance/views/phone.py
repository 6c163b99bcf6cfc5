"""The phone: scan first, identify after, and a success page only of what was read back. Works without JavaScript."""

from __future__ import annotations

import base64
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user

from lms.access import known
from lms.access.door import ReadBack, Writing, is_out, public, signed_in_key, signed_in_person
from lms.access.models import Role
from lms.access.reach import holds_over
from lms.access.service import load_actor
from lms.access.tries import check_tries, forget_tries, has_tried, note_wrong_try
from lms.attendance import pages, queries, rules, service
from lms.attendance.carrying import (
    carried,
    carried_claim,
    device,
    keep_device,
    kept_claim,
    new_device,
    own_claim,
    remember,
    said,
    waited,
)
from lms.attendance.forms import CodeForm, IdentifyForm
from lms.attendance.models import Mark, Method
from lms.attendance.rules.claims import Claim
from lms.attendance.service import late
from lms.attendance.views import bp
from lms.core.crypto import keyring
from lms.core.errors import Problem, TooMany
from lms.core.service_workers import OF_EVERY_PAGE, worker
from lms.core.uow import UnitOfWork
from lms.lectures.models import Sitting
from lms.registry.principals import person_actor
from lms.registry.queries import find_by_phone_and_id_tail, find_who_left

KEPT = (*OF_EVERY_PAGE, "js/keep.js")


@bp.route("/s/<token>")
@public("whoever scans the projector's code; who it is comes after", unasked=True)
def scan(uow: UnitOfWork, token: str) -> ResponseReturnValue:
    """The page says who one is, or asks. It carries the claim; loaded again it is the same claim, however old the code."""
    device_id = device() or new_device()
    try:
        claim = kept_claim()
        if claim is not None and service.is_of(claim, token) and not _passed_on(uow, claim):
            return _page(uow, _arrive(uow, claim), claim)
        sitting_id, mark, step, screen = service.read_code(token, uow.now)
        here = service.arrive(uow, sitting_id, signed_in_person())
        claim = service.new_claim(
            uow, sitting_id, mark=mark, method=Method.SCAN, step=step, screen=str(screen), device_id=device_id
        )
        return remember(_ask(uow, here, claim), claim)
    except Problem as problem:
        return _refused(problem)


@bp.route("/s/late", methods=["GET", "POST"])
@public("a phone that had no network as it scanned, and the page it keeps for then")
def late_scan(uow: UnitOfWork) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("attendance/late.html")
    device_id = device() or new_device()
    try:
        claim = late.late_claim(uow, request.form.get("token", ""), waited(), device_id)
    except Problem as problem:
        return _refused(problem)
    return remember(redirect(url_for(".check_in"), 303), claim)


@bp.route("/s/worker.js")
@public("what keeps that page on the phone; the same for everybody")
def scan_worker(uow: UnitOfWork) -> ResponseReturnValue:
    files = [url_for(".late_scan"), *(url_for("static", filename=name) for name in KEPT)]
    return worker("scan", "js/page-worker.js", files, ("attendance/late.html",), KEPT)


@bp.route("/code", methods=["GET", "POST"])
@public("far seats and bad cameras: the six digits beside the code")
def code(uow: UnitOfWork) -> ResponseReturnValue:
    form, device_id = CodeForm(), device() or new_device()
    # Whoever is known is counted by name, whoever is not by phone, and together with the others at the address: few who come
    # without our cookie, which whoever opened this page has, and many who do. Right digits count against nobody.
    known = uow.actor.person_id is not None
    own = f"code:{uow.actor.key}" if known else f"code:{device_id}"
    shared = f"crowd:{_address()}" if device() else f"net:code:{_address()}"
    subjects = [own] if known else [own, shared]
    if form.validate_on_submit():
        try:
            for subject in subjects:
                check_tries(uow, subject)
            sitting_id, mark, step = service.find_by_spoken_code(uow, form.digits.data or "", uow.actor.enterprise_id)
            forget_tries(uow, own)
            claim = service.new_claim(
                uow, sitting_id, mark=mark, method=Method.CODE, step=step, screen="code", device_id=device_id
            )
            return remember(redirect(url_for(".check_in"), 303), claim)
        except service.CodeWrong as problem:
            for subject in subjects:
                note_wrong_try(uow, subject)
            form.digits.errors = [str(problem)]
        except Problem as problem:
            form.digits.errors = [str(problem)]
    # 200 also when it was wrong: a status of 400 or more would take back the count of wrong tries.
    return keep_device(make_response(render_template("attendance/code.html", form=form)), device_id)


@bp.route("/checkin", methods=["GET", "POST"])
@public("a person is known here by phone and ID number, or by having been here before", unasked=True, reads_first=True)
def check_in(uow: UnitOfWork) -> ResponseReturnValue | Writing:
    """What a scan becomes. Sent again, by a finger or by a network, it is the same check-in and the same page."""
    if request.method == "POST":
        return _tapped(uow) or Writing(_posted)
    try:
        claim = carried_claim()
        return _page(uow, _arrive(uow, claim), claim)
    except Problem as problem:
        return _refused(problem)


def _tapped(uow: UnitOfWork) -> ResponseReturnValue | None:
    """Recorded together with all who tap at this moment: a known phone says that it was them. None for whatever is more."""
    claim, person_id = own_claim(carried()), signed_in_person()
    if request.form.get("do") != "confirm" or claim is None or claim.is_late or person_id is None:
        return None
    recorded = service.tap(claim, person_id, waited())
    return _done_page(uow, claim, recorded) if recorded else None


def _posted(uow: UnitOfWork) -> ResponseReturnValue | ReadBack:
    try:
        claim = carried_claim()
        here = _arrive(uow, claim)
        hall = here.hall
        if request.form.get("do") == "identify":
            return _identify(uow, here, claim)
        who = _known(uow, here)
        if who is None:
            return _identify_page(uow, here, claim, IdentifyForm(formdata=None))
        if request.form.get("do") == "lecturer" and not claim.is_late:
            service.confirm_by_scan(uow, hall, claim, who.id, request.form.get("step", ""), known.accounts())
            return redirect(url_for(".lecturing", sitting_id=hall.id), 303)
        if request.form.get("do") == "extra" and not claim.is_late:
            service.come_as_extra(uow, hall, claim, who.id, waited=waited())
        return _record(uow, here, claim, who.id)
    except Problem as problem:
        remember_refusal(uow, problem)
        return _refused(problem)


def _arrive(uow: UnitOfWork, claim: Claim) -> queries.Arrival:
    return service.arrive(uow, claim.sitting_id, signed_in_person(), must_be_open=False)


def _page(uow: UnitOfWork, here: queries.Arrival, claim: Claim) -> ResponseReturnValue:
    """What there is to do with a claim: nothing any more, confirm, come as an extra, or say who one is."""
    done = queries.done(uow, [claim.id])
    if done:
        return _done_page(uow, claim, done[claim.id])
    held = late.held_of_scan(uow, claim.id) if claim.is_late else None
    if held is not None:
        return render_template("attendance/late_waits.html", held=held, hall=here.hall)
    if not claim.lives(uow.now):
        raise service.ClaimTooLate
    return make_response(_ask(uow, here, claim))


def _ask(uow: UnitOfWork, here: queries.Arrival, claim: Claim) -> str:
    who = None if request.args.get("as") == "other" else _known(uow, here)
    if who is None:
        return _identify_page(uow, here, claim, IdentifyForm(formdata=None))
    return _confirm_page(uow, here, claim, who)


def _confirm_page(uow: UnitOfWork, here: queries.Arrival, claim: Claim, who: queries.Who) -> str:
    offer = None if claim.is_late else service.lecturer_offer(uow, here.hall, who.id)
    return pages.confirm(here, claim, who, offer)


def _identify_page(uow: UnitOfWork, here: queries.Arrival, claim: Claim, form: IdentifyForm) -> str:
    return render_template(
        "attendance/identify.html", form=form, sits_in=_sits_in(uow, here.hall, claim),
        box=base64.b64encode(keyring().letter_box()).decode(), **_values(here, claim),
    )  # fmt: skip


def _sits_in(uow: UnitOfWork, hall: queries.Hall, claim: Claim) -> bool:
    """Whether it is an officer sitting in who scanned, signed in on the own phone."""
    if claim.is_late or not uow.actor.holds(Role.OFFICER):
        return False
    return holds_over(uow, uow.session.get_one(Sitting, hall.id), Role.OFFICER)


def _done_page(uow: UnitOfWork, claim: Claim, done: queries.Done) -> ResponseReturnValue:
    """done: as it was read back. A page of success only of what is in the database."""
    offer = service.lecturer_offer(uow, done.hall, done.person_id) if claim.lives(uow.now) else None
    page = make_response(pages.done(claim, done, offer))
    page.headers["Content-Location"] = url_for(".check_in")  # where it can be read again, says js/keep.js
    return page


def _values(here: queries.Arrival, claim: Claim) -> dict[str, object]:
    mark = Mark(claim.mark)
    return {"hall": here.hall, "claim": claim, "mark": mark, "sealed": service.sealed(claim), "crowd": here.crowd(mark)}


def _identify(uow: UnitOfWork, here: queries.Arrival, claim: Claim) -> ResponseReturnValue | ReadBack:
    form = IdentifyForm(formdata=said())
    if form.validate_on_submit():
        phone, tail = form.phone.data or "", form.tail.data or ""
        own = [f"device:{claim.device_id}", f"phone:{keyring().fingerprint(phone)}"]
        subjects = [*own, f"net:{_address()}"]
        try:
            # A hall has one address: only a phone or a number that was wrong itself waits for what others there tried.
            for subject in subjects if any(has_tried(uow, subject) for subject in own) else own:
                check_tries(uow, subject)
            person = find_by_phone_and_id_tail(uow, here.hall.enterprise_id, phone, tail)
            if person is not None:
                forget_tries(uow, subjects[0])
                login_user(person_actor(person), remember=True)
                return _record(uow, here, claim, person.id)
            for subject in subjects:
                note_wrong_try(uow, subject)
            left = find_who_left(uow, here.hall.enterprise_id, phone, tail)
            form.tail.errors = [
                _("您 %(day)s 已登记离开本单位，没有记录签到。还在这里上班的，请培训管理员恢复在册。", day=left.left_on)
                if left
                else _("手机号和身份证号后四位与花名册对不上。请核对一遍；换过手机号的，请培训管理员人工登记并更新花名册。")
            ]
        except TooMany as problem:
            form.tail.errors = [str(problem)]
    # 200 also when it was wrong: a status of 400 or more would take back the count of wrong tries.
    return _identify_page(uow, here, claim, form)


def _record(uow: UnitOfWork, here: queries.Arrival, claim: Claim, person_id: UUID) -> ResponseReturnValue | ReadBack:
    """Record, then answer with what is read back once it is safe. Who is not on the list is asked; late, the trainer is."""
    hall = here.hall
    if claim.is_late:
        if not claim.lives(uow.now):
            raise service.ClaimTooLate
        late.hold_late_scan(uow, hall, claim, person_id)
        return redirect(url_for(".check_in"), 303)
    try:
        service.claim(uow, hall, claim, person_id, waited=waited())
    except service.NotOnList:
        who = queries.who(uow, hall, person_id)
        return _confirm_page(uow, here, claim, who) if who else _identify_page(uow, here, claim, IdentifyForm(formdata=None))
    return ReadBack(lambda reading: _done_page(reading, claim, queries.done(reading, [claim.id])[claim.id]))


def _known(uow: UnitOfWork, here: queries.Arrival) -> queries.Who | None:
    """Whoever this phone is signed in as, if they are on the roster of the enterprise of the hall; they act from here on."""
    if signed_in_person() is not None:
        if here.who is not None:
            uow.actor = person_actor(here.who)
        return here.who
    actor = load_actor(uow, signed_in_key() or "")
    if actor is None or is_out(actor):
        return None
    uow.actor = actor
    mine = [held.person_id for held in actor.held if held.person_id and held.enterprise_id == here.hall.enterprise_id]
    return queries.who(uow, here.hall, mine[0]) if mine else None


def remember_refusal(uow: UnitOfWork, problem: Problem) -> None:
    """Somebody posted the scan of another phone or person: that is refused, and remembered."""
    if request.method == "POST" and isinstance(problem, service.NotThisPhone | service.SomebodyElsesScan):
        other_phone = isinstance(problem, service.NotThisPhone)
        person_id, text = signed_in_person() or uow.actor.person_id, carried()
        uow.if_refused(lambda after: service.note_refused(after, text, person_id=person_id, other_phone=other_phone))


def _passed_on(uow: UnitOfWork, claim: Claim) -> bool:
    """Whether the code is still on the wall and its claim has been used: the phone went on to a neighbour, who scans too."""
    return rules.step_of(uow.now) - claim.step <= 1 and queries.event_of_claim(uow, claim.id) is not None


def _address() -> str:
    return keyring().fingerprint(request.remote_addr or "")


def _refused(problem: Problem) -> ResponseReturnValue:
    return render_template("attendance/refused.html", problem=problem), problem.status
