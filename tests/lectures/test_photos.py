import io
import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image, ImageEnhance
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.core.viewing.looking import prints_of
from lms.lectures import rules, service
from lms.lectures.models import Lecture, LectureState, Photo, PhotoMatch
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from tests.lectures.builders import make_lecture
from tests.lectures.files import docx, photo, scene

SYSTEM = Actor.system("test")
NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


def prints(picture):
    return [f"{each:032x}" for each in prints_of(picture)]


def jpeg(picture, quality=80):
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=quality)
    return Image.open(kept)


def cut(picture, left, top, wide, high):
    w, h = picture.size
    x, y = int(w * left * (1 - wide)), int(h * top * (1 - high))
    return jpeg(picture.crop((x, y, x + int(w * wide), y + int(h * high))))


SAME = {
    "as small as a chat makes it": lambda shot: jpeg(shot.resize((400, 300)), 60),
    "compressed hard": lambda shot: jpeg(shot, 25),
    "brighter": lambda shot: jpeg(ImageEnhance.Brightness(shot).enhance(1.3)),
    "duller": lambda shot: jpeg(ImageEnhance.Contrast(shot).enhance(0.7)),
    "cut at the right": lambda shot: cut(shot, 0, 0, 0.85, 1),
    "cut at the top": lambda shot: cut(shot, 0, 1, 1, 0.85),
    "cut around the middle": lambda shot: cut(shot, 0.5, 0.5, 0.9, 0.9),
    "cut to a corner": lambda shot: cut(shot, 0, 1, 0.85, 0.85),
    "cut off the middle": lambda shot: cut(shot, 0.3, 0.7, 0.88, 0.86),
}


@pytest.mark.parametrize("how", SAME)
def test_a_photo_is_known_again_after_what_people_do_to_it(how):
    shots = [scene(seed) for seed in range(6)]

    unlike = [rules.unlike(prints(shot), prints(SAME[how](shot))) for shot in shots]

    assert max(unlike) <= rules.ALIKE, unlike


def test_photos_of_different_scenes_are_not_taken_for_one():
    seen = [prints(scene(seed)) for seed in range(100, 116)]

    unlike = [rules.unlike(one, other) for one, other in itertools.combinations(seen, 2)]

    assert min(unlike) > rules.ALIKE + 5, min(unlike)


@pytest.mark.parametrize(("taken", "offset", "at"), [
    ("2026:11:23 09:30:00", "+08:00", NINE + timedelta(minutes=30)), ("2026:11:23 09:30:00", None, NINE + timedelta(minutes=30)),
    ("2026:11:23 01:30:00", "+00:00", NINE + timedelta(minutes=30)), (None, None, None), ("0000:00:00 00:00:00", None, None),
    ("2026:11:23 09:30:00", "nonsense", None), ("今天", None, None),
])  # fmt: skip
def test_when_a_photo_was_taken_is_what_its_camera_wrote(taken, offset, at):
    assert rules.capture_time(taken, offset) == at


@pytest.mark.parametrize(("taken", "odd"), [
    (NINE + timedelta(minutes=30), None), (None, "unknown"), (NINE - timedelta(days=3), "early"),
    (NINE - timedelta(hours=1), None),
    (TEN + timedelta(hours=3), "late"), (TEN + timedelta(hours=9), "future"),
])  # fmt: skip
def test_a_time_that_does_not_fit_the_lecture_is_told(taken, odd):
    assert rules.odd_time(taken, TEN + timedelta(hours=8), NINE, TEN) == odd


def opened(side, **how):
    with unit_of_work(SYSTEM, "home") as uow:
        return make_lecture(uow, side, **{"state": "open"} | how).id


def upload(client, lecture_id, *contents):
    files = [(io.BytesIO(content), f"IMG_{number}.jpg") for number, content in enumerate(contents)]
    return client.post(f"/lectures/{lecture_id}/photos", data={"photos": files}, content_type="multipart/form-data")


def photos():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Photo).order_by(Photo.id)))


def matches():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(PhotoMatch).order_by(PhotoMatch.id)))


def with_place_and_time(taken):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 22.0, 0.0), 3: "E", 4: (113.0, 6.0, 0.0)})
    return photo(3, exif=exif)


