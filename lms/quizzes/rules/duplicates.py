"""When two questions are the same."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable


def fingerprint(stem: str, texts: Iterable[str]) -> str:
    """SHA-256 (hex) of what a question asks: its stem up to blanks, punctuation, width and case, and its options in any order.

    texts: Body.texts. The options belong to a question: 「下列说法正确的是（ ）」 stands over many different ones.
    """
    parts = [_bare(stem), *sorted(_bare(text) for text in texts)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class _Bare(dict[int, int | None]):
    """For str.translate(): drops blanks (Z, C) and punctuation (P); signs such as < and ≥ stay, they change the meaning."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code))[0] in "PZC" else code
        return self[code]


BARE = _Bare()  # learns each character once: a file of questions has the same few thousand over and over


def _bare(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(BARE)
