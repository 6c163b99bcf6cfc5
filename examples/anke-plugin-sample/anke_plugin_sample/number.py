"""A kind of question: a number, within a tolerance, whatever unit is written behind it."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

LABEL = "数值"
HINT = "写数，或者数和允许的误差：12、12±0.5，后面可以跟单位。"
NUMBER = r"[+-]?\d{1,12}(?:\.\d{1,6})?"
KEY = re.compile(rf"({NUMBER})(?:(?:±|\+-)(\d{{1,12}}(?:\.\d{{1,6}})?))?\D*")
ANSWER = re.compile(rf"\D*?({NUMBER})\D*")


def check(key: str) -> str:
    return "" if KEY.fullmatch(_plain(key)) else f"看不懂这个数。{HINT}"


def grade(key: str, answer: str) -> int:
    right, given = KEY.fullmatch(_plain(key)), ANSWER.fullmatch(_plain(answer))
    if right is None or given is None:
        return 0
    return 100 if abs(Decimal(given[1]) - Decimal(right[1])) <= Decimal(right[2] or 0) else 0


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
