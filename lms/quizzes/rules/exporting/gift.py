"""GIFT and Aiken. Source: docs.moodle.org, "GIFT format" and "Aiken format"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lms.quizzes.rules.body import Body
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.rules.importing.tags import write_tags

TAGGED = ("topic", "law_ref", "difficulty", "points")


def write_gift(questions: Sequence[ParsedQuestion]) -> bytes:
    """What GIFT has no place for stands as tags in a comment before each question."""
    blocks = []
    for number, question in enumerate(questions, 1):
        fields = {name: getattr(question, name) for name in TAGGED} | {"guide": question.body.guide}
        tags = "".join(f" [tag:{tag.replace(']', chr(92) + ']')}]" for tag in write_tags(fields, (*TAGGED, "guide")))
        comment = f"//{tags}\n" if tags else ""
        explanation = f"####{_escaped(question.explanation)}" if question.explanation else ""
        blocks.append(f"{comment}::第{number}题::[plain]{_escaped(question.stem)}{{{_answers(question.body)}{explanation}}}\n")
    return "\n".join(blocks).encode()


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text)


def _weighted(mark: str, text: str, weight: str) -> str:
    """An answer with its weight where it needs one, or where its text would be taken for one."""
    plain = {"=": "100", "~": "0"}[mark]
    said = weight if weight != plain or text.startswith("%") else ""
    return f"\n\t{mark}{f'%{said}%' if said else ''}{_escaped(text)}"


def _answers(body: Body) -> str:
    match body.kind:
        case "judge":
            return "T" if body.answer == ("true",) else "F"
        case "fill":
            return "".join(_weighted("=", text.replace("*", "\\*"), "100") for text in body.blanks[0])
        case "match":
            right = "".join(
                f"\n\t={_escaped(prompt)} -> {_escaped(body.options[letter])}"
                for prompt, letter in zip(body.prompts, body.answer, strict=True)
            )
            others = [text for letter, text in body.options.items() if letter not in body.answer]
            return right + "".join(f"\n\t= -> {_escaped(text)}" for text in others)
        case "text":
            return ""
        case "single" | "multiple" if body.weights:
            weights = {letter: f"{weight:.7g}" for letter, weight in body.weights.items()}
            sole = body.answer if body.kind == "single" else ()
            return "".join(
                _weighted("=" if letter in sole else "~", text, weights[letter]) for letter, text in body.options.items()
            )
        case "multiple":
            share = f"{100 / len(body.answer):.5f}".rstrip("0").rstrip(".")
            return "".join(
                _weighted("~", text, share if letter in body.answer else "-100") for letter, text in body.options.items()
            )
    return "".join(
        _weighted("=", text, "100") if letter in body.answer else _weighted("~", text, "0")
        for letter, text in body.options.items()
    )


def write_aiken(questions: Sequence[ParsedQuestion]) -> bytes:
    """Stem, options, ANSWER: nothing else has a place."""
    blocks = []
    for question in questions:
        options = [f"{letter}. {text}" for letter, text in question.options.items()]
        blocks.append("\n".join([question.stem, *options, f"ANSWER: {''.join(question.body.answer)}", ""]))
    return "\n".join(blocks).encode()
