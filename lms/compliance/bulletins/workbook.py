"""A bulletin as a workbook (xlsx), and the columns of its lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lms.compliance.bulletins.rules import (
    FOUND,
    OWED,
    Firm,
    Frozen,
    Hazard,
    Paper,
    SatIn,
    Signal,
    counted,
    firms_known_by,
    heading,
    listed,
    sat_in,
    sat_rows,
    standing,
)
from lms.compliance.rules import place_word
from lms.core import clock, sheets
from lms.core.sheets import Column, Share, Sheet, xlsx

_WHO = (
    Column("企业", 36), Column("统一社会信用代码", 22), Column("街道", 18), Column("行业", 14), Column("责任人", 12),
)  # fmt: skip
STATES = {"not_started": "未开讲", "planned": "已计划", "lectured": "已开讲，未达标", "completed": "已完成"}


def workbook(paper: Paper) -> bytes:
    """汇总, 覆盖矩阵, each list, 企业说明, and every enterprise. The same paper gives the same bytes."""
    frozen = paper.frozen
    first = f"数据截至 {clock.moment(frozen.as_of)}"
    about = (first, f"{frozen.area} · {paper.title} · {standing(paper)}")
    grid = [Column(place_word(code for code, _name, _cells in paper.grid.rows), 18)]
    for name in paper.grid.columns:
        grid += [Column(f"{name} 已开讲", 11), Column(f"{name} 应开讲", 11)]
    cells: list[Sequence[sheets.Cell]] = [
        (name, *(number for cell in row for number in cell)) for _code, name, row in paper.grid.rows
    ]
    names = (*_WHO, Column("情况", 50))
    named: list[Sheet] = [
        Sheet(
            part.title,
            names,
            [(f.name, f.uscc, f.street, f.industry, f.officer, said) for f, said in part.rows],
            (heading(part), first),
        )
        for part in (paper.praised, *paper.lists)
        if part.number
    ]
    replies: list[Sequence[sheets.Cell]] = [
        (name, code, said.reply, said.answer, said.told_on) for name, code, said in paper.replies
    ]
    said = (
        Column("企业", 36),
        Column("统一社会信用代码", 22),
        Column("企业的说明", 60),
        Column("答复", 40),
        Column("告知日期", 13),
    )
    seen = [one for name in (FOUND, OWED) for one in sat_in(frozen, name)]
    book = (
        Sheet(
            "汇总",
            (Column("指标", 22), Column("分子", 12), Column("分母", 12), Column("比率", 10), Column("说明", 80)),
            _figures(paper),
            about,
        ),
        Sheet("开讲进度", (Column("到这一天", 13), Column("已开讲企业", 12)), paper.trend, about),
        Sheet("覆盖矩阵", grid, cells, about),
        *named,
        *((Sheet("企业说明", said, replies, about),) if replies else ()),
        *([Sheet("重大隐患", HAZARD, [hazard_cells(one) for one in frozen.hazards], about)] if frozen.hazards else []),
        *([Sheet("签到来源", known_columns(frozen), known_cells(frozen), about)] if paper.known else []),
        *([Sheet("信号", SIGNAL, [signal_cells(one) for one in frozen.signals], about)] if frozen.signals else []),
        *([Sheet("旁听点评", SAT, [sat_cells(frozen, one) for one in seen], about)] if seen else []),
        Sheet("企业名单", FIRM, [firm_cells(one) for name in ("asked", "exempt") for one in listed(frozen, name)], about),
    )
    return xlsx(book, title=paper.title, author=frozen.bureau, created_at=frozen.as_of)


def _figures(paper: Paper) -> list[Sequence[sheets.Cell]]:
    """Rows of 汇总: every figure with what it is a share of, and how it was counted."""
    rates: list[Sequence[sheets.Cell]] = [(label, n, d, Share(n, d), unit) for _name, label, n, d, unit in paper.rates]
    rates += [(f"{name} 开讲率", n, d, Share(n, d), "家") for name, n, d in paper.bars]
    rates += [
        (part.title, part.number, None, None, f"其中 {part.struck} 家不列名" if part.struck else "家") for part in paper.lists
    ]
    rates += [(f"重大隐患 {title}", number, None, None, "条") for _key, title, number in paper.hazards]
    rates += [(f"信号 {title}", number, None, None, "条") for _key, title, number in paper.signals]
    marks = sum(number for _code, _word, number in paper.known)
    rates += [(f"签到记录 {how}", number, marks, Share(number, marks), "条") for _code, how, number in paper.known]
    if sat := paper.sat:
        rates += [("旁听的课", sat.lectures, None, None, "堂"), ("旁听的企业", sat.firms, None, None, "家")]
        rates += [("旁听点评", sat.number, None, None, "次"), ("待点评", len(sat.owed), None, None, "家，是我局要做的事")]
        rates += [(f"旁听点评 {name}", number, None, None, "次") for _id, name, number in sat.officers]
        rates += [(f"{title} {text}", n, sat.number, Share(n, sat.number), "次") for title, _at, text, n in sat_rows(paper)]
    rates += [("怎么算的", None, None, None, line) for line in counted(paper)]
    rates.append(("数据快照", None, None, None, f"SHA-256 {paper.setting.data_sha256}"))
    return rates


FIRM = (
    *_WHO, Column("情况", 16), Column("截止日期", 13), Column("开讲日期", 13), Column("讲课分钟", 10), Column("应到", 8),
    Column("实到", 8), Column("参考", 8), Column("合格", 8), Column("备注", 40),
)  # fmt: skip


def firm_cells(firm: Firm, say: Callable[[str], str] = str) -> Sequence[sheets.Cell]:
    """A row under FIRM. say: our words in the language of whoever reads it; a bulletin itself has them as they were frozen."""
    state = "免除" if firm.exempt else STATES[firm.state]
    who = (firm.name, firm.uscc, firm.street, say(firm.industry), firm.officer, say(state))
    people = (firm.expected, firm.attended, firm.examined, firm.passed)
    return (
        *who,
        firm.due_on,
        firm.lectured_on,
        firm.minutes,
        *people,
        say("；").join(filter(None, (firm.note, firm.exempt, firm.doubt))),
    )


HAZARD = (
    Column("企业", 36), Column("街道", 18), Column("判定条目", 44), Column("地点", 24), Column("发现日期", 13),
    Column("走到哪一步", 12), Column("期限", 13), Column("关闭日期", 13),
)  # fmt: skip


def hazard_cells(one: Hazard, say: Callable[[str], str] = str) -> Sequence[sheets.Cell]:
    """A row under HAZARD. say: as above."""
    return (one.name, one.street, one.clause, one.place, one.found_on, say(one.rung), one.due_on, one.closed_on)


SIGNAL = (
    Column("企业", 36), Column("街道", 18), Column("责任人", 12), Column("信号", 26),
    Column("提出日期", 13), Column("核实日期", 13),
)  # fmt: skip


def signal_cells(one: Signal, say: Callable[[str], str] = str) -> Sequence[sheets.Cell]:
    """A row under SIGNAL. say: as above."""
    return (one.name, one.street, one.officer, say(one.what), one.raised_on, one.closed_on)


SAT = (
    Column("企业", 36), Column("街道", 18), Column("旁听的人", 12),
    Column("讲完日期", 13), Column("点评日期", 13), Column("看到的", 60),
)  # fmt: skip


def sat_cells(frozen: Frozen, one: SatIn, say: Callable[[str], str] = str) -> Sequence[sheets.Cell]:
    """A row under SAT. say: as above."""
    words = {code: text for side in frozen.dimensions for code, text in side.facts}
    seen = say("；").join(say(words[code]) for code in one.facts if code in words) if one.found_on else say("待点评")
    return (one.name, one.street, one.officer, one.held_on, one.found_on, seen)


def known_columns(frozen: Frozen) -> Sequence[Column]:
    """A column for each way in which a check-in is known."""
    return (*_WHO, *(Column(how, 8) for _code, how in frozen.trusts))


def known_cells(frozen: Frozen, trust: str = "", say: Callable[[str], str] = str) -> list[Sequence[sheets.Cell]]:
    """Rows under known_columns(), of the enterprises behind a number of check-ins. say: as above."""
    return [
        (
            firm.name,
            firm.uscc,
            firm.street,
            say(firm.industry),
            firm.officer,
            *((firm.known or {}).get(code, 0) for code, _how in frozen.trusts),
        )
        for firm in firms_known_by(frozen, trust)
    ]
