"""What a bulletin says follows from its frozen lines alone, and every figure is as long as its list."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from random import Random
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lms.compliance.bulletins import printing
from lms.compliance.bulletins.rules import (
    FOUND,
    LISTS,
    NAMING,
    OWED,
    SIGNALS,
    Anchor,
    Dimension,
    Firm,
    Frozen,
    Hazard,
    Mention,
    Paper,
    SatIn,
    Setting,
    Signal,
    firms_known_by,
    first_words,
    frozen_from,
    listed,
    paper,
    perils,
    places_named,
    sat_in,
    sentences,
    signals,
    to_text,
    unheard,
)  # fmt: skip
from lms.compliance.bulletins.workbook import workbook
from lms.compliance.rules import Reason, StandingState
from tests.paper import cut_off

DAY = date(2026, 11, 23)
DUE = date(2026, 11, 14)
PLACES = {"430602001": "站前街道", "430602002": "城陵矶街道", "430602003": "梅溪街道"}
INDUSTRIES = ("工贸", "烟花爆竹", "建筑施工")


TRUSTS = (("live", "现场"), ("offline", "离线"), ("paper", "纸质"), ("backfill", "补录"))
SIDES = (Dimension("组织好", (("whole", "全程在场"), ("own", "签到是本人"))), Dimension("讲得好", (("risks", "讲了风险点"),)))


def frozen_of(*firms: Firm, **besides: object) -> Frozen:
    return Frozen(
        campaign="企业主要负责人讲安全课", starts_on=date(2026, 10, 1), due_on=DUE, bureau="岳阳楼区", area="岳阳楼区",
        as_of=datetime(2026, 11, 23, 8, tzinfo=UTC), day=DAY, rule_lines=("开讲率 = 已开讲的企业 ÷ 应开讲的企业。",),
        industries=INDUSTRIES, anchor=Anchor(1, 12, "0" * 64), firms=firms, **besides,
    )  # fmt: skip


def besides(random: Random, firms: Sequence[Firm]) -> dict[str, object]:
    """Hazards, signals and sitting in of these enterprises, as they may stand."""

    def day(chance: float = 1.0) -> date | None:
        return DAY - timedelta(days=random.randint(0, 60)) if random.random() < chance else None

    def who() -> dict[str, object]:
        one = random.choice(firms)
        return {"firm_id": one.id, "name": one.name, "street": one.street}

    def about(most: int) -> range:
        return range(random.randint(0, most) if firms else 0)

    codes = [code for side in SIDES for code, _words in side.facts]
    hazards = [
        Hazard(
            **who(), id=f"h{at}", clause=f"第 {at} 条", place="筒仓", rung="整改", found_on=day(), due_on=day(),
            over=(closed := day(0.5)) is not None or random.random() < 0.1, closed_on=closed,
        )
        for at in about(12)
    ]  # fmt: skip
    signals = [
        Signal(**who(), lecture_id=f"l{at}", officer="李强", what="签到快得不可能", raised_on=day(), closed_on=day(0.5))
        for at in about(12)
    ]
    sat_in = [
        SatIn(
            **who(), lecture_id=f"l{random.randint(0, 9)}", officer_id=(officer := random.choice("12")), officer=f"王敏{officer}",
            held_on=day(0.9), found_on=(found_on := day(0.7)),
            facts=tuple(one for one in codes if found_on and random.random() < 0.5),
        )
        for _at in about(15)
    ]  # fmt: skip
    return {
        "hazards": tuple(hazards), "signals": tuple(signals), "sat_in": tuple(sat_in), "trusts": TRUSTS, "dimensions": SIDES,
    }  # fmt: skip


def firm(number: int, **other: object) -> Firm:
    values = {
        "id": f"{number:04}", "name": f"第 {number} 家企业", "uscc": f"T{number:017}", "place_code": "430602001",
        "place": "站前街道", "street": "站前街道", "industry": "工贸", "officer": "李强", "state": StandingState.NOT_STARTED,
        "due_on": DUE,
    }  # fmt: skip
    return Firm(**values | other)


@some.composite
def firms(draw, number: int) -> Firm:
    state = draw(some.sampled_from(list(StandingState)))
    lectured = state in (StandingState.LECTURED, StandingState.COMPLETED)
    code = draw(some.sampled_from(list(PLACES)))
    expected = draw(some.integers(0, 200)) if lectured else 0
    attended = draw(some.integers(0, expected))
    examined = draw(some.integers(0, attended))
    held_on = DAY - timedelta(days=draw(some.integers(0, 60)))
    return firm(
        number, state=state, place_code=code, place=PLACES[code], street=PLACES[code], expected=expected, attended=attended,
        industry=draw(some.sampled_from(INDUSTRIES)), due_on=DAY + timedelta(days=draw(some.integers(-20, 20))),
        lectured_on=held_on if lectured and draw(some.booleans()) else None,
        examined=examined, passed=draw(some.integers(0, examined)), reason=draw(some.sampled_from(["", *Reason])),
        doubt="有信号" * draw(some.booleans()), exempt="免除到 2026-12-31" * draw(some.booleans()) if not lectured else "",
    )  # fmt: skip


@settings(max_examples=20)
@given(some.data())
def test_every_figure_is_as_long_as_its_list(data):
    check(frozen_of(*(data.draw(firms(at)) for at in range(data.draw(some.integers(0, 25))))))


def test_in_a_thousand_random_data_sets_no_figure_differs_from_its_list():
    for number in range(1_000):
        firms = [by_chance(Random(f"{number} {at}"), at) for at in range(number % 26)]
        check(frozen_of(*firms, **besides(Random(f"{number}"), firms)))


def by_chance(random: Random, number: int) -> Firm:
    """An enterprise as it may stand, faster than hypothesis draws one."""
    state, code = random.choice(list(StandingState)), random.choice(list(PLACES))
    lectured = state in (StandingState.LECTURED, StandingState.COMPLETED)
    counts = sorted((random.randint(0, 200) for _count in range(4)), reverse=True) if lectured else [0] * 4
    return firm(
        number, state=state, place_code=code, place=PLACES[code], street=PLACES[code], industry=random.choice(INDUSTRIES),
        due_on=DAY + timedelta(days=random.randint(-20, 20)), reason=random.choice(["", *Reason]),
        lectured_on=DAY - timedelta(days=random.randint(0, 60)) if lectured and random.random() < 0.5 else None,
        doubt=random.choice(["", "有信号"]), exempt="" if lectured else random.choice(["", "免除到 2026-12-31"]),
        **dict(zip(("expected", "attended", "examined", "passed"), counts, strict=True)),
        known={code: random.randint(1, 90) for code, _word in TRUSTS if lectured and random.random() < 0.6},
    )  # fmt: skip


def check(frozen: Frozen) -> None:
    """Every figure of a bulletin is the length of its list, every total the sum of its cells."""
    praised = [one.id for one in frozen.firms if one.lectured][:3]
    struck = {one.id: Mention(struck="核实后属实") for one in frozen.firms[::4]}

    printed = paper(frozen, Setting(words=first_words(frozen), lists=NAMING, praised=praised, mentions=struck))

    assert printed.totals.firms == {name: len(listed(frozen, name)) for name in LISTS}
    for code, _name, cells in printed.grid.rows:
        for at, (lectured, asked) in enumerate(cells):
            industry = (*INDUSTRIES, "")[at]
            assert lectured == len([one for one in listed(frozen, "lectured", code, industry) if not one.exempt])
            assert asked == len(listed(frozen, "asked", code, industry))
    assert printed.rates[0][2:4] == printed.grid.rows[-1][2][-1]
    assert printed.trend[-1] == (DAY, printed.totals.firms["lectured"])
    assert [number for _day, number in printed.trend] == sorted(number for _day, number in printed.trend)
    for part in (printed.praised, *printed.lists):
        assert part.number == len(part.rows) + part.struck
    assert {part.name: part.number for part in printed.lists} == {name: len(listed(frozen, name)) for name in NAMING}
    assert sum(asked for _name, _lectured, asked in printed.bars) == printed.totals.firms["asked"]
    if frozen.sat_in is not None:
        check_besides(frozen, printed)


def check_besides(frozen: Frozen, printed: Paper) -> None:
    """The same of hazards, signals, check-ins and sitting in."""
    closed, counted = printed.rates[-1][2:4]
    assert (closed, counted) == (len(perils(frozen, "closed")), len(perils(frozen, "counted")))
    assert closed + len(perils(frozen, "open")) == counted
    assert {key: number for key, _title, number in printed.hazards} == {
        key: len(perils(frozen, key)) for key in ("found", "closed", "open", "late")
    }
    assert [number for _key, _title, number in printed.signals] == [len(signals(frozen, key)) for key in SIGNALS]
    assert {code: number for code, _word, number in printed.known} == {
        code: number for code, _word in TRUSTS if (number := sum((one.known or {})[code] for one in firms_known_by(frozen, code)))
    }
    assert len(firms_known_by(frozen, "")) == len([one for one in frozen.firms if one.known])
    sat = printed.sat
    assert sat is not None and sat.number == len(sat_in(frozen, FOUND)) == sum(number for *_who, number in sat.officers)
    assert {key: number for key, _name, number in sat.officers} == {
        key: len(sat_in(frozen, FOUND, key)) for key in {one.officer_id for one in sat_in(frozen, FOUND)}
    }
    for at, _title, number, facts in sat.dimensions:
        assert number == len(sat_in(frozen, FOUND, dimension=at))
        assert [times for _code, _words, times in facts] == [len(sat_in(frozen, FOUND, fact=code)) for code, *_rest in facts]
        assert all(times <= number <= sat.number for _code, _words, times in facts)
    assert set(sat.owed) == {one.name for one in sat_in(frozen, OWED)} and len(set(sat.owed)) == len(sat.owed)


@settings(max_examples=10)
@given(some.data())
def test_frozen_data_come_back_the_same_to_the_byte(data):
    drawn = [data.draw(firms(at)) for at in range(4)]
    frozen = frozen_of(*drawn, **data.draw(some.sampled_from([besides(Random(1), drawn), {}])))
    text = to_text(frozen)

    again = frozen_from(text)

    assert again == frozen
    assert to_text(again) == text
    assert first_words(again) == first_words(frozen)


def test_the_first_words_name_only_what_the_tables_hold():
    given_ = [firm(at, state=StandingState.COMPLETED, lectured_on=DAY - timedelta(days=at)) for at in range(5)]
    late = [firm(at, note="只讲了 21 分钟，要求 60 分钟", reason=Reason.TOO_SHORT) for at in range(5, 8)]

    words = first_words(frozen_of(*given_, *late, firm(9, due_on=DAY + timedelta(days=3)), firm(10, exempt="免除到 2026-12-31")))

    assert words["lead"] == (
        "岳阳楼区 9 家应开讲的企业，5 家已经开讲，还差 4 家，其中 3 家已过截止日期。最近七天新增 5 家。"
        "站前街道「工贸」行业的企业最慢，9 家里讲了 5 家。另有 1 家经批准免除，不计入。"
    )
    assert words["problems"] == "3 家过了截止日期仍未开讲；3 家讲课时长不够。"
    assert words["next"].splitlines()[1] == "其余 1 家在各自的截止日期前讲完。"


def test_words_name_nobody_who_is_not_heard():
    names = ("湘粮油脂", "湘粮油脂有限公司", "鸿运物流园", "工贸")
    frozen = frozen_of(*(firm(number, name=name) for number, name in enumerate(names, 1)))
    words = {"lead": "湘粮油脂有限公司和鸿运物流园没有讲。", "problems": "工贸企业最慢。"}
    assert unheard(frozen, words, ["0002"]) == ["鸿运物流园"]
    assert unheard(frozen, words | {"next": "联系湘粮油脂。"}, ["0002", "0003"]) == ["湘粮油脂"]


def test_words_name_a_place_only_where_they_mean_it_and_say_of_it_whole_sentences():
    streets = [firm(at, name=f"{place}食品厂", place_code=code, place=place) for at, (code, place) in enumerate(PLACES.items())]
    frozen = frozen_of(*streets)
    words = {"lead": "岳阳楼区开讲了。梅溪街道最慢，站前街道食品厂没有讲。", "next": "梅溪街道\n每周报一次"}
    assert places_named(frozen, words) == [("430602003", "梅溪街道")]
    assert sentences(words, "梅溪街道") == "梅溪街道最慢，站前街道食品厂没有讲。梅溪街道。"


EXAMPLE = frozen_of(
    firm(1, name="城南<建筑>劳务公司", note="讲课人不是主要负责人", reason=Reason.NOT_HEAD),
    firm(
        2,
        name="=HYPERLINK(1)食品厂",
        state=StandingState.COMPLETED,
        lectured_on=DAY,
        expected=103,
        attended=98,
        examined=98,
        passed=90,
    ),
    firm(3, name="鸿运物流园", industry="建筑施工", place_code="430602002", place="城陵矶街道", doubt="41 人的签到来自 2 部手机"),
)
EXAMPLE = replace(EXAMPLE, anchor=replace(EXAMPLE.anchor, at=datetime(2026, 12, 1, 1, 30, tzinfo=UTC)))
PRINTED = paper(
    EXAMPLE,
    Setting(
        words=first_words(EXAMPLE) | {"praise": "讲得早。"}, lists=("overdue", "not_head", "doubtful"), praised=("0002",),
        mentions={
            "0001": Mention(told_on=DAY, reply="当天负责人住院 😀，已补讲。", answer="已核实"),
            "0003": Mention(struck="系重名", reached=False),
        },
        data_sha256="ab" * 32, address="http://anke.test/bulletins/1",
    ),
)  # fmt: skip


def test_paper_document_and_workbook_say_the_same(tmp_path):
    (tmp_path / "a.pdf").write_bytes(printing.bulletin_pdf(PRINTED))
    on_paper = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert cut_off((tmp_path / "a.pdf").read_bytes()) == []
    with zipfile.ZipFile(BytesIO(printing.document(PRINTED))) as package:
        parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
    in_document = "\n".join(node.text or "" for node in parts["word/document.xml"].iter() if node.tag.endswith("}t"))
    book = openpyxl.load_workbook(BytesIO(workbook(PRINTED)))
    in_book = "\n".join(
        str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell is not None
    )

    for fact in (
        "征求意见稿，未签发，不得引用", "98 / 103", "90 / 98", "逾期 9 天", "城南<建筑>劳务公司", "当天负责人住院", "已核实",
        "逾期没开讲", "其中 1 家没有开通账号，系统没有通知到", "abababababababab", "链头摘要",
        "取数时（2026-12-01 09:30），这些企业有 1 条记录链", "=HYPERLINK(1)食品厂",
    ):  # fmt: skip
        for where, text in (("pdf", on_paper), ("docx", in_document)):
            assert fact in re.sub(r"\s*\n\s*", "", text) or fact in re.sub(r"\s+", " ", text), (where, fact)
    for fact in ("城南<建筑>劳务公司", "当天负责人住院", "逾期没开讲 2 家，其中 1 家核实后不列名", "ab" * 32):
        assert fact in in_book
    assert [cell.value for cell in book["汇总"][4]][:3] == ["开讲率", 1, 3]
    assert len(list(book["企业名单"].iter_rows(min_row=4))) == 3
    assert (book["表扬"]["A4"].data_type, book["表扬"]["A4"].value) == ("s", "=HYPERLINK(1)食品厂")


def test_the_same_paper_gives_the_same_bytes():
    again = paper(frozen_from(to_text(EXAMPLE)), PRINTED.setting)

    assert printing.document(again) == printing.document(PRINTED)
    assert workbook(again) == workbook(PRINTED)
    assert printing.bulletin_html(again) == printing.bulletin_html(PRINTED)


def test_a_correction_and_its_signers_stand_on_the_paper():
    setting = replace(
        PRINTED.setting, number="2026 年第 3 期", version=2, correction="把食品厂的合格人数写错了。", published_on=DAY,
        signers=(("王敏", DAY), ("李强", DAY)),
    )  # fmt: skip

    html = printing.bulletin_html(paper(EXAMPLE, setting))

    assert "2026 年第 3 期（第 2 版） · 2026-11-23" in html
    assert "更正说明</b>　把食品厂的合格人数写错了。" in html
    assert "王敏 2026-11-23，李强 2026-11-23" in html
    assert "征求意见稿" not in html


@pytest.mark.parametrize("text", ["{}", "[]", '{"about":{},"firms":[]}', '{"about":{},"firms":[{"id":"1","evil":2}]}'])
def test_what_is_no_frozen_data_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        frozen_from(text)
