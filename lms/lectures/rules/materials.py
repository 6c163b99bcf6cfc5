"""Which files may be shown in a lecture: judged by their bytes, never by their name."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid, TooBig
from lms.core.tables.package import UNREADABLE

MAX_MATERIAL_MB = 50
PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")


class NotAMaterial(Invalid):
    code = "material-kind"
    sentence = _l("「%(name)s」不是 PPTX 或 PDF 文件，没有上传。旧版 PPT 请另存为 PPTX，Word 请另存为 PDF 再传。")


class MaterialTooBig(TooBig):
    code = "material-too-big"
    sentence = _l("「%(name)s」有 %(megabytes)s MB，单个课件最多 50 MB。请压缩里面的图片和视频，或拆成几份再传。")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a file is by its content. pages: slides of a PPTX; None where it is not cheap to know."""

    name: str
    media_type: str
    pages: int | None


def judge_material(file_name: str, content: bytes) -> Judged:
    """What an uploaded file is, by its bytes and not by its name; its name gets the ending it should have.

    Raises MaterialTooBig, NotAMaterial.
    """
    name = tidy_name(file_name)
    if len(content) > MAX_MATERIAL_MB * 1024 * 1024:
        raise MaterialTooBig(name=name, megabytes=-(-len(content) // (1024 * 1024)))
    if content.startswith(b"%PDF-"):
        return Judged(_ending(name, ".pdf"), PDF, None)
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                parts = set(package.namelist())  # the directory only: nothing is unpacked
        except UNREADABLE:
            parts = set()
        if "ppt/presentation.xml" in parts:
            return Judged(_ending(name, ".pptx"), PPTX, sum(1 for part in parts if _SLIDE.fullmatch(part)))
    raise NotAMaterial(name=name)


def tidy_name(file_name: str) -> str:
    """A file's own name: no folders, no control characters, at most 120 characters with its ending."""
    bare = PurePosixPath(PureWindowsPath(file_name).as_posix()).name
    bare = "".join(sign for sign in bare if sign.isprintable()).strip(" .") or "file"
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[:110]}.{ending[:9]}" if dot and stem else bare[:120]


def _ending(name: str, wanted: str) -> str:
    return name if name.lower().endswith(wanted) else name + wanted
