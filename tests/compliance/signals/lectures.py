"""Lectures as lines of facts: honest ones of many kinds, and fakes made out of them.

Every maker takes the randomness of a test (`random.Random`) and gives one line as anybody could write it into a file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from lms.core.clock import ZONE

Line = dict[str, Any]
START = datetime(2026, 11, 12, 14, 30, tzinfo=ZONE)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def at(start: datetime, seconds: float) -> str:
    return (start + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def hexes(random: Random, digits: int) -> str:
    return f"{random.getrandbits(4 * digits):0{digits}x}"


def bare(random: Random, people: int, *, start: datetime = START, minutes: int = 60, departments: int = 4) -> Line:
    """A planned and held lecture of a firm, its roster in blocks of departments, nobody there yet."""
    name = hexes(random, 8)
    ids = [f"{name}-p{number}" for number in range(people)]
    block = max(1, people // departments)
    roster = [
        {"person_id": who, "row": row, "department": f"班组 {min(row // block, departments - 1)}", "has_phone": True}
        for row, who in enumerate(ids)
    ]
    span = {"starts_at": at(start, 0), "ends_at": at(start, minutes * 60)}
    return {
        "lecture_id": f"L{name}", "enterprise_id": f"E{name}", "title": "安全课", "headcount": people,
        "head_person_id": ids[0], "lecturer_person_id": ids[0],
        "lecturer_marks": [
            {"at": at(start, 20), "kind": "start", "method": "own_phone"},
            {"at": at(start, minutes * 60 - 20), "kind": "end", "method": "own_phone"},
        ],
        "planned": dict(span), "actual": dict(span), "campaign_due_on": "2026-11-30",
        "created_at": at(start, -5 * 86400), "closed_at": at(start, minutes * 60 + 300),
        "site": {"network": "good", "sessions": 1}, "roster": roster, "expected": ids, "excused": [], "events": [],
        "attempts": [], "certificates": [],
        "materials": [{"sha256": hexes(random, 64), "pages": 12, "text_sha256": hexes(random, 64)}],
        "photos": [
            {"sha256": hexes(random, 64), "phash": hexes(random, 16), "taken_at": at(start, 900), "uploaded_at": at(start, 4000)}
            for _ in range(3)
        ],
        "edits": [], "observed_by_bureau": False,
    }  # fmt: skip


def began(line: Line) -> datetime:
    return datetime.fromisoformat(line["actual"]["starts_at"])


def over(line: Line) -> datetime:
    return datetime.fromisoformat(line["actual"]["ends_at"])


def arrive(line: Line, who: str, seconds: float, method: str = "scan", **more: Any) -> None:
    """Somebody checks in so many seconds after the beginning."""
    scanned = began(line) + timedelta(seconds=seconds)
    event = {
        "person_id": who, "kind": "in", "scanned_at": scanned.isoformat(timespec="seconds"),
        "recorded_at": (scanned + SECOND).isoformat(timespec="seconds"), "method": method,
        "device_id": f"d-{who}" if method in ("scan", "code") else None, "screen": None, "step": None, "by_person_id": None,
    }  # fmt: skip
    if method in ("scan", "code"):
        event |= {"screen": "s1", "step": int(scanned.timestamp()) // 15}
    line["events"].append(event | more)


def leave(line: Line, random: Random) -> None:
    """Whoever came goes when it is over, through one door."""
    for event in [event for event in line["events"] if event["kind"] == "in"]:
        scanned = over(line) + timedelta(seconds=random.uniform(0, 240))
        step = int(scanned.timestamp()) // 15 if event["step"] is not None else None
        line["events"].append(
            event | {"kind": "out", "scanned_at": scanned.isoformat(), "recorded_at": scanned.isoformat(), "step": step}
        )


def come(line: Line, random: Random, share: float = 0.93) -> None:
    """Most of the people scan in the quarter of an hour before, on their own phones."""
    for person in line["roster"]:
        if random.random() < share:
            arrive(line, person["person_id"], random.uniform(-900, 60))


def examine(line: Line, random: Random, *, questions: int = 10, right: float = 0.88, pace: tuple[float, float] = (4, 25)) -> None:
    """Everybody who came answers; some questions are missed by many in the same way."""
    hard = [random.betavariate(12 * right, 12 * (1 - right)) if right < 1 else 1.0 for _ in range(questions)]
    for who in sorted({event["person_id"] for event in line["events"] if event["kind"] == "in"}):
        clock = over(line) + timedelta(seconds=random.uniform(30, 600))
        begun, answers, hits = clock, [], 0
        for question, chance in enumerate(hard):
            clock += timedelta(seconds=random.uniform(*pace))
            hit = random.random() < chance
            hits += hit
            chosen = "A" if hit else random.choice("BBBCD")
            answers.append(
                {"question_id": f"q{question}", "chosen": chosen, "at": clock.isoformat(), "chars": 40 + 7 * question % 50}
            )
        line["attempts"].append(
            {
                "person_id": who,
                "device_id": f"d-{who}",
                "started_at": begun.isoformat(),
                "submitted_at": (clock + 3 * SECOND).isoformat(),
                "score": round(100 * hits / questions),
                "answers": answers,
            }
        )  # fmt: skip
    certify(line)


def certify(line: Line) -> None:
    line["certificates"] = [
        {"person_id": one["person_id"], "issued_at": at(datetime.fromisoformat(one["submitted_at"]), 20)}
        for one in line["attempts"]
        if one["score"] >= 80
    ]


def ordinary(random: Random, people: int = 40) -> Line:
    line = bare(random, people)
    come(line, random)
    leave(line, random)
    examine(line, random)
    return line


# Honest


def firm_of_five(random: Random) -> Line:
    line = bare(random, 5, departments=1)
    come(line, random, 1)
    leave(line, random)
    examine(line, random, right=1)
    return line


def bad_network(random: Random) -> Line:
    """80 people at one kiosk within a quarter of an hour; everything arrives at once, forty minutes later."""
    line = bare(random, 85)
    line["site"] = {"network": random.choice(["poor", "none"]), "sessions": 1}
    for person in random.sample(line["roster"], 80):
        arrive(line, person["person_id"], random.uniform(-900, 120), "kiosk", device_id="kiosk-1", recorded_at=at(START, 2400))
    examine(line, random)
    return line


def leaders_phone(random: Random) -> Line:
    """Twenty without a smartphone on their leader's phone, one after another as its list shows them."""
    line = bare(random, 32)
    method = random.choice(["leader", "scan"])
    clock = -300.0
    for person in line["roster"][12:]:
        person["has_phone"] = False
        clock += random.uniform(4, 12)
        arrive(line, person["person_id"], clock, method, device_id="leader-1", by_person_id=line["roster"][12]["person_id"])
    for person in line["roster"][:12]:
        arrive(line, person["person_id"], random.uniform(-600, 30))
    leave(line, random)
    return line


