"""A question in another language. What is right never changes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lms.quizzes.rules.body import Body

# The codes are BCP 47; each language is called as those who read it call it.
LANGUAGES = {
    "ug": "ئۇيغۇرچە", "bo": "བོད་ཡིག", "mn": "ᠮᠣᠩᠭᠣᠯ", "kk": "قازاقشا", "ko": "조선말", "ii": "ꆈꌠꉙ", "za": "Vahcuengh",
    "en": "English", "vi": "Tiếng Việt", "my": "မြန်မာ", "lo": "ລາວ", "th": "ไทย", "ne": "नेपाली", "ru": "Русский",
}  # fmt: skip
CHINESE = {
    "ug": "维吾尔语", "bo": "藏语", "mn": "蒙古语", "kk": "哈萨克语", "ko": "朝鲜语", "ii": "彝语", "za": "壮语",
    "en": "英语", "vi": "越南语", "my": "缅甸语", "lo": "老挝语", "th": "泰语", "ne": "尼泊尔语", "ru": "俄语",
}  # fmt: skip
Translations = Mapping[str, Mapping[str, Any]]


def in_language(stem: str, body: Body, translations: Translations, language: str) -> tuple[str, Body] | None:
    """Stem and body as worded in a language; None when the question does not carry it.

    translations: language → {"stem": text, "options": {letter: text}, "prompts": [text, …]}. What is missing stays Chinese.
    """
    told = translations.get(language)
    if not told:
        return None
    options = {letter: told.get("options", {}).get(letter) or text for letter, text in body.options.items()}
    ready = told.get("prompts", [])
    prompts = tuple((ready[at] if at < len(ready) else "") or text for at, text in enumerate(body.prompts))
    return told.get("stem") or stem, replace(body, options=options, prompts=prompts)
