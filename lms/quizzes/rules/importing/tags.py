"""What the formats of learning platforms have no place for travels as tags of a question: 知识点, 依据, 难度 …"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from lms.quizzes.rules.body import LETTERS

WILD = re.compile(r"(?<!\\)\*")  # any text, in answers to be typed
NAMES = {  # in files, and the same for everybody
    "topic": "知识点",
    "law_ref": "依据",
    "difficulty": "难度",
    "points": "分值",
    "guide": "评分要点",
    "translations": "译文",
}


def read_tags(tags: Iterable[str]) -> dict[str, str]:
    """The fields that tags of a question fill; the first tag without a name of ours is the topic."""
    told: dict[str, str] = {}
    for tag in tags:
        name, colon, text = tag.partition("：")
        field = next((field for field, word in NAMES.items() if colon and word == name), None)
        if field:
            told[field] = text
        elif tag.strip():
            told.setdefault("topic", tag.strip())
    return told


def write_tags(fields: dict[str, object], names: Iterable[str]) -> list[str]:
    """read_tags() the other way round, of these fields."""
    return [f"{NAMES[name]}：{fields[name]}" for name in names if fields.get(name)]


def unread(kind: str) -> str:
    """Why a question of a kind that we do not have is left out."""
    return _("这种题型不支持：%(kind)s。请改成单选、多选、判断、填空、排序、匹配或简答", kind=kind or "?")


def uneven(weights: Iterable[float]) -> str | None:
    """Why a blank is left out whose right texts are not worth the same, or nobody can say what; None where they are.

    weights: percent.
    """
    known = list(weights)
    if not all(abs(weight) <= 100 for weight in known):  # neither is what is not a number
        return _("有的答案的分值不在 −100 到 100 之间。请在原系统里改好再导入")
    if len({round(weight) for weight in known if weight > 0}) < 2:
        return None
    return _("有的答案只给部分分，填空和匹配不支持。请在原系统里改好再导入")


def unseen() -> str:
    """Why a question with a picture or sound in it is left out."""
    return _("题目里有图片、声音或别的文件，带不进来。看图题请在“新建题目”里添加；图可有可无的，请在原系统里去掉再导入")


def wildcard() -> str:
    """Why a blank is left out that takes any text between others."""
    return _("答案里的 * 在原系统里代表任意文字，本系统不支持，请把要接受的写法一个个写出来")


def weighed(kind: str, letters: Mapping[str, float]) -> tuple[str, dict[str, float]] | str:
    """The right letters and Body.weights of a choice whose options another platform gives so many percent, or why it is left out.

    No weights where our own rule is meant: all right options alike, wrong ones worth nothing or, of several, the whole mark.
    """
    if not all(abs(weight) <= 100 for weight in letters.values()):  # neither is what is not a number
        return _("有的答案的分值不在 −100 到 100 之间。请在原系统里改好再导入")
    right = [weight for weight in letters.values() if weight > 0]
    most = sum(right) if kind == "multiple" else max(right, default=100)
    if right and round(most) != 100:
        return _("全对也得不到正好 100%%（最多 %(n)s%%）。请在原系统里改好再导入", n=f"{most:g}")
    wrong = {weight for weight in letters.values() if weight <= 0}
    as_ours = len({round(weight, 1) for weight in right}) < 2 and wrong <= ({0, -100} if kind == "multiple" else {0})
    least = 0 if kind == "multiple" else 99.5
    return "".join(letter for letter, weight in letters.items() if weight > least), {} if as_ours else dict(letters)


def too_many() -> str:
    """What is said of a question with more options than there are letters."""
    return _("选项超过 %(most)s 个，请拆成几道题", most=len(LETTERS))
