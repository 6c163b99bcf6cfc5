"""一期一档: everything of one lecture on one page; to somebody who is only expected there, their own part of it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, may_at_all
from lms.access.service import hands_of
from lms.archives import queries, rules
from lms.archives.cartridge import cartridge_of, write_cartridge
from lms.archives.package import lecture_package
from lms.archives.views import bp
from lms.archives.views.own import own_person, tabs
from lms.attendance.forms import LEAVE, AskLeaveForm
from lms.attendance.queries import Board, attention, board, people_of, sheets_of
from lms.attendance.queries.stations import stations_of
from lms.attendance.service import may_ask
from lms.compliance.signals.queries import signals_of
from lms.core.downloads import download
from lms.core.errors import NotFound
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.credentials.queries import Issued, decided_of, issued_of, lasts_no_hours, make_up_of, problems
from lms.credentials.queries import changes_of as decided_anew
from lms.credentials.rules import was_on_leave
from lms.lectures import service as lectures
from lms.lectures.models import Lecture, LectureState
from lms.lectures.queries import (
    cascade_of,
    changes_of,
    lecturer_shown,
    matches_of,
    photos_of,
    series_of,
    waiting_times,
)
from lms.lectures.rules import SITTING_WORDS, STATE_KINDS, STATE_WORDS, WANTED_PHOTOS, opens_from, sitting_state
from lms.ledger.queries import dropped_of
from lms.notices.queries import tellings
from lms.quizzes.queries import Progress, progress
from lms.registry.queries import head_on
from lms.supervision.queries import observations_of, visits_of
from lms.supervision.rules import DIMENSIONS

TAUGHT = (LectureState.DRAFT, LectureState.NOTIFIED, LectureState.CLOSED, LectureState.ARCHIVED)


@bp.route("/lectures/<uuid:lecture_id>")
@may("lecture.read")
def lecture(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    found = queries.lecture_page(uow, find(uow, Lecture, lecture_id).id)
    if not queries.covers(uow, found.id, Role.TRAINER, Role.HEAD, Role.OFFICER):
        return _own(uow, found)
    shown = board(uow, found, request.args.get("sitting", type=UUID), request.args.get("find", "").strip()[:80])
    quiz, issued, shots = progress(uow, found.id), issued_of(uow, found.id), photos_of(uow, found)
    follows, of_bureau = queries.covers(uow, found.id, Role.TRAINER, Role.HEAD), queries.covers(uow, found.id, Role.OFFICER)
    return render_template(
        "archives/lecture.html",
        shots=shots,
        signals=signals_of(uow, found.id) if found.is_held else [],
        may_explain=follows,
        may_reply=follows,
        may_look=of_bureau,
        observations=observations_of(uow, found.id),
        visits=visits_of(uow, found.id, of_bureau=of_bureau),
        dimensions=DIMENSIONS,
        may_observe=of_bureau and (found.is_held or found.state == LectureState.OPEN),
        matches=matches_of(uow, found.id),
        lecture=found,
        state_word=STATE_WORDS[found.state],
        state_kind=STATE_KINDS[found.state],
        sitting_states={sitting.id: sitting_state(found.state, sitting) for sitting in found.sittings},
        sitting_words=SITTING_WORDS,
        early={sitting.id for sitting in found.sittings if uow.now < opens_from(sitting.planned_starts_at)},
        opens_from=opens_from,
        lecturer=lecturer_shown(uow, found),
        changes=changes_of(uow, found.id),
        dropped=dropped_of(uow, found.id) if found.closed_at or found.state == LectureState.OPEN else [],
        series=series_of(uow, found),
        cascade=cascade_of(uow, found),
        passes_on=uow.session.get(Lecture, found.passes_on_id) if found.passes_on_id else None,
        may_witness=may_at_all(uow.actor, "lecture.witness"),
        steps=rules.STEPS,
        step=rules.step_of(found.state, quiz.state if quiz else None, issued),
        runs_it=queries.covers(uow, found.id, Role.TRAINER),
        replaced_by=_replaced_by(uow, found),
        times=waiting_times(uow, found),
        may_confirm_void=may_at_all(uow.actor, "lecture.void.confirm"),
        own_hands=hands_of(uow) if found.void_proposed_at else frozenset(),
        board=shown,
        sheets=sheets_of(uow, found.id),
        attention=attention(uow, found),
        people=people_of(uow, found),
        leave_words=LEAVE,
        devices=stations_of(uow, found.id),
        make_up=make_up_of(uow, found),
        make_up_states=STATE_WORDS,
        quiz_progress=quiz,
        lecture_id=found.id,
        told=tellings(uow, found.id),
        follows=follows,
        issued=issued,
        problems=problems(uow, found),
        teaching=queries.teaching_of(uow, found) if found.state in TAUGHT else None,
        decided=decided_of(uow, found.id),
        was_on_leave=was_on_leave,
        redecided=decided_anew(uow, found.id),
        evidence=_evidence(found, shown, len(shots), quiz, issued),
    )


def _replaced_by(uow: UnitOfWork, lecture: Lecture) -> str:
    """Who is the head now, where a lecture to come was planned for the head of then; "" where it is the same."""
    if lecture.state not in (LectureState.DRAFT, LectureState.NOTIFIED) or not lecture.lecturer_is_head:
        return ""
    head = head_on(uow, lecture.enterprise_id, uow.today)
    return head.name if head and head.person_id != lecture.lecturer_id and head.name != lecture.lecturer.name else ""


@bp.route("/lectures/<uuid:lecture_id>/archive.zip")
@may("lecture.list")
def package(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """一期一档 of a lecture that was held, with the script that checks it anywhere."""
    found = find(uow, Lecture, lecture_id)
    if not found.is_held:
        raise NotFound
    name = f"{found.year}-{found.number:02}-{found.title}.zip"
    return send_file(lecture_package(uow, found), mimetype="application/zip", as_attachment=True, download_name=name)


@bp.route("/lectures/<uuid:lecture_id>/cartridge")
@may("lecture.change")
def cartridge(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """What a course on a teaching platform would get, and which questions have no place there, before anything is handed out."""
    return render_template("archives/cartridge.html", made=cartridge_of(uow, find(uow, Lecture, lecture_id)))


@bp.route("/lectures/<uuid:lecture_id>/cartridge.imscc")
@may("lecture.change")
def cartridge_file(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    made = cartridge_of(uow, find(uow, Lecture, lecture_id))
    file = write_cartridge(made, f"{settings().base_url}/lectures/{lecture_id}")
    name = f"{made.lecture.year}-{made.lecture.number:02}-{made.lecture.title}.imscc"
    return download(file, "application/zip", name)


@bp.route("/lectures/<uuid:lecture_id>/file", methods=["POST"])
@may("lecture.change")
def file_lecture(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Put a lecture on file, once its quiz has ended and its certificates are issued."""
    found = find(uow, Lecture, lecture_id)
    put_on_file(uow, found)
    flash(_("已归档。以后还可以补充更正，每次更正都会留下记录。"), "ok")
    return redirect(url_for(".lecture", lecture_id=found.id), 303)