def test_a_photo_keeps_its_bytes_and_shows_nothing_of_where_it_was_taken(world, trainer):
    original = with_place_and_time(f"{clock.local(clock.now()):%Y:%m:%d %H:%M:%S}")
    lecture_id = opened(world.here)

    assert upload(trainer, lecture_id, original).status_code == 303

    [kept] = photos()
    assert trainer.get(f"/photos/{kept.id}").data == original
    for which in ("view", "small"):
        with Image.open(io.BytesIO(trainer.get(f"/photos/{kept.id}/{which}").data)) as shown:
            assert not shown.getexif() and "exif" not in shown.info
    page = trainer.get(f"/lectures/{lecture_id}/photos").text
    assert "1 / 3 张" in page and kept.sha256[:12] in page and "拍摄时间早于" not in page


def test_a_photo_of_another_day_is_kept_and_its_time_is_told(world, trainer):
    lecture_id = opened(world.here)

    upload(trainer, lecture_id, with_place_and_time("2024:01:02 08:00:00"))

    page = trainer.get(f"/lectures/{lecture_id}/photos").text
    assert "2024-01-02 08:00:00" in page and "拍摄时间早于这堂课" in page
    assert "照片里没有拍摄时间" not in page


def test_the_same_photo_in_two_lectures_is_flagged_shown_side_by_side_and_explained_with_one_tap(world, trainer, client_as):
    first, second = opened(world.here), opened(world.here, title="另一堂课")
    upload(trainer, first, photo(7))
    upload(trainer, second, photo(7))
    [match] = matches()
    assert match.unlike == 0

    page = trainer.get(f"/lectures/{second}/photos").text
    assert "和另一堂课的照片是同一张" in page
    assert all(f"/photos/{shot.id}/view" in page for shot in photos())
    assert "1 处雷同待说明" in trainer.get(f"/lectures/{second}").text
    assert 'name="explanation"' not in client_as(world.here.officer).get(f"/lectures/{second}/photos").text

    assert trainer.post(f"/photo-matches/{match.id}/explain", data={"explanation": "same_place"}).status_code == 303

    page = trainer.get(f"/lectures/{second}/photos").text
    assert "赵倩 说明：同一地点，重新拍的" in page
    assert "雷同待说明" not in trainer.get(f"/lectures/{second}").text
    assert len([row for row in photos() if row.withdrawn_at is None]) == 2


def test_a_photo_cut_and_made_smaller_is_flagged_in_another_lecture_and_not_in_its_own(world, trainer):
    first, second = opened(world.here), opened(world.here, title="另一堂课")
    shot = scene(9)
    smaller = io.BytesIO()
    shot.crop((0, 0, 1440, 1080)).resize((800, 600)).save(smaller, "JPEG", quality=70)

    upload(trainer, first, photo(9), smaller.getvalue())
    assert matches() == []
    upload(trainer, second, smaller.getvalue() + b"\0")

    assert {row.earlier_id for row in matches()} == {row.id for row in photos()[:2]}
    assert all(0 <= row.unlike <= rules.ALIKE for row in matches())


def test_before_it_is_closed_a_lecture_names_what_it_lacks_and_who_owes_it(world, trainer):
    lecture_id = opened(world.here)
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        sitting_id, planner = lecture.sitting.id, lecture.created_by
    upload(trainer, lecture_id, photo(7))

    page = trainer.get(f"/sittings/{sitting_id}/close").text

    missing = page.partition("佐证材料还缺这些")[2].partition("</ul>")[0]
    told = [re.sub(r"<[^>]*>", " ", line).split() for line in missing.split("<li>")[1:]]
    assert told[0] == ["讲课人开讲还没有当场确认", "（由陈建国补）"]
    assert told[1][-1] == told[2][-1] == f"（由{planner}补）"
    assert told[1][0].startswith("没有课件") and "1 / 3 张" in missing and f"/lectures/{lecture_id}/photos" in missing


def test_a_mistake_is_taken_out_and_stays_kept(world, trainer):
    first, second = opened(world.here), opened(world.here, title="另一堂课")
    upload(trainer, first, photo(7))
    upload(trainer, second, photo(7))

    trainer.post(f"/photo-matches/{matches()[0].id}/explain", data={"explanation": "mistake"})

    assert [row.withdrawn_at is None for row in photos()] == [True, False]
    assert "0 / 3 张" in trainer.get(f"/lectures/{second}/photos").text
    assert trainer.get(f"/photos/{photos()[1].id}").status_code == 200

    with unit_of_work(SYSTEM, "home") as uow:  # what was taken out by mistake comes back also when the lecture is on file
        uow.session.get_one(Lecture, second).state = LectureState.ARCHIVED
    assert "只能把撤下的照片传回来" in trainer.get(f"/lectures/{second}/photos").text
    upload(trainer, second, photo(7))
    assert [row.withdrawn_at is None for row in photos()] == [True, True]
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        of_it = select(ChainEntry.kind).where(ChainEntry.subject_id == photos()[1].id).order_by(ChainEntry.seq)
        assert uow.session.scalars(of_it).all() == ["photo.added", "photo.withdrawn", "photo.restored"]
    assert unlike(world) == set()
    assert unlike(world, withdrawn_at=NINE) == {("unentered", "photo.withdrawn")}
    upload(trainer, second, photo(8))
    assert len(photos()) == 2, "another one is too late"


