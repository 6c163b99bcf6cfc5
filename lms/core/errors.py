"""What a user can act on. Faults of ours are not Problems: they stay exceptions and become a 500 with a request id."""

from __future__ import annotations

import errno
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

FULL, FORBIDDEN = _l("磁盘满了"), _l("没有权限")
BY_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.ENOENT: _l("没有这个文件或目录"),
    errno.ENOTDIR: _l("应该是目录的地方是一个文件"),
    errno.EROFS: _l("磁盘是只读的"),
    errno.EIO: _l("磁盘读写出错"),
}


class Problem(Exception):
    """Something the user can act on.

    status: HTTP status. code: stable name for machines, never renamed. sentence: what happened and the way forward,
    with %(name)s places filled from the keyword arguments.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "problem"
    sentence: Any = _l("这一步没有做成，请返回重试。")

    def __init__(self, sentence: Any = None, **params: Any) -> None:
        super().__init__(self.code)
        if sentence is not None:
            self.sentence = sentence
        self.params = params

    def __str__(self) -> str:
        text = str(self.sentence)
        return text % self.params if self.params else text

    def __reduce__(self) -> tuple[Any, ...]:
        """A Problem found in a process of its own is the same Problem here."""
        return _again, (type(self), str(self.sentence) if "sentence" in vars(self) else None, self.params)


def _again(kind: type[Problem], sentence: str | None, params: dict[str, Any]) -> Problem:
    return kind(sentence, **params)


def why_not(fault: OSError) -> str:
    """What the system refused, in words, and with which file where it says so."""
    said = str(BY_SYSTEM.get(fault.errno or 0) or _("系统答复“%(said)s”", said=fault.strerror or fault))
    return _("%(said)s（%(file)s）", said=said, file=fault.filename) if fault.filename else said


class NotFound(Problem):
    """There is no such thing, or not for this person: the two are told apart by nobody."""

    status = 404
    code = "not-found"
    sentence = _l("没有找到这一页。可能是网址不对，或者不在您的管理范围内。")


class SignInNeeded(Problem):
    status = 401
    code = "sign-in-needed"
    sentence = _l("请先登录。")


class Conflict(Problem):
    status = 409
    code = "conflict"
    sentence = _l("内容刚刚被别人改过，请刷新后再试。")


class Invalid(Problem):
    status = 422
    code = "invalid"


class TooMany(Problem):
    status = 429
    code = "too-many"
    sentence = _l("试得太频繁了，请等一分钟再试。")


class TooBig(Problem):
    status = 413
    code = "too-big"
    sentence = _l("文件太大了，请压缩或分开上传。")