def put_on_file(uow: UnitOfWork, found: Lecture) -> None:
    """Raises NotComplete while its quiz runs or certificates are being made."""
    quiz = progress(uow, found.id)
    rules.check_complete(rules.step_of(found.state, quiz.state if quiz else None, issued_of(uow, found.id)))
    lectures.archive(uow, found)


def _own(uow: UnitOfWork, found: Lecture) -> ResponseReturnValue:
    return render_template(
        "archives/own_lecture.html",
        lecture=found,
        state_word=STATE_WORDS[found.state],
        state_kind=STATE_KINDS[found.state],
        own=queries.own_of(uow, found, own_person(uow).id),
        times=waiting_times(uow, found),
        may_ask=may_ask(found, uow.now),
        leave_form=AskLeaveForm(formdata=None, data={"kind": "事假"}),
        now=uow.now,
        tabs=tabs(""),
    )


def _evidence(found: Lecture, shown: Board, photos: int, quiz: Progress | None, issued: Issued) -> list[rules.Evidence]:
    """What proves this lecture, and what is still missing."""
    return rules.evidence(
        materials=len(found.materials),
        notified=found.notified_at is not None,
        invited=shown.counts.expected - shown.counts.extra,
        photos=photos,
        photos_wanted=WANTED_PHOTOS,
        here=shown.counts.here,
        closed=found.is_held,
        finished=quiz.finished if quiz else None,
        certificates=issued.issued,
        no_hours=issued.no_hours,
        too_short=lasts_no_hours(found),
    )