def unlike(world, **changed):
    """What the chain of the enterprise says otherwise than the tables, or than they would once the last photo was changed so."""
    with unit_of_work(SYSTEM, "home") as uow:
        if changed:
            uow.execute(update(Photo).where(Photo.id == photos()[-1].id).values(changed))
        found = verify(uow, world.here.enterprise_id)
        uow.rollback()
    return {(one.what, one.kind) for one in found.unlike}


def test_a_photo_that_was_taken_out_does_not_stand_again_by_a_hand_in_the_database(world, trainer):
    lecture_id = opened(world.here)
    upload(trainer, lecture_id, photo(7))
    with unit_of_work(SYSTEM, "home") as uow:
        service.withdraw_photo(uow, uow.session.scalars(select(Photo)).one())
    assert unlike(world) == set()
    assert unlike(world, withdrawn_at=None) == {("gone", "photo.withdrawn")}
    assert unlike(world, withdrawn_at=NINE) == {("changed", "photo.withdrawn")}


def test_a_head_takes_photos_of_a_lecture_as_the_trainer_does_and_an_officer_only_looks(world, client_as):
    lecture_id = opened(world.here)
    head, officer = client_as(world.here.head), client_as(world.here.officer)
    assert (
        "拍照或上传" in head.get(f"/lectures/{lecture_id}").text
        and "拍照或上传" not in officer.get(f"/lectures/{lecture_id}").text
    )

    assert [upload(who, lecture_id, photo(7)).status_code for who in (head, officer)] == [303, 404]

    assert [row.added_by for row in photos()] == ["陈建国"]


def test_photos_of_another_enterprise_are_neither_compared_nor_reached(world, client_as, trainer):
    upload(client_as(world.there.trainer), opened(world.there), photo(7))
    theirs = photos()[0].id
    upload(trainer, opened(world.here), photo(7))

    assert matches() == []
    for path in (f"/photos/{theirs}", f"/photos/{theirs}/view", f"/photos/{theirs}/small"):
        assert trainer.get(path).status_code == 404
    assert trainer.post(f"/photos/{theirs}/withdraw").status_code == 404
    assert client_as(world.here.employee).get(f"/photos/{photos()[1].id}/view").status_code == 404


def test_each_photo_is_a_fact_in_the_chain_and_a_swapped_one_is_found(world, trainer):
    upload(trainer, opened(world.here), photo(1, size=(400, 300)), photo(2, size=(400, 300)))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole

    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(Photo)).first().sha256 = "f" * 64

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert [(found.what, found.kind) for found in verify(uow, world.here.enterprise_id).unlike] == [
            ("changed", "photo.added")
        ]


@pytest.mark.parametrize(("content", "words"), [
    (docx(), "不是照片"), (b"MZ", "不是能用的课件"), (b"\0\0\0\x18ftypheic" + bytes(20), "另存为 JPG"),
])  # fmt: skip
def test_what_is_no_photo_is_refused_and_the_others_stay(world, trainer, content, words):
    lecture_id = opened(world.here)

    assert words in upload(trainer, lecture_id, content).text
    answer = upload(trainer, lecture_id, content, photo(1, size=(200, 150)))

    assert answer.status_code == 303
    assert words in trainer.get(f"/lectures/{lecture_id}/photos").text
    assert len(photos()) == 1


def test_a_photo_that_cannot_be_opened_says_so(world, trainer):
    lecture_id = opened(world.here)

    upload(trainer, lecture_id, b"\xff\xd8\xff\xe0 torn")

    assert "这张照片打不开" in trainer.get(f"/lectures/{lecture_id}/photos").text


def test_before_check_in_is_open_there_are_no_photos(world, trainer):
    lecture_id = opened(world.here, state="notified")

    assert "签到开放以后才能传现场照片" in upload(trainer, lecture_id, photo(1, size=(80, 60))).text
    assert photos() == []


def test_nothing_chosen_is_said(world, trainer):
    assert "还没有选照片" in upload(trainer, opened(world.here)).text
