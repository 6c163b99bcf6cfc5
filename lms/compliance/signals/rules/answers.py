"""The quiz: the same mistakes, faster than reading, all alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from lms.compliance.signals.rules.facts import Attempt, Elsewhere, Lecture
from lms.compliance.signals.rules.signal import NOTICE, SERIOUS, Limit, Signal, at_least, level

FULL = 100.0


def same_answers(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """The same wrong answers. Right ones are alike in every class that knows its subject, so they say nothing."""
    sheets = _scored(lecture)
    wrong_alike = _exactly_alike(sheets) or (0, 0)
    near_alike = _nearly_alike(sheets, limit)
    people, wrong = max(wrong_alike, near_alike, key=lambda found: (min(found[1], limit["wrong"]), found[0]))
    if people < limit["people_notice"] or wrong < 1:
        return
    most = people >= limit["share"] * len(sheets)
    serious = people >= limit["people"] and (wrong >= limit["wrong"] or (wrong >= limit["wrong_of_most"] and most))
    if wrong == 1 and most and not serious:  # one question with a wrong key, and not a slip in all the others
        others = min(len(sheet.answers) for sheet in sheets) - 1
        serious = others + 1 >= limit["long"] and limit["right"] ** (people * others) < limit["chance"]
    if serious or wrong >= limit["wrong_of_most"] or (most and people >= limit["people"]):
        yield Signal("same_answers", level(serious), {"people": people, "of": len(sheets), "wrong": wrong})


def _scored(lecture: Lecture) -> list[Attempt]:
    """Sheets with a score, each as a share of the questions: files may write points, a share or percent."""
    sheets = [sheet for sheet in lecture.sheets.values() if sheet.score is not None and sheet.answers]
    best = max((sheet.score or 0 for sheet in sheets), default=0)
    questions = max((len(sheet.answers) for sheet in sheets), default=0)
    full = 1 if best <= 1 else questions if best <= questions else FULL
    return [replace(sheet, score=FULL * (sheet.score or 0) / full) for sheet in sheets]


def _wrong(sheet: Attempt) -> int:
    """How many questions must have been wrong for such a score."""
    return round(len(sheet.answers) * (1 - min(sheet.score or 0, FULL) / FULL))


def _key(sheet: Attempt) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((answer.question_id, answer.chosen) for answer in sheet.answers))


def _exactly_alike(sheets: Sequence[Attempt]) -> tuple[int, int] | None:
    """People with the same sheet and mistakes on it: how many, and how many mistakes."""
    alike: dict[tuple[tuple[str, str], ...], list[Attempt]] = defaultdict(list)
    for sheet in sheets:
        if _wrong(sheet):
            alike[_key(sheet)].append(sheet)
    found = [(len(those), _wrong(those[0])) for those in alike.values() if len(those) > 1]
    return max(found, key=lambda one: (min(one[1], 3), one[0])) if found else None


def _nearly_alike(sheets: Sequence[Attempt], limit: Limit) -> tuple[int, int]:
    """People at most one answer away from what most chose, and the mistakes that this must have at the least.

    A sheet with so many mistakes that is one answer away has at most one mistake that the common sheet has not.
    """
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    for sheet in sheets:
        for answer in sheet.answers:
            chosen[answer.question_id][answer.chosen] += 1
    often = {question: counts for question, counts in chosen.items() if counts.total() >= limit["people_notice"]}
    common = {question: counts.most_common(1)[0][0] for question, counts in often.items()}
    near = []
    for sheet in sheets:
        away = sum(common.get(answer.question_id) != answer.chosen for answer in sheet.answers)
        if away <= 1 and len(sheet.answers) >= limit["questions"]:
            near.append(_wrong(sheet) - away)
    return (len(near), max(near)) if near and max(near) > 0 else (0, 0)


def same_scores(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Everybody has the same score below full marks, with different mistakes: mistakes that were dealt out."""
    sheets = _scored(lecture)
    counts = {_wrong(sheet) for sheet in sheets}
    if len(sheets) < limit["people"] or len(counts) != 1 or counts == {0}:
        return
    different = len({_key(sheet) for sheet in sheets}) >= limit["different"] * len(sheets)
    if different:
        yield Signal("same_scores", SERIOUS, {"people": len(sheets), "score": round(sheets[0].score or 0)})


def fast_answers(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Sheets handed in faster than their text can be read, by the whole time and by the taps."""
    whole = taps = 0
    speeds = []
    sheets = list(lecture.sheets.values())
    for sheet in sheets:
        chars = sum(answer.chars or 0 for answer in sheet.answers)
        if len(sheet.answers) < limit["questions"] or not chars:
            continue
        speed = _per_minute(chars, _seconds(sheet))
        if speed > limit["chars_per_minute"]:
            whole += 1
            speeds.append(speed)
        elif len(sheet.answers) >= limit["tap_questions"] and (pace := _tapped(sheet)) > limit["chars_per_minute"]:
            taps += 1
            speeds.append(pace)
    fast = whole + taps
    if not fast:
        return
    unlikely = at_least(len(sheets), whole, limit["skimmers"]) < limit["chance"]
    tapped = taps >= max(limit["people"], limit["tap_share"] * len(sheets))
    serious = (whole >= limit["people"] and unlikely) or tapped
    facts = {"people": fast, "of": len(sheets), "chars_per_minute": round(min(median(speeds), 99_999))}
    yield Signal("fast_answers", level(serious), facts)


def _seconds(sheet: Attempt) -> float:
    """From the start to the last thing known."""
    ends = [answer.at for answer in sheet.answers if answer.at] + ([sheet.submitted_at] if sheet.submitted_at else [])
    return max(0.0, (max(ends) - sheet.started_at).total_seconds()) if ends else 0.0


def _per_minute(chars: float, seconds: float) -> float:
    return 60 * chars / max(seconds, 0.5)


def _tapped(sheet: Attempt) -> float:
    """Characters a minute of the middle one of the answers, by the time since the one before."""
    timed = sorted((answer.at, answer.chars) for answer in sheet.answers if answer.at and answer.chars)
    if len(timed) < 2:
        return 0.0
    return median(_per_minute(chars, (at - before).total_seconds()) for (before, _chars), (at, chars) in pairwise(timed))


def all_full(lecture: Lecture, _elsewhere: Elsewhere, limit: Limit) -> Iterator[Signal]:
    """Nobody made a single mistake: serious only where so many answers that a slip now and then had to be among them."""
    sheets = _scored(lecture)
    if len(sheets) < limit["people"] or any((sheet.score or 0) < FULL for sheet in sheets):
        return
    answers = sum(len(sheet.answers) for sheet in sheets)
    unlikely = limit["right"] ** answers < limit["chance"]
    long = min(len(sheet.answers) for sheet in sheets) >= limit["questions"]
    yield Signal("all_full", SERIOUS if unlikely and long else NOTICE, {"people": len(sheets), "answers": answers})
