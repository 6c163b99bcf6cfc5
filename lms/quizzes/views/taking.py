"""Taking a quiz on a phone: from what awaits somebody to the result."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from lms.access.door import ReadBack, Writing, may
from lms.access.models import Role
from lms.access.reach import find, may_at_all
from lms.core import cookies
from lms.core.errors import NotFound, Problem
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules, service
from lms.quizzes.events import NoHoursAsked
from lms.quizzes.models import ON_PAPER, Attempt
from lms.quizzes.pages import entry as entry_page
from lms.quizzes.pages import paper as paper_page
from lms.quizzes.pages import result as result_page

bp = Blueprint("quizzes", __name__)
LANGUAGE = "anke_quiz_language"
DEVICE = "anke_device"  # the cookie that checking in gave this phone


@bp.route("/quizzes/<uuid:quiz_id>", methods=["GET", "POST"])
@may("attempt.start", reads_first=True, by_signature=True)
def entry(uow: UnitOfWork, quiz_id: UUID) -> ResponseReturnValue | Writing:
    """What awaits a person before they start. The start is answered with the paper; sent again it is the same one."""
    if request.method == "POST":
        page, started = request.form.get("page", 0, type=int), service.starts.do(_beginner(uow, quiz_id))
        if started is None:
            return Writing(lambda writing: _start_alone(writing, quiz_id, page))
        return _paper_page(uow, started.paper, page, _language(), started.seconds_left, fresh=started.fresh)
    standing = service.standing_of(uow, _beginner(uow, quiz_id))
    if standing is None or not standing.terms.on_roster:
        return Writing(lambda writing: _entry_alone(writing, quiz_id))
    return _entry_page(uow, standing)


def _entry_alone(uow: UnitOfWork, quiz_id: UUID) -> ResponseReturnValue:
    standing = service.standing_of(uow, _beginner(uow, quiz_id))
    if standing is None:
        raise NotFound
    return _entry_page(uow, standing)


def _entry_page(uow: UnitOfWork, standing: queries.Standing) -> ResponseReturnValue:
    return entry_page.entry(_awaits(uow, standing), standing.at, needs_large=bool(standing.terms.large_type))


def _awaits(uow: UnitOfWork, standing: queries.Standing) -> entry_page.Awaits:
    person_id, terms, at = standing
    heard = terms.opens_at is not None and queries.has_heard(uow, terms.lecture_id, terms.lecture_closed_at, person_id)
    return entry_page.Awaits(
        quiz_id=terms.id,
        title=terms.title,
        is_retest=terms.retest_of_id is not None,
        questions=terms.question_count,
        pass_mark=terms.pass_mark,
        minutes=rules.allowed(terms.minutes, terms.extra_percent or 0),
        max_attempts=terms.max_attempts,
        cool_down=terms.cool_down,
        opens_at=terms.opens_at,
        closes_at=terms.closes_at,
        opened=heard and terms.opens_at is not None and terms.opens_at <= uow.now,
        closed=terms.closes_at is not None and terms.closes_at <= uow.now,
        over=at.open is not None and rules.is_over(at.open.deadline_at, uow.now),
        again_at=_again_at(uow, terms.cool_down, at),
        left=at.left,
        passed=at.passed,
        waiting=at.waiting,
        begun=at.open is not None,
        tried=bool(at.attempts),
    )


def _beginner(uow: UnitOfWork, quiz_id: UUID) -> service.Beginner:
    return service.Beginner(quiz_id, _own(uow), (request.cookies.get(DEVICE) or "")[:40] or None)


def _start_alone(uow: UnitOfWork, quiz_id: UUID, page: int) -> ReadBack:
    beginner = _beginner(uow, quiz_id)
    standing = service.standing_of(uow, beginner)
    if standing is None:
        raise NotFound
    begun = service.begin(uow, standing, device_id=beginner.device_id)
    return ReadBack(lambda reading: _paper(reading, begun.attempt_id, page, _language(), fresh=begun.fresh))


def _again_at(uow: UnitOfWork, cool_down: int, at: queries.SoFar) -> datetime | None:
    """When the next attempt may begin; None when that is no matter."""
    again = rules.cool_until(at.last_ended_at, cool_down)
    return again if again and again > uow.now and at.left and not at.passed and not at.open else None


@bp.route("/quiz/<uuid:attempt_id>")
@may("attempt.answer")
def take(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue:
    """The paper as it was fixed at the start, with every answer that has arrived; with ?page= one question, for no script."""
    answer = _paper(uow, attempt_id, request.args.get("page", 0, type=int), _language())
    if "lang" in request.args:
        language = request.args["lang"]
        cookies.give(answer, LANGUAGE, language if language in rules.LANGUAGES else "")
    return answer


def _language() -> str:
    return request.args.get("lang", request.cookies.get(LANGUAGE, ""))


def _paper(uow: UnitOfWork, attempt_id: UUID, page: int, language: str, *, fresh: bool = False) -> Response:
    paper = queries.paper_of(uow, attempt_id)
    if paper is None or not _is_own(uow, paper.person_id):
        raise NotFound
    return _paper_page(uow, paper, page, language, rules.seconds_left(paper.deadline_at, uow.now), fresh=fresh)


def _paper_page(uow: UnitOfWork, paper: queries.Paper, page: int, language: str, left: int, *, fresh: bool) -> Response:
    """Of the actor's own paper. left: seconds; fresh: it was begun just now."""
    attempt_id = paper.id
    if paper.submitted_at is not None or rules.is_over(paper.deadline_at, uow.now):
        return make_response(redirect(url_for(".result", attempt_id=attempt_id), 303))
    answers = {} if fresh else queries.latest_answers(uow, attempt_id)
    if page > 0:
        answer = make_response(paper_page.single(paper, answers, language, left, page))
    else:
        answer = make_response(paper_page.whole(paper, answers, language, left))
    answer.headers["Content-Location"] = url_for(".take", attempt_id=attempt_id, page=page or None)
    return answer


