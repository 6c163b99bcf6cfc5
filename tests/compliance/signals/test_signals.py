"""Honest lectures stay calm, fakes are named: over lectures as anybody could write them into a file."""

from __future__ import annotations

import json
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.compliance.signals.files import Evaluated, evaluated
from lms.compliance.signals.rules import RULES, SERIOUS
from lms.compliance.signals.rules.signal import agreement, at_least, limits, thresholds
from lms.compliance.signals.rules.words import WORDS, sentence
from tests.compliance.signals import lectures
from tests.compliance.signals.lectures import FAKES, HONEST, Line

RANDOM = st.integers(0, 1 << 32).map(Random)
HUNDREDS = 270
PROMISED = 0.001  # the greatest chance at which a rule asks somebody to look, as docs/signals.zh.md says
SOME = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


def read(*lines: Line | str) -> list[Evaluated]:
    whole = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    return list(evaluated(BytesIO(whole.encode()), lambda _what, _lines: None))


def serious(line: Evaluated) -> set[str]:
    assert line.fault is None
    return {one.code for one in line.signals if one.level == SERIOUS}


@pytest.mark.parametrize("kind", HONEST)
@SOME
@given(random=RANDOM)
def test_an_honest_lecture_stays_free_of_serious_signals(kind: str, random: Random) -> None:
    assert serious(read(HONEST[kind](random))[0]) == set()


@SOME
@given(random=RANDOM)
def test_honest_lectures_of_one_file_do_not_accuse_each_other(random: Random) -> None:
    assert [serious(line) for line in read(*(make(random) for make in HONEST.values()))] == [set()] * len(HONEST)


