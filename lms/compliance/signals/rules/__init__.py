"""The signals of a lecture: pure functions of its facts and of what other lectures show too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lms.compliance.signals.rules import afterwards, answers, attendance, devices, lecturer, length, order, pace, reuse
from lms.compliance.signals.rules.facts import Elsewhere as Elsewhere
from lms.compliance.signals.rules.facts import Lecture as Lecture
from lms.compliance.signals.rules.signal import NOTICE as NOTICE
from lms.compliance.signals.rules.signal import SERIOUS as SERIOUS
from lms.compliance.signals.rules.signal import Limit, Signal, limits

Rule = Callable[[Lecture, Elsewhere, Limit], Iterable[Signal]]

RULES: dict[str, Rule] = {
    "few_devices": devices.few_devices,
    "few_quiz_devices": devices.few_quiz_devices,
    "burst": pace.burst,
    "one_step": pace.one_step,
    "old_code": pace.old_code,
    "roster_order": order.roster_order,
    "more_than_roster": attendance.more_than_roster,
    "not_on_roster": attendance.not_on_roster,
    "person_twice": attendance.person_twice,
    "nobody_absent": attendance.nobody_absent,
    "short": length.short,
    "short_stay": length.short_stay,
    "outside": length.outside,
    "recorded_before": length.recorded_before,
    "not_head": lecturer.not_head,
    "unproven": lecturer.unproven,
    "two_places": lecturer.two_places,
    "same_photo": reuse.same_photo,
    "photo_time": reuse.photo_time,
    "same_deck": reuse.same_deck,
    "same_answers": answers.same_answers,
    "same_scores": answers.same_scores,
    "fast_answers": answers.fast_answers,
    "all_full": answers.all_full,
    "early_certificate": afterwards.early_certificate,
    "no_attendance": afterwards.no_attendance,
    "backfilled": afterwards.backfilled,
    "made_afterwards": afterwards.made_afterwards,
    "night_edits": afterwards.night_edits,
    "many_edits": afterwards.many_edits,
}
NOTHING: Limit = {}


def evaluate(lecture: Lecture, elsewhere: Elsewhere, table: Mapping[str, Limit] | None = None) -> list[Signal]:
    """Everything there is to know about one lecture, each signal at most once per kind of cause, in the order of RULES.

    table: thresholds by signal; those of lms/data/signals.csv unless others are tried.
    """
    table = table or limits()
    return [signal for code, rule in RULES.items() for signal in rule(lecture, elsewhere, table.get(code, NOTHING))]
