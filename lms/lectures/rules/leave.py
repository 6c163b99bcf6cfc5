"""Kinds of leave (请假): what counts as which, so that leave is counted by kind and apart from absence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

OTHER = "其他"
# Kind → how people begin when they write it, the kind itself first. Kept with the record, so in the source language.
KINDS = {
    "病假": ("病假", "病", "看病", "住院", "就医"),
    "事假": ("事假", "家事", "私事"),
    "公假": ("公假", "公差", "出差", "外派", "外出培训", "外出开会", "开会"),
    "轮休": ("轮休", "倒班", "下夜班", "休班", "调休"),
    "年休假": ("年休假", "年假", "休假"),
    "产假": ("产假", "陪产", "哺乳", "产检"),
    "工伤": ("工伤",),
    OTHER: (OTHER,),
}


def kind_of(reason: str) -> str:
    """The kind of leave a reason speaks of; OTHER when it speaks of none."""
    return next((kind for kind, begins in KINDS.items() if reason.startswith(begins)), OTHER)


def by_kind(reasons: Iterable[str]) -> dict[str, int]:
    """How many are on leave of each kind that occurs, in the order of KINDS; they sum up to the number of reasons."""
    found = Counter(kind_of(reason) for reason in reasons)
    return {kind: found[kind] for kind in KINDS if found[kind]}
