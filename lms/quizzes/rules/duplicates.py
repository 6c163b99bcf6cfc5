"""When two questions are the same."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

from lms.quizzes.rules.body import Body
from lms.quizzes.rules.grading import plain


def fingerprint(stem: str, texts: Iterable[str]) -> str:
    """SHA-256 (hex) of what a question asks: its stem up to blanks, punctuation, width and case, and its options in any order.

    texts: Body.texts. The options belong to a question: 「下列说法正确的是（ ）」 stands over many different ones.
    """
    parts = [_bare(stem), *sorted(_bare(text) for text in texts)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def calls_the_same_right(one: Body, other: Body) -> bool:
    """Whether two questions of one fingerprint() have one key; letters and the order of options are no matter."""
    return _key(one) == _key(other)


def _key(body: Body) -> object:
    match body.kind:
        case "single" | "multiple":
            return {_bare(body.options[letter]): body.weights.get(letter) for letter in (body.weights or body.answer)}
        case "judge":
            return body.answer
        case "fill":
            return [{plain(text) for text in texts} for texts in body.blanks]
        case "order":
            return [_bare(body.options[letter]) for letter in body.answer]
        case "match":
            return {_bare(prompt): _bare(body.options[letter]) for prompt, letter in zip(body.prompts, body.answer, strict=True)}
    return body.places


class _Bare(dict[int, int | None]):
    """For str.translate(): drops blanks (Z, C) and punctuation (P); signs such as < and ≥ stay, they change the meaning."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code))[0] in "PZC" else code
        return self[code]


BARE = _Bare()  # learns each character once: a file of questions has the same few thousand over and over


def _bare(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(BARE)
