"""Which files may be shown in a lecture: judged by their bytes, never by their name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid, Problem, TooBig
from lms.core.tables.package import UNREADABLE, members_of

PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG, PNG, WEBP, MP4 = "image/jpeg", "image/png", "image/webp", "video/mp4"
IMAGES = (JPEG, PNG, WEBP)
PAGED = (PDF, PPTX, DOCX, *IMAGES)  # shown as pictures, page by page
ENDINGS = {
    PDF: (".pdf",), PPTX: (".pptx",), DOCX: (".docx",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), WEBP: (".webp",),
    MP4: (".mp4", ".m4v"),
}  # fmt: skip
MAX_MB = {PDF: 200, PPTX: 300, DOCX: 100, JPEG: 30, PNG: 30, WEBP: 30, MP4: 1024}  # megabytes of one file
LARGEST_MB = max(MAX_MB.values())
MAX_UNPACKED = 2 * 1024 * 1024 * 1024  # bytes of all parts of slides or a document together
MAX_PARTS = 10_000
MAX_RATIO = 300  # a text that a zip has made so much smaller was written by nobody
_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")
_HEIC = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}


class NotAMaterial(Invalid):
    code = "material-kind"
    sentence = _l(
        "「%(name)s」不是能用的课件，没有上传。可以用 PPTX、PDF、DOCX、JPG、PNG、WebP 和 MP4；旧版 PPT、DOC 请另存为新格式再传。"
    )


class NotReadableHere(NotAMaterial):
    """A photo or film in a format that many phones and computers cannot open."""

    sentence = _l(
        "「%(name)s」是苹果手机的格式，很多手机打不开，没有上传。"
        "照片请另存为 JPG（或在“设置—相机—格式”里选“兼容性最佳”后重拍），视频请导出为 MP4。"
    )


class Packed(NotAMaterial):
    """Slides or a document that would unpack into far more than anybody wrote."""

    sentence = _l("「%(name)s」解开后大得不正常，没有上传。请在 PowerPoint 或 Word 里打开后另存一份再传。")


class WithMacros(NotAMaterial):
    sentence = _l("「%(name)s」里带有宏程序，没有上传。请另存为不带宏的 PPTX 或 DOCX 再传。")


class MaterialTooBig(TooBig):
    code = "material-too-big"
    sentence = _l("「%(name)s」有 %(megabytes)s MB，这种课件最多 %(most)s MB。请压缩里面的图片和视频，或拆成几份再传。")


class NotWhole(Invalid):
    code = "upload-not-whole"
    sentence = _l("文件没有传完整，请重新上传。")


FAULTS: dict[str, type[Problem]] = {
    one.__name__: one for one in (NotAMaterial, NotReadableHere, Packed, WithMacros, MaterialTooBig, NotWhole)
}


def fault_kept(problem: Problem) -> str:
    """What is wrong with a file, for a row of the database: in no language. fault_said() reads it."""
    return f"{type(problem).__name__}:{json.dumps(problem.params, ensure_ascii=False)}"


def fault_said(kept: str) -> str:
    """The same to whoever reads it now; the sentences that former versions kept stay as they are."""
    kind, _colon, params = kept.partition(":")
    return str(FAULTS[kind](**json.loads(params))) if kind in FAULTS else kept


@dataclass(frozen=True, slots=True)
class Judged:
    """What a file is by its content. pages: slides of a PPTX; None where it is not cheap to know."""

    name: str
    media_type: str
    pages: int | None


def judge_material(file_name: str, file: BinaryIO) -> Judged:
    """What an uploaded file is, by its bytes and not by its name; its name gets the ending it should have.

    file: open for reading and seekable; only its head, its length and a zip's directory are read.
    Raises NotAMaterial (or what it is instead), MaterialTooBig.
    """
    name = tidy_name(file_name)
    file.seek(0)
    head = file.read(16)
    media_type, pages = _kind(name, head, file)
    check_size(name, media_type, file.seek(0, 2))
    return Judged(_ending(name, ENDINGS[media_type]), media_type, pages)


def check_size(name: str, media_type: str | None, size: int) -> None:
    """Raises MaterialTooBig when a file of `size` bytes is too big for its kind; None: for every kind."""
    most = MAX_MB[media_type] if media_type else LARGEST_MB
    if size > most * 1024 * 1024:
        raise MaterialTooBig(name=tidy_name(name), megabytes=-(-size // (1024 * 1024)), most=most)


def tidy_name(file_name: str) -> str:
    """A file's own name: no folders, no control characters, at most 120 characters with its ending."""
    bare = PurePosixPath(PureWindowsPath(file_name).as_posix()).name
    bare = "".join(sign for sign in bare if sign.isprintable()).strip(" .") or "file"
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[:110]}.{ending[:9]}" if dot and stem else bare[:120]


def _kind(name: str, head: bytes, file: BinaryIO) -> tuple[str, int | None]:
    if head.startswith(b"%PDF-"):
        return PDF, None
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG, 1
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG, 1
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP, 1
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIC or head[8:12] == b"qt  ":
            raise NotReadableHere(name=name)
        return MP4, None
    if head.startswith(b"PK\x03\x04"):
        return _office(name, file)
    raise NotAMaterial(name=name)


def _office(name: str, file: BinaryIO) -> tuple[str, int | None]:
    try:
        parts = members_of(file)
    except UNREADABLE as error:
        raise NotAMaterial(name=name) from error
    names = {part.filename for part in parts}
    if "ppt/presentation.xml" not in names and "word/document.xml" not in names:
        raise NotAMaterial(name=name)
    if any(each.endswith("vbaProject.bin") for each in names):
        raise WithMacros(name=name)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED or any(map(_swollen, parts)):
        raise Packed(name=name)
    if "ppt/presentation.xml" in names:
        return PPTX, sum(1 for each in names if _SLIDE.fullmatch(each))
    return DOCX, None


def _swollen(part: Any) -> bool:
    return bool(part.file_size > 10 * 1024 * 1024 and part.file_size > MAX_RATIO * max(part.compress_size, 1))


def _ending(name: str, wanted: tuple[str, ...]) -> str:
    return name if name.lower().endswith(wanted) else name + wanted[0]
