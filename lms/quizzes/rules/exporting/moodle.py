"""Moodle XML. Source: docs.moodle.org, "Moodle XML format"; ordering is the question type of that name, in Moodle since 4.4."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lms.quizzes.rules.body import GAP, Body
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.rules.importing.tags import write_tags

TYPES = {"single": "multichoice", "multiple": "multichoice", "judge": "truefalse", "order": "ordering", "match": "matching"}


def write_moodle(questions: Sequence[ParsedQuestion]) -> bytes:
    """Law and difficulty have no place in it and travel as tags, the topic too."""
    root = Element("quiz")
    for number, question in enumerate(questions, 1):
        _write(root, number, question)
    indent(root, "")
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _write(root: Element, number: int, question: ParsedQuestion) -> None:
    body = question.body
    kind = TYPES.get(body.kind) or {"text": "essay", "fill": "cloze" if len(body.blanks) > 1 else "shortanswer"}[body.kind]
    element = SubElement(root, "question", type=kind)
    _text(SubElement(element, "name"), f"第{number}题")
    _said(element, "questiontext", _cloze(question) if kind == "cloze" else question.stem)
    _said(element, "generalfeedback", question.explanation or "")
    if question.points:
        SubElement(element, "defaultgrade").text = str(question.points)
    _answers(element, body)
    fields = {name: getattr(question, name) for name in ("topic", "law_ref", "difficulty")}
    tags = SubElement(element, "tags")
    for tag in write_tags(fields, fields):
        _text(SubElement(tags, "tag"), tag)


def _answers(element: Element, body: Body) -> None:
    match body.kind:
        case "single" | "multiple":
            SubElement(element, "single").text = "true" if body.kind == "single" else "false"
            SubElement(element, "shuffleanswers").text = "true"
            share = f"{100 / len(body.answer):.5f}".rstrip("0").rstrip(".")
            wrong = "0" if body.kind == "single" else "-100"
            for letter, text in body.options.items():
                _said(element, "answer", text, fraction=_percent(body, letter, share if letter in body.answer else wrong))
        case "judge":
            for truth in ("true", "false"):
                _said(element, "answer", truth, fraction="100" if body.answer == (truth,) else "0")
        case "fill" if len(body.blanks) == 1:
            SubElement(element, "usecase").text = "0"
            for text in body.blanks[0]:
                _said(element, "answer", text.replace("*", "\\*"), fraction="100")
        case "order":
            for place, letter in enumerate(body.answer, 1):
                _said(element, "answer", body.options[letter], fraction=str(place))
        case "match":
            pairs = [(prompt, body.options[letter]) for prompt, letter in zip(body.prompts, body.answer, strict=True)]
            others = [("", text) for letter, text in body.options.items() if letter not in body.answer]
            for prompt, text in [*pairs, *others]:
                _text(SubElement(_said(element, "subquestion", prompt), "answer"), text)
        case "text":
            _said(element, "graderinfo", body.guide)


def _percent(body: Body, letter: str, ours: str) -> str:
    """What choosing a letter is worth: as it came, or by our rule."""
    return f"{body.weights[letter]:.7g}" if body.weights else ours


def _cloze(question: ParsedQuestion) -> str:
    """The stem with its gaps written as Moodle's embedded answers."""
    pieces = question.stem.split(GAP)
    gaps = [f"{{1:SHORTANSWER:={'~='.join(map(_escaped, texts))}}}" for texts in question.body.blanks]
    return "".join(piece + gap for piece, gap in zip(pieces, [*gaps, ""], strict=True))


def _escaped(text: str) -> str:
    return re.sub(r'([}#~/"*\\])', r"\\\1", text)


def _said(element: Element, name: str, text: str, **attributes: str) -> Element:
    part = SubElement(element, name, {"format": "plain_text", **attributes})
    _text(part, text)
    return part


def _text(element: Element, text: str) -> None:
    SubElement(element, "text").text = text
