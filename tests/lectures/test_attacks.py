"""What somebody hostile tries with the files of a lecture, and what they find: nothing."""

import io
import struct
import tracemalloc
import zlib
from functools import partial

import pytest
from PIL import Image

from lms.core.uow import unit_of_work
from lms.lectures import rules
from lms.lectures.models import Photo
from lms.lectures.service.photos import look_at_photos
from tests.lectures.files import photo
from tests.lectures.test_photos import opened, photos, upload
from tests.lectures.test_uploads import SYSTEM, begun, offset_of, pieces, send


def dated(taken, offset=None):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken
    if offset:
        exif.get_ifd(0x8769)[0x9011] = offset
    return photo(5, exif=exif, size=(400, 300))


@pytest.mark.parametrize(("taken", "offset"), [
    ("0001:01:01 00:00:00", None), ("0001:01:01 00:00:00", "+14:00"), ("9999:12:31 23:59:59", "-12:00"),
    ("9999:12:31 23:59:59", None), ("\x00\x01\xff", "+99:99"),
])  # fmt: skip
def test_no_date_in_a_photo_keeps_the_photos_of_everybody_else_waiting(world, client_as, taken, offset):
    ours, theirs = client_as(world.there.trainer), client_as(world.here.trainer)
    poisoned, honest = opened(world.there), opened(world.here)
    upload(ours, poisoned, dated(taken, offset))
    upload(theirs, honest, photo(6, size=(400, 300)))

    look_at_photos()

    assert [shot.looked_at is not None for shot in photos()] == [True, True]
    assert ours.get(f"/lectures/{poisoned}/photos").status_code == 200


def bomb(side):
    """A picture of some hundred kilobytes that unfolds into as many dots square, packed line by line: nobody has it whole."""
    packer, lines = zlib.compressobj(), bytes((1 + side // 8) * 100)
    packed = b"".join(packer.compress(lines) for _ in range(side // 100)) + packer.flush()
    return says(side, 1, 0) + part(b"IDAT", packed) + part(b"IEND", b"")


def says(side, bits, colours):
    """How a PNG begins that says it has so many dots square."""
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", side, side, bits, colours, 0, 0, 0))


def part(name, content):
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", zlib.crc32(name + content))


@pytest.mark.parametrize("content", [partial(bomb, 30_000), partial(says, 2**31 - 1, 8, 6)], ids=["whole", "said"])
def test_a_picture_that_would_unfold_into_gigabytes_is_damaged_and_nothing_else(world, client_as, content):
    lecture_id = opened(world.here)

    upload(client_as(world.here.trainer), lecture_id, content())

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert [shot.fault for shot in uow.session.query(Photo)] == ["damaged"]


def crowded_zip(megabytes):
    """A zip of nothing but its directory."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    number = megabytes * 1024 * 1024 // len(entry)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, number & 0xFFFF, number & 0xFFFF, number * len(entry), 30, 0)
    return b"PK\x03\x04" + bytes(26) + entry * number + end


def test_a_zip_of_nothing_but_members_is_refused_before_anybody_counts_them():
    crowded = io.BytesIO(crowded_zip(8))
    tracemalloc.start()
    try:
        with pytest.raises(rules.NotAMaterial):
            rules.judge_material("a.pptx", crowded)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 5 * 1024 * 1024


def test_a_piece_that_does_not_say_how_long_it_is_may_not_be_longer(app, world, client_as):
    trainer = client_as(world.here.trainer)
    url = begun(trainer, size=40 * 1024 * 1024)

    answer = trainer.patch(
        url, input_stream=io.BytesIO(bytes(20 * 1024 * 1024)), headers={"Upload-Offset": "0"},
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )  # fmt: skip

    assert answer.status_code == 413
    assert offset_of(trainer, url) == 0 and pieces(app) == []


@pytest.mark.parametrize("offset", ["-1", "99999999999999999999", "0x1", "1e3", "", "０"])
def test_an_upload_goes_on_nowhere_but_where_it_is(app, world, client_as, offset):
    trainer = client_as(world.here.trainer)
    url = begun(trainer)
    send(trainer, url, 0, b"\0" * 10)

    assert send(trainer, url, offset, b"evil").status_code == 409
    assert offset_of(trainer, url) == 10


def test_what_is_handed_out_runs_nothing_in_the_browser(world, client_as):
    trainer, lecture_id = client_as(world.here.trainer), opened(world.here)
    upload(trainer, lecture_id, photo(3, size=(400, 300)) + b"<script>alert(1)</script>")
    (shot,) = photos()

    for path in (f"/photos/{shot.id}", f"/photos/{shot.id}/view", f"/photos/{shot.id}/small"):
        answer = trainer.get(path)
        assert answer.status_code == 200
        assert "sandbox" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype in rules.IMAGES
