"""What two lectures in our own database say about each other: the same picture, deck, lecturer and people."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pypdf
from flask import Flask
from PIL import Image
from sqlalchemy import select

from lms.attendance.models import AttendanceEvent, Mark, Method, Presence, Trust
from lms.campaigns.models import Campaign
from lms.compliance.signals import service as signals
from lms.compliance.signals.listeners import check_signals
from lms.compliance.signals.models import LectureSignal, SignalCheck
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture, Material, Photo
from lms.lectures.rules import PDF
from lms.lectures.service import add_photo, withdraw_photo
from lms.lectures.service.photos import look_at_photos
from lms.lectures.service.renditions import render
from tests.compliance.scene import SYSTEM, hold, launch
from tests.lectures.files import photo
from tests.world import World, build_world

DECK = (Path(__file__).parents[2] / "data" / "lecture.pdf").read_bytes()
LETTERS = {"same_photo", "same_deck", "two_places", "person_twice"}


def saved_again(deck: bytes) -> bytes:
    """The same pages with another date and name in the file."""
    writer, kept = pypdf.PdfWriter(clone_from=io.BytesIO(deck)), io.BytesIO()
    writer.add_metadata({"/Title": "六月的课", "/ModDate": "D:20260601090000"})
    writer.write(kept)
    return kept.getvalue()


def show(uow, lecture: Lecture, deck: bytes) -> str:
    of = {"enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id, "file_name": "课件.pdf", "media_type": PDF}
    sha256 = storage().put(deck)
    uow.session.add(Material(**of, size=len(deck), sha256=sha256, added_at=uow.now))
    return sha256


def dark(size: tuple[int, int]) -> bytes:
    """A photo of next to nothing: the lamp had gone out."""
    made = io.BytesIO()
    Image.new("RGB", size, (9, 9, 9)).save(made, "JPEG")
    return made.getvalue()


def stay(uow, lecture: Lecture) -> None:
    """Everybody on the list scanned in as it began and out as it ended."""
    sitting = lecture.sitting
    for presence in uow.session.scalars(select(Presence).where(Presence.lecture_id == lecture.id)).all():
        presence.first_in_at, presence.last_out_at, presence.method = sitting.started_at, sitting.ended_at, Method.SCAN
        of = {"enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id, "sitting_id": sitting.id}
        for mark, at in ((Mark.IN, sitting.started_at), (Mark.OUT, sitting.ended_at)):
            scan = {"method": Method.SCAN, "trust": Trust.LIVE, "device_id": presence.person_id.hex[:24]}
            uow.session.add(AttendanceEvent(**of, **scan, mark=mark, person_id=presence.person_id, scanned_at=at, recorded_at=at))


def levels(lecture_id) -> dict[str, str]:
    with unit_of_work(SYSTEM, "system") as uow:
        signals.check(uow, lecture_id)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        rows = uow.session.scalars(select(LectureSignal).where(LectureSignal.lecture_id == lecture_id))
        return {row.code: row.level for row in rows if row.code in LETTERS}


def test_a_second_lecture_with_the_same_picture_deck_lecturer_and_people_is_remarked_on(app_on_either: Flask) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        world = build_world(uow)
        campaign = launch(uow, world.here)
        first, second = (hold(uow, world.here, campaign) for _ in range(2))
        other_firm = hold(uow, world.there, campaign)
        decks = [show(uow, first, DECK), show(uow, second, saved_again(DECK)), show(uow, other_firm, DECK)]
        for lecture in (first, second):
            stay(uow, lecture)
        add_photo(uow, first, "会场.jpg", io.BytesIO(photo(1)))
        ids = first.id, second.id, other_firm.id
    with unit_of_work(SYSTEM, "system") as uow:
        uow.now += timedelta(minutes=1)
        add_photo(uow, uow.session.get_one(Lecture, ids[1]), "现场.jpg", io.BytesIO(photo(1)))
        add_photo(uow, uow.session.get_one(Lecture, ids[2]), "现场.jpg", io.BytesIO(photo(9)))
    look_at_photos()
    for sha256 in decks:
        render(sha256, PDF)
    assert decks[0] != decks[1]

    earlier, later, elsewhere = (levels(one) for one in ids)

    assert later == {"same_photo": "serious", "same_deck": "notice", "two_places": "serious", "person_twice": "serious"}
    assert earlier == {"same_photo": "notice", "same_deck": "notice", "two_places": "serious", "person_twice": "serious"}
    assert elsewhere == {"same_deck": "notice"}
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        told = uow.session.scalars(select(LectureSignal).where(LectureSignal.code == "same_deck")).all()
        assert {one.lecture_id: one.facts for one in told} == {
            ids[0]: {"lectures": 2, "firms": 1},
            ids[1]: {"lectures": 2, "firms": 1},
            ids[2]: {"lectures": 2, "firms": 1},
        }


def test_a_photo_made_smaller_and_cut_is_known_again_and_another_one_is_not(app_on_either: Flask) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        world = build_world(uow)
        campaign = launch(uow, world.here)
        lectures = [hold(uow, world.here, campaign) for _ in range(3)]
        shots = (photo(1), photo(1, size=(1200, 900)), photo(7))
        for at, (lecture, taken) in enumerate(zip(lectures, shots, strict=True)):
            add_photo(uow, lecture, "会场.jpg", io.BytesIO(taken)).received_at += timedelta(minutes=at)
        ids = [lecture.id for lecture in lectures]
    look_at_photos()

    found = [levels(one).get("same_photo") for one in ids]

    assert found == ["notice", "serious", None]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert len({row.sha256 for row in uow.session.scalars(select(Photo))}) == 3


def test_a_photo_of_another_firm_added_after_closing_is_seen_and_one_taken_out_as_a_mistake_is_not_held_against_anybody(
    world: World, campaign: Campaign
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        first, second = hold(uow, world.there, campaign), hold(uow, world.here, campaign)
        first.closed_at = second.closed_at = uow.now
        add_photo(uow, first, "会场.jpg", io.BytesIO(photo(1))).received_at -= timedelta(hours=1)
        ids = first.id, second.id
    look_at_photos()
    assert [levels(one).get("same_photo") for one in ids] == [None, None]

    with unit_of_work(SYSTEM, "system") as uow:
        added = add_photo(uow, uow.session.get_one(Lecture, ids[1]), "现场.jpg", io.BytesIO(photo(1))).id
    assert found_by_the_worker(ids[1]) == "serious"

    with unit_of_work(SYSTEM, "system") as uow:
        withdraw_photo(uow, uow.session.get_one(Photo, added))
    assert found_by_the_worker(ids[1]) is None


def test_a_photo_that_was_sent_on_from_firm_to_firm_is_known_again_and_pictures_of_nothing_are_not(app_on_either: Flask) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        world = build_world(uow)
        campaign = launch(uow, world.here)
        lectures = [hold(uow, side, campaign) for side in (world.there, world.here, world.here, world.there, world.here)]
        sent_on = photo(1, size=(1280, 960), quality=40)
        shots = (photo(1), sent_on, photo(7), dark((1600, 1200)), dark((1280, 960)))
        for at, (lecture, taken) in enumerate(zip(lectures, shots, strict=True)):
            add_photo(uow, lecture, "会场.jpg", io.BytesIO(taken)).received_at += timedelta(minutes=at)
        ids = [lecture.id for lecture in lectures]
    look_at_photos()

    assert [levels(one).get("same_photo") for one in ids] == ["notice", "serious", None, None, None]


def found_by_the_worker(lecture_id) -> str | None:
    """The level at which the same photo stands once what is due was looked at, half a minute later."""
    with unit_of_work(SYSTEM, "system") as uow:
        for check in uow.session.scalars(select(SignalCheck).where(SignalCheck.due_since.is_not(None))):
            check.due_since -= timedelta(minutes=1)
    check_signals()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        of = (LectureSignal.lecture_id == lecture_id, LectureSignal.code == "same_photo", LectureSignal.cleared_at.is_(None))
        return uow.session.scalar(select(LectureSignal.level).where(*of))