def _is_own(uow: UnitOfWork, person_id: UUID) -> bool:
    """Whether somebody's is the actor's own: what reach() says of an attempt, for its person, without another statement."""
    return person_id in _own(uow)


def _own(uow: UnitOfWork) -> tuple[UUID, ...]:
    """Who the actor is on rosters."""
    return tuple(held.person_id for held in uow.actor.held if held.role is Role.EMPLOYEE and held.person_id)


@bp.route("/quiz/<uuid:attempt_id>/answers", methods=["POST"])
@may("attempt.answer", reads_first=True, by_signature=True)
def answers(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue | Writing:
    """One tap, written with those of others; by itself where that cannot be. A script gets JSON; a form without one comes back
    to its question.
    """
    try:
        version_id, counter = UUID(request.form["question"]), int(request.form["counter"])
    except (KeyError, ValueError):
        return Writing(lambda writing: _not_asked(writing, attempt_id))
    choices = request.form.getlist("choice")
    saved = service.taps.do(service.Sent(attempt_id, _own(uow), version_id, counter, tuple(choices)))
    if saved is None:
        return Writing(lambda writing: _answer_alone(writing, attempt_id, version_id, counter, choices))
    return _saved(attempt_id, saved)


def _not_asked(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue:
    find(uow, Attempt, attempt_id)
    return _not_saved(service.NotAsked())


def _answer_alone(
    uow: UnitOfWork, attempt_id: UUID, version_id: UUID, counter: int, choices: Sequence[str]
) -> ResponseReturnValue:
    attempt = queries.hold(uow, attempt_id)
    if attempt is None or not _is_own(uow, attempt.person_id):
        raise NotFound
    try:
        kept_under = service.answer_held(uow, attempt, version_id, choices, counter)
    except Problem as problem:
        return _not_saved(problem)
    return _saved(attempt_id, service.Saved(kept_under, rules.seconds_left(attempt.deadline_at, uow.now)))


def _by_hand() -> bool:
    """Whether a form was sent without a script."""
    return "text/html" in request.headers.get("Accept", "")


def _saved(attempt_id: UUID, saved: service.Saved) -> ResponseReturnValue:
    if not _by_hand():
        return jsonify(saved=saved.counter, seconds_left=saved.seconds_left)
    page = request.form.get("page", "")
    if request.form.get("alone") and page.isdecimal():
        return redirect(url_for(".take", attempt_id=attempt_id, page=int(page) + 1), 303)
    return redirect(url_for(".take", attempt_id=attempt_id, _anchor=page if page.isdecimal() else None), 303)


def _not_saved(problem: Problem) -> ResponseReturnValue:
    if _by_hand():
        raise problem
    return jsonify(code=problem.code, detail=str(problem)), problem.status


@bp.route("/quiz/<uuid:attempt_id>/picture")
@may("attempt.read")
def picture(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue:
    """The picture of a question of this attempt, which ?question= names."""
    attempt = find(uow, Attempt, attempt_id)
    asked = {str(asked.version.id): asked.version.body.picture for asked in queries.asked_on(uow, attempt.paper)}
    shown = asked.get(request.args.get("question", ""))
    if shown is None:
        raise NotFound
    return sent(shown)


def sent(shown: rules.Picture) -> ResponseReturnValue:
    """The bytes of a picture; a cache asks each time, so that the next person on this phone is not shown what was another's."""
    answer = send_file(io.BytesIO(storage().get(shown.sha256)), mimetype="image/jpeg")
    answer.set_etag(shown.sha256)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


@bp.route("/quiz/<uuid:attempt_id>/finish")
@may("attempt.answer")
def finished(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue:
    """An address that was kept from handing in."""
    return redirect(url_for(".result", attempt_id=find(uow, Attempt, attempt_id).id), 303)


@bp.route("/quiz/<uuid:attempt_id>/finish", methods=["POST"])
@may("attempt.answer", reads_first=True, by_signature=True)
def finish(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue | Writing:
    """Handing in is answered with the result; sent again it is the same one."""
    if request.form.get("unsure"):
        return Writing(lambda writing: _hand_in_if_whole(writing, attempt_id))
    result = service.hand_ins.do(service.HandIn(attempt_id, _own(uow)))
    if result is None:
        return Writing(lambda writing: _hand_in_alone(writing, attempt_id))
    return _result_page(uow, *result)


def _hand_in_if_whole(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue | ReadBack:
    page = _unanswered(uow, attempt_id)
    return redirect(url_for(".take", attempt_id=attempt_id, page=page), 303) if page else _hand_in_alone(uow, attempt_id)


def _unanswered(uow: UnitOfWork, attempt_id: UUID) -> int | None:
    """The page that says which questions have no answer, of a paper that has such: without the script that saves each tap, what
    was chosen may not have been sent.
    """
    paper = queries.paper_of(uow, attempt_id)
    if paper is None or not _is_own(uow, paper.person_id) or paper.submitted_at is not None:
        return None
    answered = sum(bool(tap.chosen) for tap in queries.latest_answers(uow, attempt_id).values())
    return len(paper.asked) + 1 if answered < len(paper.asked) else None


def _hand_in_alone(uow: UnitOfWork, attempt_id: UUID) -> ReadBack:
    held = queries.hold_to_grade(uow, attempt_id)
    if held is None or not _is_own(uow, held.person_id):
        raise NotFound
    outcomes = service.hand_in(uow, held)
    return ReadBack(lambda reading: _result(reading, attempt_id, outcomes))


@bp.route("/quiz/<uuid:attempt_id>/result")
@may("attempt.read")
def result(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue | Writing:
    """An attempt whose time ran out is graded by whoever looks first, be it the sweep or this page."""
    attempt = find(uow, Attempt, attempt_id)
    if attempt.submitted_at is None and rules.is_over(attempt.deadline_at, uow.now):
        return Writing(lambda writing: _result_of_ended(writing, attempt_id))
    return _result(uow, attempt.id)


def _result_of_ended(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue:
    service.settle(uow, find(uow, Attempt, attempt_id))
    return _result(uow, attempt_id)


def _result(uow: UnitOfWork, attempt_id: UUID, known: Sequence[queries.Outcome] | None = None) -> ResponseReturnValue:
    """Of an attempt within reach. known: what became of its questions, where it was just graded: answers come no more."""
    return _result_page(uow, *queries.handed(uow, attempt_id), known)


def _result_page(
    uow: UnitOfWork, attempt: queries.Handed, at: queries.SoFar, known: Sequence[queries.Outcome] | None
) -> ResponseReturnValue:
    attempt_id = attempt.id
    own = uow.actor.is_person(attempt.person_id)
    if attempt.submitted_at is None:
        if not own:
            raise NotFound
        return redirect(url_for(".take", attempt_id=attempt_id), 303)
    outcomes = known or queries.outcomes_of(uow, attempt)
    closed = attempt.has_closed(uow.now)
    sheet = queries.sheet_of(uow, attempt_id) if attempt.submitted_how == ON_PAPER else None
    may_retake = own and not at.passed and not at.waiting and bool(at.left) and attempt.closes_at is not None and not closed
    promises = bool(attempt.passed) and attempt.retest_of_id is None
    around = result_page.Around(
        own=own,
        may_retake=may_retake,
        again_at=_again_at(uow, attempt.cool_down, at) if may_retake else None,
        explained=not own or rules.explains(attempt.explain, finished=at.finished, closed=closed),
        no_more=own and not at.passed and not at.waiting and not may_retake,
        changes=queries.changes_of(uow, attempt_id) if any(outcome.ruled for outcome in outcomes) else (),
        sheet=sheet,
        may_correct=not own and any(map(_has_mark, outcomes)) and may_at_all(uow.actor, "answer.mark"),
        photos=queries.images_of(uow, sheet.id) if sheet and may_at_all(uow.actor, "quiz.change") else (),
        no_hours=own and promises and bool(uow.ask(NoHoursAsked(attempt.lecture_id, attempt.person_id))),
    )
    answer = make_response(result_page.result(attempt, outcomes, around))
    answer.headers["Content-Location"] = url_for(".result", attempt_id=attempt_id)
    return answer


def _has_mark(outcome: queries.Outcome) -> bool:
    """Whether a person gave a mark that can be corrected."""
    return outcome.version.body.has_marks and outcome.share is not None and any(outcome.chosen) and not outcome.ruled
