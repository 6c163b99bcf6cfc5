"""What the formats of learning platforms have no place for travels as tags of a question: 知识点, 依据, 难度 …"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from lms.quizzes.rules.body import LETTERS

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
    """Why a question is left out whose right answers are not worth the same, or nobody can say what; None where they are.

    weights: percent.
    """
    known = list(weights)
    if not all(abs(weight) <= 100 for weight in known):  # neither is what is not a number
        return _("有的答案的分值不在 −100 到 100 之间。请在原系统里改好再导入")
    if len({round(weight) for weight in known if weight > 0}) < 2:
        return None
    return _("有的答案只给部分分，本系统不支持：单选、填空只有对和错，多选只看全对、少选还是错选。请在原系统里改好再导入")


def too_many() -> str:
    """What is said of a question with more options than there are letters."""
    return _("选项超过 %(most)s 个，请拆成几道题", most=len(LETTERS))
