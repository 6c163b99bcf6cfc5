"""The lecturer's own phone while speaking, and the page on which an officer or the trainer says who spoke."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import known
from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, holds_over
from lms.access.tries import note_wrong_try
from lms.attendance import queries, service
from lms.attendance.carrying import device, kept_claim
from lms.attendance.forms import CodeForm, WitnessForm
from lms.attendance.models import Mark, Method
from lms.attendance.rules.claims import Claim
from lms.attendance.views import bp
from lms.attendance.views.naming import named
from lms.core import clock
from lms.core.errors import Invalid, NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.models import Lecture, LecturerMark, LecturerStep, Sitting, Witness
from lms.lectures.queries import proof_of
from lms.lectures.rules import Proof, ends_early
from lms.registry.queries import names_of, roster_on

MINUTE = 60
OTHER = "other"


@bp.route("/sittings/<uuid:sitting_id>/lecturing", methods=["GET", "POST"])
@may("lecture.give")
def lecturing(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    """What the lecturer sees while speaking; ends with the six digits on the screen, or with a scan of the code there."""
    sitting, person_id = _own_sitting(uow, sitting_id)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            step = service.room_of(uow, sitting, form.digits.data or "")
            device_id = device() or f"lecturer-{uow.actor.key}"[:40]
            claim = service.new_claim(
                uow, sitting.id, mark=Mark.OUT, method=Method.CODE, step=step, screen="code", device_id=device_id
            )
            service.confirm_by_scan(
                uow, service.hall_of(uow, sitting.id), claim, person_id, request.form.get("step", ""), known.accounts()
            )
            return redirect(url_for(".lecturing", sitting_id=sitting.id), 303)
        except service.CodeWrong as problem:
            note_wrong_try(uow, f"code:{uow.actor.key}")
            form.digits.errors = [str(problem)]
        except Problem as problem:
            form.digits.errors = [str(problem)]
    # 200 also when it was wrong: a status of 400 or more would take back the count of wrong tries.
    return render_template("attendance/lecturing.html", form=form, **_speaking(uow, sitting))


@bp.route("/sittings/<uuid:sitting_id>/lecturing/now")
@may("lecture.give")
def lecturing_now(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting, _person_id = _own_sitting(uow, sitting_id)
    return render_template("attendance/_lecturing.html", **_speaking(uow, sitting))


@bp.route("/sittings/<uuid:sitting_id>/lecturer", methods=["GET", "POST"])
@may("lecture.witness")
def witness(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    """An officer sitting in, or the trainer, says who speaks: the registered lecturer, or somebody else and why."""
    sitting = find(uow, Sitting, sitting_id)
    lecture, by_officer = sitting.lecture, holds_over(uow, sitting, Role.OFFICER)
    found, scan = proof_of(uow, sitting.id, uow.now), _scan_here(uow, sitting) if by_officer else None
    form, wrong_code = WitnessForm(), False
    form.person_id.choices = [*_likely(uow, sitting, found.person_id), (OTHER, _("其他人，在下面写姓名或工号"))]
    if request.method == "GET":
        form.person_id.data = str(found.person_id or lecture.lecturer_id)
    if form.validate_on_submit():
        person_id, known_by = _who(uow, lecture, form), Witness.TRAINER
        if doubt := _too_early(uow, sitting, form, found):
            form.sure.errors = [doubt]
        elif by_officer:
            try:
                known_by = _known_by(uow, sitting, form, scan)
            except service.CodeWrong as problem:
                note_wrong_try(uow, f"code:{uow.actor.key}")
                form.digits.errors, wrong_code = [str(problem)], True
            except Problem as problem:
                form.digits.errors = [str(problem)]
        if person_id is not None and not form.digits.errors and not form.sure.errors:
            try:
                mark = lectures.confirm_lecturer(
                    uow, sitting, person_id, LecturerStep(form.step.data), known_by,
                    at=scan.scanned_at if scan and known_by is Witness.OFFICER_CODE else None,
                    reason=form.reason.data or None, seen=True,
                )  # fmt: skip
            except Problem as problem:
                form.step.errors = [str(problem)]
            else:
                flash(_recorded(uow, sitting, mark), "ok")
                return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
    page = render_template(
        "attendance/witness.html", sitting=sitting, lecture=lecture, form=form, proof=found, by_officer=by_officer, scan=scan
    )
    # 200 when the digits were wrong: a status of 400 or more would take back the count of wrong tries.
    return page, 422 if form.errors and not wrong_code else 200


def _too_early(uow: UnitOfWork, sitting: Sitting, form: WitnessForm, found: Proof) -> str | None:
    """What to ask before an end is taken that is far from the plan, or costs the lecture its place in the campaign."""
    began = found.started_at
    if form.step.data != LecturerStep.END or form.sure.data or began is None:
        return None
    least, planned = sitting.lecture.minutes_asked or 0, sitting.planned_ends_at - sitting.planned_starts_at
    if not ends_early(began, uow.now, planned, least):
        return None
    minutes, ends = int((uow.now - began).total_seconds()) // MINUTE, clock.hour(sitting.planned_ends_at)
    asked = _("才讲了 %(n)s 分钟，计划到 %(time)s。还在讲的，请选“开讲”；真的讲完了，请勾选这一项。", n=minutes, time=ends)
    return asked + (_("专项活动要求 %(n)s 分钟，不够的不计入。", n=least) if minutes < least else "")


def _recorded(uow: UnitOfWork, sitting: Sitting, mark: LecturerMark) -> str:
    """What a word about the lecturer has written down, and what the record of the sitting says now."""
    found, name = proof_of(uow, sitting.id, uow.now), mark.person.name
    counts = found.person_id in (None, mark.person_id)
    if mark.step is LecturerStep.END and found.minutes is not None:
        said = _("已记下：%(name)s讲完，记录的时长是 %(n)s 分钟。", name=name, n=found.minutes)
    elif counts:
        began = clock.hour(found.started_at or mark.at)
        said = _("已记下：%(name)s在讲课，记录的开讲时间是 %(time)s。", name=name, time=began)
    else:
        said = _("已记下您说的：%(name)s在讲课。", name=name)
    if found.person_id is not None and not counts:
        other = names_of(uow, [found.person_id])[found.person_id]
        return said + _("但有更可靠的确认，讲课人仍记为%(name)s。两种说法都留着，请核对。", name=other)
    return said if mark.person_id == sitting.lecture.lecturer_id else said + _("与登记的讲课人不一致，会标出来。")


def _scan_here(uow: UnitOfWork, sitting: Sitting) -> Claim | None:
    """The scan that shows that the officer's own phone was in the room just now."""
    claim = kept_claim()
    return claim if service.proves_the_room(uow, sitting.id, claim) else None


