"""Photos of a lecture: when they were taken, and whether one is like another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from lms.core import clock
from lms.core.errors import Conflict, Invalid

WANTED_PHOTOS = 3  # 全景、讲课人、听课人员
ALIKE = 24  # unlike bits of 128; two photos of different scenes differ by 33 and more (tests/lectures/test_photos.py)
NEAR = timedelta(hours=2)  # around the lecture
BANDS, BAND_BITS = 8, 16  # a print of 128 bits, cut into pieces
PLAIN = 16  # so few bits, or all but so few, are set in the print of a wall or of the dark: it is like every other of these
YEARS = range(1970, 2100)  # of a clock; at the very ends of the calendar a time has no equal in another zone
SKEW = timedelta(minutes=5)  # a phone's clock may be so far off


class NotAPhoto(Invalid):
    code = "photo-kind"
    sentence = _l("「%(name)s」不是照片，没有上传。请用 JPG、PNG 或 WebP。")


class NoPhotosYet(Conflict):
    code = "photo-state"
    sentence = _l("签到开放以后才能传现场照片。")


EXPLANATIONS = {
    "same_place": _l("同一地点，重新拍的"),
    "mistake": _l("传错了，撤下后传的那张"),
}
UNKNOWN_EXPLANATION = _l("请点下面的一个原因。")
TIMES = {
    "unknown": _l("照片里没有拍摄时间（聊天软件转发过的会丢），以收到时间为准"),
    "future": _l("拍摄时间晚于收到时间，手机时钟可能不准"),
    "early": _l("拍摄时间早于这堂课"),
    "late": _l("拍摄时间晚于这堂课"),
}


def capture_time(taken: str | None, offset: str | None) -> datetime | None:
    """When a photo was taken, as its camera wrote it (EXIF DateTimeOriginal and OffsetTimeOriginal), aware; None: not known.

    Without an offset the camera's clock is taken to be the one on the wall of the enterprise. Source: CIPA DC-008.
    """
    try:
        if taken and offset:
            at = datetime.strptime(f"{taken} {offset}", "%Y:%m:%d %H:%M:%S %z")
        else:
            at = datetime.strptime(taken or "", "%Y:%m:%d %H:%M:%S").replace(tzinfo=clock.ZONE)
    except ValueError:
        return None
    return at if at.year in YEARS else None


def odd_time(taken_at: datetime | None, received_at: datetime, begins: datetime, ends: datetime | None) -> str | None:
    """What is odd about the time of a photo: a key of TIMES, or None.

    begins, ends: the lecture as it was, or as planned; None while it goes on.
    """
    if taken_at is None:
        return "unknown"
    if taken_at > received_at + SKEW:
        return "future"
    if taken_at < begins - NEAR:
        return "early"
    return "late" if ends is not None and taken_at > ends + NEAR else None


def unlike(one: Sequence[str], other: Sequence[str]) -> int:
    """By how many of 128 bits two photos differ at their most alike: the whole of one and the windows of the other.

    one, other: prints of 32 hex digits, that of the whole first. So a photo is found again after another size, stronger
    compression, other brightness, or after a cut that leaves at least 85 % of its width and of its height.
    """
    if not one or not other:
        return 128
    first, second = [int(each, 16) for each in one], [int(each, 16) for each in other]
    return min(
        min((each ^ second[0]).bit_count() for each in first),
        min((first[0] ^ each).bit_count() for each in second),
    )


def bands(prints: Sequence[str]) -> list[int]:
    """The pieces of 16 bits of the print of the whole picture; none of a picture that shows next to nothing.

    Two prints that differ by at most 15 bits have a piece that differs by at most one.
    """
    whole = int(prints[0], 16) if prints else 0
    if not PLAIN <= whole.bit_count() <= BANDS * BAND_BITS - PLAIN:
        return []
    return [whole >> (BAND_BITS * n) & 0xFFFF for n in range(BANDS)]


def near(piece: int) -> list[int]:
    """A piece, and all that differ from it by one bit."""
    return [piece, *(piece ^ 1 << bit for bit in range(BAND_BITS))]
