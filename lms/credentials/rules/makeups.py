"""Who is to hear a lecture again (补训), and how that is said."""

from __future__ import annotations


def make_up_needed(*, completed: bool, attended: bool, came: bool, minutes: int | None, quiz_lost: bool) -> bool:
    """Whether a person can complete a lecture only by hearing it again.

    Absent or on leave, left too early, or the quiz is lost for good (attempts used up, or over). A check-out that is
    missing is not known yet, and a quiz that can still be taken is not lost.
    """
    if completed:
        return False
    if not attended:
        return not came or minutes is not None
    return quiz_lost


def make_up_words(year: int, number: int) -> str:
    """What stands on completion and certificate; kept with the record, so in the source language."""
    return f"补训（补 {year} 年第 {number} 期）"
