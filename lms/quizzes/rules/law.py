"""Whether a question rests on a clause of the law."""

from __future__ import annotations

import unicodedata


def cites(law_ref: str | None, clause: str) -> bool:
    """Whether a law reference names a clause, as 「安全生产法第二十八条」: blanks, brackets and width make no difference.

    第二十八条之一 is another clause, and so is 第二十八条 when only 第八条 was asked for.
    """
    reference, wanted = _bare(law_ref or ""), _bare(clause)
    at = reference.find(wanted) if wanted else -1
    while at >= 0:
        after = reference[at + len(wanted) : at + len(wanted) + 1]
        if after != "之":
            return True
        at = reference.find(wanted, at + 1)
    return False


def _bare(text: str) -> str:
    """Letters and numbers alone."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if unicodedata.category(one)[0] in "LN")