def test_of_hundreds_of_honest_lectures_no_more_are_accused_than_the_thresholds_promise() -> None:
    lines = [make(Random(f"{kind} {number}")) for kind, make in HONEST.items() for number in range(HUNDREDS // len(HONEST))]
    accused = Counter(code for line in read(*lines) for code in serious(line))
    assert {code: number for code, number in accused.items() if number > len(lines) * PROMISED} == {}


@pytest.mark.parametrize("kind", FAKES)
@SOME
@given(random=RANDOM)
def test_a_fake_is_named_for_what_it_is(kind: str, random: Random) -> None:
    make, code = FAKES[kind]
    assert code in serious(read(make(random))[0])


@SOME
@given(random=RANDOM)
def test_a_photo_used_again_is_held_against_the_later_lecture_only(random: Random) -> None:
    first, second = read(*lectures.photo_again(random))
    assert "same_photo" in serious(second) and "same_photo" not in serious(first)
    assert [one.facts["lectures"] for one in second.signals if one.code == "same_photo"] == [[first.lecture_id]]


@SOME
@given(random=RANDOM)
def test_a_lecturer_in_two_places_is_named_in_both(random: Random) -> None:
    assert all("two_places" in serious(line) for line in read(*lectures.lecturer_twice(random)))


@SOME
@given(random=RANDOM)
def test_people_written_down_elsewhere_are_held_against_the_place_that_did_not_see_them(random: Random) -> None:
    seen, written = read(*lectures.people_twice(random))
    assert "person_twice" in serious(written) and "person_twice" not in serious(seen)


def test_a_firm_in_which_nobody_is_ever_absent_is_named() -> None:
    random, lines = Random(1), []
    for _ in range(8):
        line = lectures.bare(random, 70)
        lectures.come(line, random, 1)
        lines.append(line | {"enterprise_id": "E"})
    assert all("nobody_absent" in {one.code for one in line.signals if one.level == SERIOUS} for line in read(*lines))
    del lines[3]["events"][0]
    assert all("nobody_absent" not in {one.code for one in line.signals} for line in read(*lines))


def test_a_deck_that_many_show_is_only_told() -> None:
    random = Random(1)
    lines = [lectures.ordinary(random) for _ in range(3)]
    for line in lines:
        line["materials"] = [{"sha256": lectures.hexes(random, 64), "pages": 9, "text_sha256": "aa"}]
    found = [{one.code: one for one in line.signals}["same_deck"] for line in read(*lines)]
    assert [(one.level, one.facts) for one in found] == [("notice", {"lectures": 2, "firms": 2})] * 3


def test_a_question_with_a_wrong_key_makes_nobody_a_cheat() -> None:
    """Everybody misses the same question in the same way; the rest is right."""
    random = Random(1)
    line = lectures.easy_quiz(random)
    for sheet in line["attempts"]:
        sheet["answers"][2]["chosen"], sheet["score"] = "B", 80
    found = read(line)[0]
    assert serious(found) == set() and "same_answers" in {one.code for one in found.signals}


@pytest.mark.parametrize(
    "missing", ["roster", "events", "actual", "planned", "attempts", "site", "photos", "closed_at", "headcount"]
)
def test_what_is_not_known_raises_nothing(missing: str) -> None:
    """Least of all seriously: any field may be null."""
    for number, make in enumerate(HONEST.values()):
        assert serious(read(make(Random(number)) | {missing: None})[0]) == set()


@pytest.mark.parametrize("due_on", ["0001-01-01", "9999-12-25", "9999-12-31"])
def test_a_deadline_of_always_is_read_like_any_other(due_on: str) -> None:
    found = read(lectures.entered_before_the_deadline(Random(1)) | {"campaign_due_on": due_on, "created_at": "2026-12-24T10:00Z"})
    assert {one.code for one in found[0].signals} >= {"backfilled", "made_afterwards"} and "backfilled" not in serious(found[0])


def test_every_signal_has_words_and_every_threshold_a_reason_and_a_source() -> None:
    assert set(WORDS) == set(RULES) >= set(limits())
    assert all(row.why and row.source and row.unit for row in thresholds())


def test_every_sentence_is_filled_with_its_facts() -> None:
    random = Random(7)
    lines = [make(random) for make, _code in FAKES.values()] + [*lectures.photo_again(random), *lectures.people_twice(random)]
    lines += [lectures.quarry(random), *lectures.lecturer_twice(random)]
    found = [one for line in read(*lines) for one in line.signals]
    assert len({one.code for one in found}) > 20
    assert all("%" not in sentence(one).replace("% 一致", "") for one in found)


BAD = {
    "not json": "JSON",
    "[]": "对象",
    "{}": "lecture_id",
    '{"lecture_id": "x"}': "enterprise_id",
    '{"lecture_id": "x", "enterprise_id": "e", "headcount": -3}': "headcount 应当是不小于 0 的数",
    '{"lecture_id": "x", "enterprise_id": "e", "headcount": NaN}': "NaN",
    '{"lecture_id": "x", "enterprise_id": "e", "closed_at": "2026-11-12T14:30:00"}': "closed_at 应当是带时区的时间",
    '{"lecture_id": "x", "enterprise_id": "e", "events": {}}': "events 应当是列表",
    '{"lecture_id": "x", "enterprise_id": "e", "events": [3]}': "events 第 1 项应当是对象",
    '{"lecture_id": "x", "enterprise_id": "e", "events": [{"person_id": "p"}]}': "events 第 1 项的 kind 应当是",
    '{"lecture_id": "x", "enterprise_id": "e", "photos": [{"sha256": "a", "phash": "xyz"}]}': "phash 应当是 16 位十六进制数",
    '{"lecture_id": "x", "enterprise_id": "e", "actual": {"starts_at": "2026-11-12T14Z", "ends_at": "2026-11-12T13Z"}}': "早于",
    "[" * 100_000: "JSON",
    '{"lecture_id": "x", "enterprise_id": "e", "headcount": 1' + "0" * 400 + "}": "headcount 应当是不超过 1000000000000000 的数",
    '{"lecture_id": "x", "enterprise_id": "e", "headcount": 1' + "0" * 5_000 + "}": "有一个数长得离谱",
    '{"lecture_id": "\\ud83d", "enterprise_id": "e"}': "半个字符",
    '{"lecture_id": "x", "enterprise_id": "e"': "JSON（到第 41 个字符读不下去）",
}


@pytest.mark.parametrize(("line", "said"), BAD.items(), ids=range(len(BAD)))
def test_a_bad_line_is_named_and_the_others_are_evaluated(line: str, said: str) -> None:
    good = lectures.ordinary(Random(1))
    found = read(line, good, "", good)
    assert [one.number for one in found] == [1, 2, 4]
    assert said in (found[0].fault or "") and found[1].fault is None
    assert found[2].fault == "lecture_id 与第 2 行相同"


def test_the_command_prints_one_line_a_lecture_in_order_and_ends_with_1_after_a_bad_one(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from lms.cli import cli

    random = Random(3)
    lines = [lectures.on_few_phones(random), lectures.ordinary(random)]
    file = tmp_path / "lectures.jsonl"
    file.write_text(json.dumps(lines[0]) + "\n" + json.dumps(lines[1]) + "\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["signals", "evaluate", str(file), "--json"])
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0 and [one["lecture_id"] for one in answers] == [line["lecture_id"] for line in lines]
    first = answers[0]["signals"][0]
    assert (first["code"], first["level"], first["facts"]["people"]) == ("few_devices", "serious", 60)
    assert first["sentence"].startswith("60 人的签到来自")
    file.write_text("{\n" + json.dumps(lines[1]) + "\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["signals", "evaluate", str(file), "--json"])
    assert done.exit_code == 1 and "第 1 行" in done.stderr and len(done.stdout.splitlines()) == 1
    for line in BAD:
        assert not re.search("[A-Za-z]{3} [a-z]{3}", read(line)[0].fault or ""), "in the words of whoever made the file"
    file.write_text("\ufeff\n \n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["signals", "evaluate", str(file), "--json"])
    assert (done.exit_code, done.stdout) == (0, "") and "没有讲课事实" in done.stderr


def test_the_order_of_a_list_is_judged_as_kendall_says() -> None:
    """Figures by hand: 8 in order happens twice in 40,320 ways; of three the middle order in none."""
    assert agreement([[(t, t) for t in range(8)]]).chance == pytest.approx(2 / 40_320)
    assert agreement([[(0, 2), (1, 1), (2, 0)]]).tau == -1
    assert agreement([[(0, 5), (0, 6)]]).chance == 1.0
    long = agreement([[(t, t) for t in range(20)]])
    assert long.tau == 1 and long.chance < 1e-8
    assert at_least(3, 2, 0.5) == pytest.approx(0.5) and at_least(40, 0, 0.1) == 1 and at_least(2, 3, 0.5) == 0


def test_the_page_of_the_signals_names_each_with_its_thresholds_and_reasons() -> None:
    page = (Path(__file__).parents[3] / "docs" / "signals.zh.md").read_text(encoding="utf-8")
    for code, words in WORDS.items():
        assert f"### {words.title} `{code}`" in page and str(words.honest) in page
    for row in thresholds():
        assert f"| `{row.name}` | {row.value:.10g} {row.unit} | {row.why} |" in page