def _known_by(uow: UnitOfWork, sitting: Sitting, form: WitnessForm, scan: Claim | None) -> Witness:
    """What an officer's word rests on: a scan or the digits of the room, or openly on nothing but the word.

    Raises CodeWrong, Wait, CodeUnclear, NotOpen, and Invalid when neither was given.
    """
    if scan is not None:
        return Witness.OFFICER_CODE
    if form.digits.data:
        service.room_of(uow, sitting, form.digits.data)
        return Witness.OFFICER_CODE
    if form.without_code.data:
        return Witness.OFFICER
    raise Invalid(_("请扫投影上的码，或者输入六位数字，证明您在现场；看不到码的，勾选“只作为我的说明”，会照实写明。"))


def _likely(uow: UnitOfWork, sitting: Sitting, seen: UUID | None) -> list[tuple[str, str]]:
    """Who probably speaks: the registered lecturer, whoever was named before, the head. Nobody needs the whole roster for it."""
    wanted = dict.fromkeys([*lectures.lecturers_of(uow, sitting), *([seen] if seen else [])])
    names = names_of(uow, wanted)
    return [(str(person_id), names[person_id]) for person_id in wanted if person_id in names]


def _who(uow: UnitOfWork, lecture: Lecture, form: WitnessForm) -> UUID | None:
    """The person the form means; None where it says what is wrong."""
    if form.person_id.data != OTHER:
        return UUID(form.person_id.data)
    if not form.other.data:
        form.other.errors = [_("请写讲课人的姓名或工号。")]
        return None
    person, fault = named(roster_on(uow, lecture.enterprise_id, uow.today), form.other.data)
    if person is None:
        form.other.errors = [fault]
    return person.person_id if person else None


def _own_sitting(uow: UnitOfWork, sitting_id: UUID) -> tuple[Sitting, UUID]:
    """A sitting for its lecturer and nobody else. Raises NotFound."""
    actor: Actor = uow.actor
    find(uow, Sitting, sitting_id)
    sitting = queries.sitting_with_lecture(uow, sitting_id)
    wanted = set(lectures.lecturers_of(uow, sitting))
    person_id = next((held.person_id for held in actor.held if held.person_id in wanted), None)
    if person_id is None:
        raise NotFound
    return sitting, person_id


def _speaking(uow: UnitOfWork, sitting: Sitting) -> dict[str, Any]:
    found = proof_of(uow, sitting.id, uow.now)
    over = found.ended_at or sitting.ended_at
    elapsed = int(((over or uow.now) - found.started_at).total_seconds()) // MINUTE if found.started_at else None
    least = sitting.lecture.minutes_asked or 0
    return {
        "sitting": sitting,
        "hall": queries.hall_at(uow, sitting.id),
        "proof": found,
        "over": over,
        "elapsed": elapsed,
        "least": least,
        "missing": max(least - (elapsed or 0), 0),
        "tally": queries.tally(uow, sitting, Mark.IN),
        "step": lectures.next_step(found, uow.now).value,
    }
