"""Names of people and the text of other cells, tidied."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _

from lms.registry.rules.identifiers import Wrong

LONGEST_NAME = 50
DOTS = re.compile(r"\s*[·•・‧∙⋅․･]\s*")  # the dot inside 买买提·艾力 as keyboards write it
BLANKS = re.compile(r"\s+")
HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
BLANK_IN_HAN = re.compile(rf"(?<=[{HAN}]) (?=[{HAN}])")
LATE_HAN = range(0x20000, 0x3FFFE)  # all Chinese; Python may not know the newest of them yet
ALLOWED = frozenset(" ·-'’.．()（）〇")
FORMULA_STARTS = frozenset("=+-@＝＋－＠")


class _Seen(dict[int, int | None]):
    """For str.translate(): drops marks that are not seen (Cf). Learns each character once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code)) == "Cf" else code
        return self[code]


_SEEN = _Seen()


def visible(text: str) -> str:
    """Without zero-width and direction marks; every run of blanks (also full-width and no-break) one blank; none at the ends."""
    if text.isascii() and text.isalnum():
        return text
    return BLANKS.sub(" ", text.translate(_SEEN)).strip()


def called(name: str, work_no: str | None) -> str:
    """刘洋 0012: as a list says who it means, for two people can have one name."""
    return f"{name} {work_no}" if work_no else name


def read_name(text: str) -> str | Wrong:
    """A person's name, or what is wrong: NAME_MISSING, NAME_BAD_CHARS, NAME_TOO_LONG.

    Blanks between Chinese characters go, one stays between words of letters; any dot becomes ·.
    Emoji, private-use characters, markup and a leading = + - @ are refused.
    """
    name = BLANK_IN_HAN.sub("", DOTS.sub("·", visible(text)))
    if not name:
        return Wrong("NAME_MISSING", _("没有填姓名"))
    if len(name) > LONGEST_NAME:
        return Wrong("NAME_TOO_LONG", _("有 %(n)s 个字，姓名最多 %(most)s 个字", n=len(name), most=LONGEST_NAME))
    if name[0] in FORMULA_STARTS:
        return Wrong("NAME_BAD_CHARS", _("姓名不能以 %(letter)s 开头", letter=name[0]))
    if bad := next((letter for letter in name if not _belongs(letter)), None):
        if unicodedata.category(bad) in ("Co", "Cn", "Cs", "Cc"):
            return Wrong("NAME_BAD_CHARS", _("有一个字显示不出来（可能是自造字），请改用标准汉字"))
        return Wrong("NAME_BAD_CHARS", _("姓名里不能有 %(letter)s", letter=bad))
    if not any(unicodedata.category(letter)[0] == "L" or ord(letter) in LATE_HAN for letter in name):
        return Wrong("NAME_BAD_CHARS", _("姓名里没有文字"))
    return name


def _belongs(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "LM" or category == "Nd" or letter in ALLOWED or ord(letter) in LATE_HAN


def tidy(text: str) -> str:
    """A department, post or address: visible text, without blanks between Chinese characters."""
    return BLANK_IN_HAN.sub("", visible(text))