def two_shifts(random: Random) -> Line:
    """The roster is sorted by shift: the first shift comes at half past two, the second eight hours later."""
    line = bare(random, 60, departments=2)
    line["site"]["sessions"] = 2
    line["actual"]["ends_at"] = at(START, 9 * 3600)
    line["closed_at"] = at(START, 9 * 3600 + 300)
    for place, person in enumerate(line["roster"]):
        person["department"] = random.choice([None, "生产部"])
        arrive(line, person["person_id"], random.uniform(-600, 60) + (8 * 3600 if place >= 30 else 0))
    for event in list(line["events"]):
        gone = at(datetime.fromisoformat(event["scanned_at"]), 4000)
        line["events"].append(event | {"kind": "out", "scanned_at": gone, "recorded_at": gone, "step": None})
    line["certificates"] = [
        {"person_id": event["person_id"], "issued_at": at(datetime.fromisoformat(event["scanned_at"]), 900)}
        for event in line["events"]
        if event["kind"] == "out"
    ]
    return line


def shift_change(random: Random) -> Line:
    """The next shift walks in as the first one hands over: all within a few minutes, departments one after another."""
    line = bare(random, 50, departments=5)
    for place, person in enumerate(line["roster"]):
        arrive(line, person["person_id"], -300 + 60 * (place // 10) + random.uniform(0, 60))
    leave(line, random)
    examine(line, random)
    return line


def head_overran(random: Random) -> Line:
    line = bare(random, 35)
    line["actual"]["ends_at"] = at(START, 80 * 60)
    line["closed_at"] = at(START, 82 * 60)
    line["lecturer_marks"][1]["at"] = at(START, 80 * 60)
    come(line, random)
    leave(line, random)
    examine(line, random)
    return line


def quarry(random: Random) -> Line:
    """No network, no phones: signed on paper as people came, keyed in the next morning."""
    line = bare(random, 28)
    line["site"] = {"network": "none", "sessions": 1}
    line["lecturer_marks"] = [{"at": at(START, 0), "kind": "start", "method": "trainer"}]
    for person in random.sample(line["roster"], 26):
        minute = 60 * random.randrange(-20, 3)
        arrive(
            line,
            person["person_id"],
            minute,
            "paper",
            recorded_at=at(START, 18 * 3600),
            by_person_id=line["roster"][1]["person_id"],
        )
    return line


def easy_quiz(random: Random) -> Line:
    line = bare(random, 45)
    come(line, random)
    leave(line, random)
    examine(line, random, questions=5, right=1, pace=(2.5, 9))
    return line


HONEST: dict[str, Callable[[Random], Line]] = {
    maker.__name__: maker
    for maker in (
        ordinary, firm_of_five, bad_network, leaders_phone, two_shifts, shift_change, head_overran, quarry, easy_quiz,
    )
}  # fmt: skip


# Fakes


def on_few_phones(random: Random) -> Line:
    line = bare(random, 60)
    devices = random.choice([2, 3, 5])
    for person in line["roster"]:
        arrive(line, person["person_id"], random.uniform(-900, 0), device_id=f"d{random.randrange(devices)}")
    return line


def leaders_phone_for_all(random: Random) -> Line:
    """Everybody has a phone, and everybody is on the leader's."""
    line = bare(random, 40)
    for person in line["roster"]:
        arrive(line, person["person_id"], random.uniform(-900, 0), "leader", device_id="leader-1")
    return line


def in_a_burst(random: Random) -> Line:
    line = bare(random, 60)
    for person in line["roster"]:
        arrive(line, person["person_id"], random.uniform(0, random.choice([8, 20])))
    return line


def two_phones_within_forty_seconds() -> Line:
    """62 people of one shift, signed in with two phones."""
    line = bare(Random(62), 62)
    for place, person in enumerate(line["roster"]):
        arrive(line, person["person_id"], -300 + place * 40 / 62, device_id=f"d{place % 2}")
    return line


def tapped_through(random: Random) -> Line:
    """One tablet, 70 names in a minute."""
    line = bare(random, 70)
    for person in random.sample(line["roster"], 70):
        arrive(line, person["person_id"], random.uniform(0, 50), "kiosk", device_id="kiosk-1")
    return line


def one_code(random: Random) -> Line:
    """Everybody scans one and the same code, some of them much later."""
    line = bare(random, 40)
    spread = random.choice([12, 600])
    for person in line["roster"]:
        arrive(line, person["person_id"], random.uniform(0, spread), step=118_000_000)
    return line


def as_listed(random: Random) -> Line:
    """In the order of the list, with some people swapped, on paper or on phones."""
    people, swaps = random.choice([(12, 0), (30, 2), (60, 4)])
    line = bare(random, people, departments=random.choice([1, 3]))
    method = random.choice(["scan", "paper", "kiosk"])
    order = list(line["roster"])
    for _ in range(swaps):
        one, two = random.sample(range(len(order)), 2)
        order[one], order[two] = order[two], order[one]
    for place, person in enumerate(order):
        arrive(line, person["person_id"], -600 + 9 * place + random.uniform(0, 5), method)
    return line


def too_short(random: Random) -> Line:
    line = ordinary(random)
    line["actual"]["ends_at"] = at(START, random.randrange(10, 40) * 60)
    return line


def by_somebody_else(random: Random) -> Line:
    line = ordinary(random)
    line["lecturer_person_id"] = line["roster"][7]["person_id"]
    return line


def _sheets(random: Random, *, questions: int = 10, people: int = 40) -> Line:
    line = bare(random, people)
    come(line, random)
    examine(line, random, questions=questions, right=0.9)
    return line


def copied_answers(random: Random) -> Line:
    """One sheet with mistakes for everybody, one answer of it changed now and then."""
    line = _sheets(random)
    mistakes = random.sample(range(10), 3)
    near = random.choice([0.0, 0.5])
    for sheet in line["attempts"]:
        wrong = set(mistakes)
        if random.random() < near:
            wrong ^= {random.randrange(10)}
        for question, answer in enumerate(sheet["answers"]):
            answer["chosen"] = "C" if question in wrong else "A"
        sheet["score"] = 100 - 10 * len(wrong)
    line["certificates"] = []
    return line


def dealt_scores(random: Random) -> Line:
    """Everybody has ninety, each with another mistake."""
    line = _sheets(random)
    for sheet in line["attempts"]:
        wrong = random.randrange(10)
        for question, answer in enumerate(sheet["answers"]):
            answer["chosen"] = random.choice("BCD") if question == wrong else "A"
        sheet["score"] = 90
    certify(line)
    return line


def unread(random: Random) -> Line:
    line = bare(random, 40)
    come(line, random)
    examine(line, random, pace=(0.2, 0.8))
    return line


def never_a_slip(random: Random) -> Line:
    line = bare(random, 80)
    come(line, random, 1)
    examine(line, random, questions=20, right=1)
    return line


def certified_early(random: Random) -> Line:
    line = ordinary(random)
    early = random.sample(line["certificates"], random.randrange(1, len(line["certificates"])))
    for one in early:
        one["issued_at"] = at(over(line), -random.uniform(300, 2400))
    return line


def entered_before_the_deadline(random: Random) -> Line:
    """One trainer, thirty people, two hours before the day is over."""
    line = bare(random, 45)
    come(line, random, 0.3)
    deadline = datetime(2026, 12, 1, tzinfo=ZONE)
    missing = [
        person["person_id"] for person in line["roster"] if person["person_id"] not in {e["person_id"] for e in line["events"]}
    ]
    for who in missing:
        recorded = at(deadline, -7200 + random.uniform(-600, 600))
        arrive(line, who, 0, "backfill", recorded_at=recorded, by_person_id=line["roster"][1]["person_id"])
    return line


def more_than_there_are(random: Random) -> Line:
    line = ordinary(random, 40)
    for number in range(random.randrange(16, 28)):  # more than were absent, and by far
        arrive(line, f"{line['lecture_id']}-guest{number}", random.uniform(-600, 0))
    return line


def mended_at_night(random: Random) -> Line:
    line = ordinary(random)
    for _ in range(random.randrange(3, 9)):
        night = datetime(2026, 11, 14, 1, random.randrange(60), tzinfo=ZONE)
        line["edits"].append({"at": night.isoformat(), "by_person_id": "t", "what": "补录签到", "reason": "漏签"})
    return line


def known_in_advance(random: Random) -> Line:
    """On record before it happened."""
    line = ordinary(random)
    for event in line["events"]:
        event["recorded_at"] = at(START, -7200)
    return line


def after_it_was_over(random: Random) -> Line:
    line = bare(random, 30)
    for person in line["roster"]:
        arrive(line, person["person_id"], 5 * 3600 + random.uniform(0, 900))
    return line


def in_and_out(random: Random) -> Line:
    line = bare(random, 30)
    for person in line["roster"]:
        arrive(line, person["person_id"], random.uniform(-300, 300))
    for event in list(line["events"]):
        gone = at(datetime.fromisoformat(event["scanned_at"]), random.uniform(20, 300))
        line["events"].append(event | {"kind": "out", "scanned_at": gone, "recorded_at": gone, "step": None})
    return line


def made_up_later(random: Random) -> Line:
    line = ordinary(random)
    line["created_at"] = at(datetime(2026, 11, 30, tzinfo=ZONE), random.uniform(0, 80_000))
    return line


FAKES: dict[str, tuple[Callable[[Random], Line], str]] = {
    maker.__name__: (maker, code)
    for maker, code in (
        (on_few_phones, "few_devices"),
        (leaders_phone_for_all, "few_devices"),
        (in_a_burst, "burst"),
        (tapped_through, "burst"),
        (one_code, "one_step"),
        (as_listed, "roster_order"),
        (too_short, "short"),
        (by_somebody_else, "not_head"),
        (copied_answers, "same_answers"),
        (dealt_scores, "same_scores"),
        (unread, "fast_answers"),
        (never_a_slip, "all_full"),
        (certified_early, "early_certificate"),
        (entered_before_the_deadline, "backfilled"),
        (more_than_there_are, "more_than_roster"),
        (mended_at_night, "night_edits"),
        (known_in_advance, "recorded_before"),
        (after_it_was_over, "outside"),
        (in_and_out, "short_stay"),
        (made_up_later, "made_afterwards"),
    )
}


# Pairs: two lines of one file


def photo_again(random: Random) -> tuple[Line, Line]:
    """A photo of another firm, sent again after another compression: other bytes, a few bits of its print."""
    one, two = ordinary(random), ordinary(random)
    bits = random.sample(range(64), random.randrange(0, 7))
    print_ = int(one["photos"][0]["phash"], 16)
    for bit in bits:
        print_ ^= 1 << bit
    sha = hexes(random, 64) if bits else one["photos"][0]["sha256"]
    two["photos"][1] |= {"sha256": sha, "phash": f"{print_:016x}", "uploaded_at": at(START, 86_400)}
    return one, two


def lecturer_twice(random: Random) -> tuple[Line, Line]:
    one, two = ordinary(random), ordinary(random)
    who = one["head_person_id"]
    shift = random.uniform(-1500, 1500)
    two |= {"lecturer_person_id": who, "head_person_id": who}
    two["actual"] = {"starts_at": at(START, shift), "ends_at": at(START, shift + 3600)}
    two["lecturer_marks"] = [
        {"at": at(START, shift), "kind": "start", "method": "own_phone"},
        {"at": at(START, shift + 3600), "kind": "end", "method": "own_phone"},
    ]
    return one, two


def people_twice(random: Random) -> tuple[Line, Line]:
    """Half of one lecture's people are written down in another one of the firm at the time."""
    one, two = ordinary(random), bare(random, 30)
    two["enterprise_id"], two["roster"], two["expected"] = one["enterprise_id"], one["roster"], one["expected"]
    two["headcount"] = one["headcount"]
    two["head_person_id"] = two["lecturer_person_id"] = one["roster"][1]["person_id"]
    for person in one["roster"][:20]:
        arrive(two, person["person_id"], random.uniform(-60, 60), "paper", recorded_at=at(START, 7200))
    return one, two
