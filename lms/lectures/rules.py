"""What may happen to a lecture, and which files may be shown in one: pure rules."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath, PureWindowsPath

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid, TooBig
from lms.core.tables.package import UNREADABLE

STEPS: dict[str, set[str]] = {
    "draft": {"notified", "cancelled"},
    "notified": {"open", "cancelled"},
    "open": {"closed", "cancelled"},
    "closed": set(),
    "cancelled": set(),
}
CHANGEABLE = {"draft", "notified"}
LONGEST = timedelta(hours=12)
MAX_MATERIAL_MB = 50
PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")


class WrongState(Conflict):
    code = "lecture-state"
    sentence = _l("这一步现在不能做：这堂课已经是「%(state)s」。请刷新页面看看最新的情况。")


class NotAsHeld(Invalid):
    code = "lecture-times"
    sentence = _l("实际时间不对：结束要晚于开始，不能晚于现在，一堂课也不会超过 12 小时。")


class NotAMaterial(Invalid):
    code = "material-kind"
    sentence = _l("「%(name)s」不是 PPTX 或 PDF 文件，没有上传。旧版 PPT 请另存为 PPTX，Word 请另存为 PDF 再传。")


class MaterialTooBig(TooBig):
    code = "material-too-big"
    sentence = _l("「%(name)s」有 %(megabytes)s MB，单个课件最多 50 MB。请压缩里面的图片和视频，或拆成几份再传。")


STATE_WORDS = {
    "draft": _l("草稿"), "notified": _l("已通知"), "open": _l("签到中"), "closed": _l("已结束"), "cancelled": _l("已取消"),
}  # fmt: skip
STATE_KINDS = {"draft": "none", "notified": "far", "open": "ok", "closed": "none", "cancelled": "bad"}  # of the mark beside it


@dataclass(frozen=True, slots=True)
class Judged:
    """What a file is by its content. pages: slides of a PPTX; None where it is not cheap to know."""

    name: str
    media_type: str
    pages: int | None


def check_step(state: str, wanted: str) -> None:
    """Raises WrongState unless a lecture in `state` may become `wanted`."""
    if wanted not in STEPS[state]:
        raise WrongState(state=STATE_WORDS[state])


def check_changeable(state: str) -> None:
    """Time, place and materials change until check-in opens; afterwards what happened is written down. Raises WrongState."""
    if state not in CHANGEABLE:
        raise WrongState(state=STATE_WORDS[state])


def check_held(started_at: datetime, ended_at: datetime, now: datetime) -> None:
    """Raises NotAsHeld unless a lecture can have been held like this."""
    if not started_at < ended_at <= now or ended_at - started_at > LONGEST:
        raise NotAsHeld


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
