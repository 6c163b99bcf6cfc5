"""The parts of a question out of what people write into its cells, by kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _

from lms.quizzes.rules.body import LETTERS, Body
from lms.quizzes.rules.brought import BROUGHT
from lms.quizzes.rules.places import Picture, Place, encloses_something
from lms.registry.rules.identifiers import Wrong
from lms.registry.rules.names import visible

KINDS = {
    "single": ["单选", "单项选择", "单选题", "单项选择题", "single", "选择题", "选择"],
    "multiple": ["多选", "多项选择", "多选题", "多项选择题", "不定项选择题", "不定项选择", "不定项", "multiple", "multi"],
    "judge": ["判断", "判断题", "是非", "是非题", "对错题", "判断正误", "judge", "truefalse"],
    "fill": ["填空", "填空题", "fill"],
    "order": ["排序", "排序题", "顺序题", "order", "ordering"],
    "match": ["匹配", "匹配题", "配对", "配对题", "连线", "连线题", "match", "matching"],
    "picture": ["看图", "看图题", "图片题", "找隐患", "picture", "hotspot"],
    "text": ["简答", "简答题", "问答", "问答题", "论述", "论述题", "text", "essay"],
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
TRUE_WORDS = frozenset(["对", "正确", "√", "✓", "✔", "☑", "T", "TRUE", "是", "Y", "YES", "1", "R", "RIGHT", "V", "正", "○"])
FALSE_WORDS = frozenset(
    ["错", "错误", "×", "✗", "✘", "✖", "X", "F", "FALSE", "否", "N", "NO", "0", "不对", "不正确", "W", "WRONG", "非", "误", "╳"]
)
BETWEEN_LETTERS = re.compile(r"[\s,、;./|&+和及>→-]+")
PAIRED = re.compile(r"\s*(?:=>|->|→|＝＞|——)\s*")
GAPS = re.compile(r"_{2,}")
LONGEST_ACCEPTED, LONGEST_GUIDE, MOST_BLANKS, MOST_PLACES = 200, 2_000, 10, 12
Faulty = tuple[str, Wrong]


def kind_of(written: str, options: Mapping[str, str], answer: str, listed: bool) -> str | None:
    """By its word; without one, by what options and answer look like. None for an unknown word."""
    word = word_of(written)
    if word:
        kind = KIND_OF.get(word)
        # 选择题 alone says nothing about how many are right.
        return "multiple" if kind == "single" and word in ("选择", "选择题") and len(_letters(answer) or "") > 1 else kind
    if listed:
        return "fill"
    if options and not all(_truth(text) is not None for text in options.values()):
        return "multiple" if len(_letters(answer) or "") > 1 else "single"
    if options or _truth(answer) is not None:
        return "judge"
    return "fill"


def word_of(written: str) -> str:
    """A word for a kind as it is looked up: without brackets and blanks, narrow and small."""
    return re.sub(r"[（(].*?[）)]|\s", "", unicodedata.normalize("NFKC", visible(written))).lower()


def body_of(
    kind: str, stem: str, options: Mapping[str, str], answer: str, accepted: tuple[tuple[str, ...], ...]
) -> Body | Faulty:
    """The parts of a question of this kind, or the field at fault and why. accepted: see Draft."""
    match kind:
        case "single" | "multiple":
            return _choice(kind, options, answer)
        case "judge":
            truth = _truth_answer(answer, options) if visible(answer) else _missing()
            return ("answer", truth) if isinstance(truth, Wrong) else Body("judge", answer=truth)
        case "fill":
            return _fill(stem, answer, accepted)
        case "order":
            return _order(options, answer)
        case "match":
            return _match(options)
        case "text":
            return Body("text", guide=visible(answer))
    if kind in BROUGHT:
        return _brought(kind, visible(answer))
    return "kind", Wrong("PICTURE_HERE", _("看图题带着图片，请在“新建题目”里添加，或者导入 QTI 包"))


def check(body: Body, stem: str) -> Faulty | None:
    """The field at fault and why, None for a body that can be asked."""
    for letter, text in body.options.items():
        if not text:
            return letter, Wrong("OPTION_EMPTY", _("有一个选项是空的"))
    kind = body.kind
    if kind in ("single", "multiple") and len(body.options) < 2:
        return "A" if not body.options else "B", Wrong("OPTIONS_MISSING", _("选择题至少要有两个选项"))
    if len(body.options) > len(LETTERS):
        return "H", Wrong("OPTIONS_MANY", _("选项超过 %(most)s 个，请拆成几道题", most=len(LETTERS)))
    if kind in ("single", "multiple", "judge") and not body.answer:
        return "answer", _missing()
    if kind == "order" and (len(body.options) < 2 or len(set(body.options.values())) < len(body.options)):
        return "A", Wrong("STEPS_MISSING", _("排序题至少要有两步，每一步写在一个选项里，不能重复"))
    if kind == "match" and (len(body.prompts) < 2 or len(body.options) < 2 or len(set(body.prompts)) < len(body.prompts)):
        return "A", Wrong("PAIRS_MISSING", _("匹配题至少要有两对，每对写成“左边 => 右边”，左边不能重复"))
    if kind == "fill":
        return _check_blanks(body, stem)
    if kind == "picture":
        return _check_picture(body)
    if len(body.guide) > LONGEST_GUIDE:
        return "answer", Wrong("ANSWER_TOO_LONG", _("评分要点超过 %(most)s 个字，请缩短", most=LONGEST_GUIDE))
    return None


def relettered(body: Body) -> Body:
    """The same body with letters from A on: in the right order for a sequence, in that of the prompts for pairs. Hazards lie on
    whole pixels, as other platforms keep them."""
    if body.kind == "picture":
        return replace(body, places=tuple(_on_pixels(place, body.picture) for place in body.places))
    if body.kind == "order":
        letters = list(body.answer)
    elif body.kind == "match":
        letters = [*dict.fromkeys(body.answer), *(letter for letter in body.options if letter not in body.answer)]
    else:
        letters = list(body.options)
    new = dict(zip(letters, LETTERS, strict=False))
    if not new or all(old == letter for old, letter in new.items()):
        return body
    options = {letter: body.options[old] for old, letter in new.items()}
    answer = tuple(new[letter] for letter in body.answer)
    weights = {letter: body.weights[old] for old, letter in new.items() if old in body.weights}
    answer = tuple(sorted(answer)) if body.kind == "multiple" else answer
    return Body(body.kind, options, answer, prompts=body.prompts, weights=weights)


def _on_pixels(place: Place, picture: Picture | None) -> Place:
    assert picture is not None
    width, height = picture.width, picture.height
    pixels = ((round(x * width), round(y * height)) for x, y in place.points)
    return Place(place.name, tuple((round(x / width, 4), round(y / height, 4)) for x, y in pixels))


def paired(prompts_and_texts: list[tuple[str, str]], others: list[str]) -> Body:
    """A matching body out of pairs and further texts on the right that belong to none; equal texts are one option."""
    texts = list(dict.fromkeys([*(text for _prompt, text in prompts_and_texts), *others]))
    letter_of = {text: LETTERS[at] if at < len(LETTERS) else f"#{at}" for at, text in enumerate(texts)}
    options = {letter: text for text, letter in letter_of.items()}
    answer = tuple(letter_of[text] for _prompt, text in prompts_and_texts)
    return Body("match", options, answer, prompts=tuple(prompt for prompt, _text in prompts_and_texts))


def _choice(kind: str, options: Mapping[str, str], written: str) -> Body | Faulty:
    if not visible(written):
        return "answer", _missing()
    letters = _letters(written)
    if letters is None:
        by_text = [letter for letter, text in options.items() if text == visible(written)]
        if not by_text:
            return "answer", Wrong("ANSWER_UNCLEAR", _("看不懂答案，请写选项的字母，如 A 或 ABC"))
        letters = by_text[0]
    if stray := next((letter for letter in letters if letter not in options), None):
        return "answer", Wrong("ANSWER_NO_OPTION", _("答案是 %(letter)s，但没有这个选项", letter=stray))
    chosen = tuple(sorted(set(letters)))
    if kind == "single" and len(chosen) > 1:
        return "answer", Wrong("ANSWER_MANY", _("单选题有 %(n)s 个答案，请只留一个，或把题型改为多选", n=len(chosen)))
    return Body(kind, dict(options), chosen)


def _fill(stem: str, written: str, accepted: tuple[tuple[str, ...], ...]) -> Body | Faulty:
    """One blank, or as many as the stem shows when the answer has as many parts between ； or line breaks."""
    gaps = len(GAPS.findall(stem))
    blanks = accepted or tuple(tuple(_alternatives(part)) for part in _parts(written, gaps))
    cleaned = tuple(tuple(dict.fromkeys(text for text in map(visible, texts) if text)) for texts in blanks)
    if not cleaned or not all(cleaned):
        return "answer", _missing()
    return Body("fill", blanks=cleaned)


def _brought(kind: str, key: str) -> Body | Faulty:
    """A question of a plug-in: its key as the plug-in wants it."""
    if not key:
        return "answer", _missing()
    if fault := BROUGHT[kind].check(key):
        return "answer", Wrong("ANSWER_UNCLEAR", fault[:200])
    return Body("fill", blanks=((key,),), by=kind)


def _parts(written: str, gaps: int) -> list[str]:
    if gaps < 2:
        return [written]
    parts = [part for part in re.split(r"[；;\n]", written) if part.strip()]
    return parts if len(parts) > 1 else [written]


def _check_blanks(body: Body, stem: str) -> Faulty | None:
    gaps, blanks = len(GAPS.findall(stem)), len(body.blanks)
    if not blanks or not all(body.blanks):
        return "answer", _missing()
    if blanks > MOST_BLANKS:
        return "answer", Wrong("BLANKS_MANY", _("一道题最多 %(most)s 个空，请拆成几道题", most=MOST_BLANKS))
    if max(gaps, 1) != blanks:
        return "answer", Wrong(
            "BLANKS_DIFFER",
            _("题干里有 %(gaps)s 处空（____），答案给了 %(blanks)s 个，请用；隔开每个空的答案", gaps=gaps, blanks=blanks),
        )
    if any(len(text) > LONGEST_ACCEPTED for texts in body.blanks for text in texts):
        return "answer", Wrong("ANSWER_TOO_LONG", _("填空的答案超过 %(most)s 个字，请缩短", most=LONGEST_ACCEPTED))
    return None


def _order(options: Mapping[str, str], written: str) -> Body | Faulty:
    """The steps; the answer says their right order, without one they stand in it already."""
    letters = _letters(written) if visible(written) else "".join(options)
    if letters is None or len(letters) > len(set(letters)):
        return "answer", Wrong("ANSWER_UNCLEAR", _("看不懂答案，请按正确的先后写选项的字母，如 BAC"))
    if stray := next((letter for letter in letters if letter not in options), None):
        return "answer", Wrong("ANSWER_NO_OPTION", _("答案是 %(letter)s，但没有这个选项", letter=stray))
    if left := next((letter for letter in options if letter not in letters), None):
        return "answer", Wrong("ANSWER_SHORT", _("答案里没有排选项 %(letter)s", letter=left))
    return Body("order", dict(options), tuple(letters))


def _match(options: Mapping[str, str]) -> Body | Faulty:
    """Each option "left => right"; one without an arrow is a text on the right that belongs to none."""
    parts = [(letter, PAIRED.split(text, maxsplit=1)) for letter, text in options.items()]
    if half := next((letter for letter, sides in parts if not all(sides)), None):
        return half, Wrong("PAIR_HALF", _("这一对只有一边，请写成“左边 => 右边”"))
    pairs = [(sides[0], sides[1]) for _letter, sides in parts if len(sides) > 1]
    return paired(pairs, [sides[0] for _letter, sides in parts if len(sides) == 1])


def _check_picture(body: Body) -> Faulty | None:
    if body.picture is None:
        return "image", Wrong("PICTURE_MISSING", _("请选择一张图片"))
    if not body.picture.alt:
        return "alt", Wrong("PICTURE_SAYS_NOTHING", _("请用一句话写明图里是什么，看不见图的人要靠它"))
    if not body.places or len(body.places) > MOST_PLACES:
        return "places", Wrong("PLACES_MISSING", _("请标出 1 到 %(most)s 处隐患", most=MOST_PLACES))
    for place in body.places:
        if not place.name or not encloses_something(place) or any(not 0 <= at <= 1 for point in place.points for at in point):
            return "places", Wrong("PLACE_UNCLEAR", _("有一处隐患没有名称，或者位置不在图里"))
    return None


def plain_word(answer: str) -> str:
    """An answer as it is compared: half-width, capitals, without the marks around it."""
    return unicodedata.normalize("NFKC", visible(answer)).upper().strip("。.（）() ")


def _truth(text: str) -> bool | None:
    word = plain_word(text)
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def _letters(answer: str) -> str | None:
    """The letters of an answer however they are set apart, None when there is anything else."""
    letters = BETWEEN_LETTERS.sub("", plain_word(answer))
    return letters if re.fullmatch(r"[A-Z]+", letters) else None


def _truth_answer(written: str, options: Mapping[str, str]) -> tuple[str, ...] | Wrong:
    truth = None
    if len(plain_word(written)) == 1 and plain_word(written) in options:
        truth = _truth(options[plain_word(written)])
    if truth is None:
        truth = {"A": True, "B": False}.get(plain_word(written), _truth(written))
    if truth is None:
        return Wrong("ANSWER_UNCLEAR", _("看不懂答案，判断题请写“对”或“错”"))
    return ("true",) if truth else ("false",)


def _missing() -> Wrong:
    return Wrong("ANSWER_MISSING", _("没有写答案"))


def _alternatives(written: str) -> list[str]:
    """The accepted texts of a blank: cut at | where there is one, else at a slash or semicolon."""
    return written.split("|") if "|" in written else re.split(r"[/／;；]", written)
