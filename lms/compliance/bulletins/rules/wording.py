"""The words a bulletin begins with, which its author changes, and what is said of each enterprise it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta

from lms.compliance.bulletins.rules.counting import matrix, total
from lms.compliance.bulletins.rules.frozen import Firm, Frozen

SECTIONS = ("lead", "praise", "problems", "next")  # 导语, 表扬, 问题, 下一步: in the order they are printed
LONG_ENOUGH = 4  # characters of a name that is looked for in the words
FEW = 5  # firms of a cell from which on it is worth a sentence


def first_words(frozen: Frozen) -> dict[str, str]:
    """What each section says before anybody has written in it; every number in it is one of the tables."""
    sums = total(frozen).firms
    asked, lectured, late = sums["asked"], sums["lectured"], sums["overdue"]
    left = sums["not_lectured"]
    lead = f"{frozen.area} {asked:,} 家应开讲的企业，{lectured:,} 家已经开讲"
    lead += f"，还差 {left:,} 家" if left else "，全部讲完"
    lead += f"，其中 {late:,} 家已过截止日期。" if late else "。"
    week = sum(
        1 for firm in frozen.firms if firm.lectured_on and firm.lectured_on > frozen.day - timedelta(days=7) and firm.lectured
    )
    lead += f"最近七天新增 {week:,} 家。" if week else ""
    lead += _slowest(frozen)
    if sums["doubtful"]:
        lead += f"{sums['doubtful']:,} 家的记录正在核实，先算在内，核实前不下结论。"
    if sums["exempt"]:
        lead += f"另有 {sums['exempt']:,} 家经批准免除，不计入。"
    problems = [
        text
        for number, text in (
            (late, f"{late:,} 家过了截止日期仍未开讲"),
            (sums["not_head"], f"{sums['not_head']:,} 家不是主要负责人本人讲"),
            (sums["too_short"], f"{sums['too_short']:,} 家讲课时长不够"),
        )
        if number
    ]
    steps = []
    if late:
        steps.append(f"{late:,} 家逾期企业由监管责任人逐家联系，问清原因，定下开讲日期。")
    if left - late:
        steps.append(f"{'其余' if late else '还没开讲的'} {left - late:,} 家在各自的截止日期前讲完。")
    return {
        "lead": lead,
        "praise": _done_places(frozen),
        "problems": "；".join(problems) + "。" if problems else "",
        "next": "\n".join(steps),
    }


def why(firm: Firm, name: str, frozen: Frozen) -> str:
    """What is said of an enterprise in a list: only what the data hold."""
    if name == "overdue":
        days = f"逾期 {(frozen.day - firm.due_on).days} 天"
        return f"{days}；{firm.note}" if firm.note else days
    if name == "praised":
        people = f"应到 {firm.expected:,} 人，实到 {firm.attended:,} 人，合格 {firm.passed:,} 人"
        return f"{firm.lectured_on} 开讲，{people}" if firm.lectured_on else people
    if name == "doubtful":
        return f"{firm.doubt}（正在核实，不下结论）"
    return firm.note


def unheard(frozen: Frozen, words: Mapping[str, str], heard: Collection[str]) -> list[str]:
    """Enterprises whose names stand in the words and that are not among those (ids) who are heard. A name of a few characters
    may be a word like any other and is passed over, and so is one that is only a part of a longer one.
    """
    text = "\n".join(words.values())
    there = [firm for firm in frozen.firms if len(firm.name) >= LONG_ENOUGH and firm.name in text]
    found = []
    for firm in sorted(there, key=lambda firm: -len(firm.name)):
        if firm.name in text:
            text = text.replace(firm.name, " ")
            found += [] if firm.id in heard else [firm.name]
    return found


def places_named(frozen: Frozen, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """(code, name) of the places of the matrix that the words name by themselves, not within the name of an enterprise; the
    area and the bureau of the bulletin are not told of what they say themselves.
    """
    text = "\n".join(words.values())
    for name in sorted({firm.name for firm in frozen.firms if firm.name in text}, key=len, reverse=True):
        text = text.replace(name, " ")
    places = {firm.place_code: firm.place for firm in frozen.firms if firm.place not in ("", frozen.area, frozen.bureau)}
    found = []
    for code, name in sorted(places.items(), key=lambda place: (-len(place[1]), place[0])):
        if name in text:
            found.append((code, name))
            text = text.replace(name, " ")
    return sorted(found)


def sentences(words: Mapping[str, str], name: str) -> str:
    """What the words say where they name a place, one sentence after the other."""
    ends = re.compile(r"[^。\n]*(?:。|$)", re.MULTILINE)
    told = [each.strip() for section in SECTIONS for each in ends.findall(words.get(section, "")) if name in each]
    return "".join(each if each.endswith("。") else f"{each}。" for each in told)


def _slowest(frozen: Frozen) -> str:
    """The cell with the lowest rate of those with enough enterprises to speak of."""
    grid = matrix(frozen)
    cells = [
        (cell[0] / cell[1], -cell[1], name, industry, cell)
        for _code, name, row in grid.rows[:-1]
        for industry, cell in zip(grid.columns[:-1], row[:-1], strict=True)
        if cell[1] >= FEW and cell[0] < cell[1]
    ]
    if not cells:
        return ""
    _share, _number, name, industry, (lectured, asked) = min(cells)
    return f"{name}「{industry}」行业的企业最慢，{asked:,} 家里讲了 {lectured:,} 家。"


def _done_places(frozen: Frozen) -> str:
    done = [name for _code, name, row in matrix(frozen).rows[:-1] if row[-1][0] == row[-1][1]]
    return f"{'、'.join(done)}应开讲的企业已全部开讲。" if done else ""
