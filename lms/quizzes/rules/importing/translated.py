"""Translations in one cell of a table, as a person writes them: 【越南语】, then 题干：…, A：…, 1：… (pairs), a line each."""

from __future__ import annotations

import re
from typing import Any

from lms.quizzes.rules.languages import CHINESE, Translations

STEM = "题干"
CODES = {name: code for code, name in CHINESE.items()}
LANGUAGE = re.compile(r"[【\[]\s*(?P<name>[^】\]]+?)\s*[】\]]")
LINE = re.compile(r"(?P<what>题干|[A-H]|\d)\s*[：:]\s*(?P<text>.*\S)")


def write_translations(translations: Translations) -> str:
    """All languages of a question; read_translations() the other way round, as long as no text runs over several lines."""
    lines = []
    for code, told in translations.items():
        lines.append(f"【{CHINESE[code]}】")
        if told.get("stem"):
            lines.append(f"{STEM}：{told['stem']}")
        lines += [f"{letter}：{text}" for letter, text in told.get("options", {}).items()]
        lines += [f"{at}：{text}" for at, text in enumerate(told.get("prompts", []), 1) if text]
    return "\n".join(lines)


def read_translations(written: str) -> dict[str, dict[str, Any]]:
    """Language → its wording; a language or a line that nobody knows is left out."""
    found: dict[str, dict[str, Any]] = {}
    told: dict[str, Any] | None = None
    for line in map(str.strip, written.splitlines()):
        if language := LANGUAGE.fullmatch(line):
            code = CODES.get(language["name"])
            told = found.setdefault(code, {}) if code else None
        elif told is not None and (said := LINE.fullmatch(line)):
            _put(told, said["what"], said["text"])
    return {code: one for code, one in found.items() if one}


def _put(told: dict[str, Any], what: str, text: str) -> None:
    if what == STEM:
        told["stem"] = text
    elif what.isdecimal():
        prompts = told.setdefault("prompts", [])
        prompts += [""] * (int(what) - len(prompts))
        if int(what):
            prompts[int(what) - 1] = text
    else:
        told.setdefault("options", {})[what] = text
