"""Photos of a lecture: taken with the trainer's phone, shown, compared, explained."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find, may_at_all
from lms.core.downloads import drawn_anew, handed_out
from lms.core.given import taken
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules, service
from lms.lectures.models import Lecture, LectureState, Photo, PhotoMatch
from lms.lectures.views import bp


@bp.route("/lectures/<uuid:lecture_id>/photos")
@may("photo.read")
def photos(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    return _page(uow, find(uow, Lecture, lecture_id), [])


@bp.route("/lectures/<uuid:lecture_id>/photos", methods=["POST"])
@may("photo.change")
def add_photos(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Those that are photos are kept, the others named."""
    lecture = find(uow, Lecture, lecture_id)
    kept, faults = taken("photos", partial(service.add_photo, uow, lecture))
    if not kept:
        return _page(uow, lecture, faults or [_("还没有选照片。请点“拍照”，或从相册里选。")])
    flash(_("收到 %(n)s 张照片。", n=len(kept)), "ok")
    for fault in faults:
        flash(fault, "bad")
    return redirect(url_for(".photos", lecture_id=lecture.id), 303)


@bp.route("/photos/<uuid:shot_id>")
@may("photo.read")
def photo(uow: UnitOfWork, shot_id: UUID) -> ResponseReturnValue:
    """The very bytes that came from the phone, as a download."""
    found = find(uow, Photo, shot_id)
    return handed_out(found.sha256, found.media_type, found.size, download_name=found.file_name)


@bp.route("/photos/<uuid:shot_id>/<any(view, small):which>")
@may("photo.read")
def photo_picture(uow: UnitOfWork, shot_id: UUID, which: str) -> ResponseReturnValue:
    """The photo to look at, or its thumbnail: without where it was taken."""
    found = find(uow, Photo, shot_id)
    return drawn_anew(found, which)


@bp.route("/photos/<uuid:shot_id>/withdraw", methods=["POST"])
@may("photo.change")
def withdraw_photo(uow: UnitOfWork, shot_id: UUID) -> ResponseReturnValue:
    found = find(uow, Photo, shot_id)
    service.withdraw_photo(uow, found)
    flash(_("已撤下。要恢复，再传一次这张照片就行。"), "ok")
    return redirect(url_for(".photos", lecture_id=found.lecture_id), 303)


@bp.route("/photo-matches/<uuid:match_id>/explain", methods=["POST"])
@may("photo.change")
def explain_match(uow: UnitOfWork, match_id: UUID) -> ResponseReturnValue:
    found = find(uow, PhotoMatch, match_id)
    service.explain_match(uow, found, request.form.get("explanation", ""))
    flash(_("已记下说明。"), "ok")
    return redirect(url_for(".photos", lecture_id=found.photo.lecture_id), 303)


def _page(uow: UnitOfWork, lecture: Lecture, faults: list[str]) -> ResponseReturnValue:
    shots = queries.photos_of(uow, lecture)
    page = render_template(
        "lectures/photos.html",
        lecture=lecture,
        shots=shots,
        matches=queries.matches_of(uow, lecture.id),
        faults=faults,
        waits=any(shot.photo.looked_at is None for shot in shots),
        may_change=may_at_all(uow.actor, "photo.change"),
        takes_photos=lecture.state in (LectureState.OPEN, LectureState.CLOSED),
        takes_back=queries.has_withdrawn(uow, lecture.id),
        wanted=rules.WANTED_PHOTOS,
        times=rules.TIMES,
        explanations=rules.EXPLANATIONS,
    )
    return page, 422 if faults else 200
