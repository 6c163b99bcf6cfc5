"""A bulletin on paper (PDF), to go on editing (docx) and as a workbook (xlsx): one value, so the same figures and names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from lms.compliance.bulletins.rules import (
    FOUND,
    OWED,
    Firm,
    Frozen,
    Hazard,
    NamedList,
    Paper,
    SatIn,
    Signal,
    firms_known_by,
    listed,
    sat_in,
)
from lms.compliance.documents import due
from lms.compliance.rules import place_word
from lms.core import clock, sheets, word
from lms.core.documents import fill, render_pdf, style
from lms.core.documents.apart import print_apart
from lms.core.documents.drawing import qr
from lms.core.documents.fonts import with_boxes
from lms.core.shares import shade, share
from lms.core.sheets import Column, Share, Sheet, xlsx

MOST = 100  # names of a list on paper; a city's list is in the workbook whole
FEW = 10  # names within a sentence
WIDE, HIGH = 432, 136  # of the chart, in its own units
_WHO = (
    Column("企业", 36), Column("统一社会信用代码", 22), Column("街道", 18), Column("行业", 14), Column("责任人", 12),
)  # fmt: skip
STATES = {"not_started": "未开讲", "planned": "已计划", "lectured": "已开讲，未达标", "completed": "已完成"}


def pdf(paper: Paper) -> bytes:
    """A4 portrait with page numbers, printed in a process of its own. The same paper gives the same bytes."""
    return print_apart(bulletin_pdf, paper)


def bulletin_pdf(paper: Paper) -> bytes:
    """The same, here. A character that cannot be drawn is a box."""
    return render_pdf(with_boxes(bulletin_html(paper)), style("summary.css") + style("bulletin.css"))


def bulletin_html(paper: Paper) -> str:
    """The page, to be printed with the sheets summary.css and bulletin.css."""
    return fill(
        "bulletin.html",
        paper=paper,
        cut_off=clock.moment(paper.as_of),
        due=due(paper.frozen.due_on, paper.frozen.day),
        share=share,
        shade=shade,
        rows=[(name, cells) for _code, name, cells in paper.grid.rows],
        chart=chart(paper),
        code=qr(paper.setting.address, border=0),
        counted=counted(paper),
        standing=standing(paper),
        known=_bar(paper),
        known_words=KNOWN_WORDS,
        sat_words=sat_words(paper),
        sat_rows=sat_rows(paper),
        MOST=MOST,
    )


def _bar(paper: Paper) -> list[tuple[str, str, int, int]]:
    """(code, word, check-ins, where it begins in the bar) of each way in which they are known."""
    bar, at = [], 0
    for code, how, number in paper.known:
        bar.append((code, how, number, at))
        at += number
    return bar


def standing(paper: Paper) -> str:
    """第几期、第几版、哪天发布, or that it is a draft."""
    setting = paper.setting
    if not setting.published_on:
        return "征求意见稿，未签发，不得引用"
    version = f"（第 {setting.version} 版）" if setting.version > 1 else ""
    return f"{setting.number}{version} · {setting.published_on}"


def counted(paper: Paper) -> list[str]:
    """How the figures were counted, and by what they can be checked."""
    anchor = paper.frozen.anchor
    at = f"（{clock.moment(anchor.at)}）" if anchor.at else ""
    return [
        *paper.frozen.rule_lines,
        *heard(paper),
        *owed(paper),
        f"取数时{at}，这些企业有 {anchor.chains:,} 条记录链、{anchor.entries:,} 条记录；链头摘要 SHA-256 {anchor.digest}。",
    ]


def heard(paper: Paper) -> list[str]:
    """Who was told of what is said of them before it was published; those who could not be are not passed over."""
    mentions, places = (paper.setting.mentions or {}).values(), paper.setting.places or {}
    of_places = [f"文字里写到的{'、'.join(places)}，发布前同样可以说明。"] if places else []
    if not mentions:
        return of_places
    silent = sum(not one.reached for one in mentions)
    line = f"写到名字的 {len(mentions):,} 家企业，不论表扬还是点名，发布前可以在期限内说明，说明原样附后。"
    return [line + (f"其中 {silent:,} 家没有开通账号，系统没有通知到。" if silent else ""), *of_places]


def owed(paper: Paper) -> list[str]:
    """What the bureau itself has still to do is not passed over either."""
    names = paper.sat.owed if paper.sat else ()
    if not names:
        return []
    some = "、".join(names[:FEW]) + ("等" if len(names) > FEW else "")
    return [f"旁听了还没交点评的（待点评）{len(names):,} 家（{some}），是我局要做的事，没有算进旁听点评。"]


def chart(paper: Paper) -> dict[str, object]:
    """The trend as points of a drawing WIDE × HIGH: line, area under it, marks at the ends."""
    most = max(paper.totals.firms["asked"], 1)
    days = paper.trend
    first, last = days[0][0], max(days[-1][0], paper.frozen.due_on)
    length = max((last - first).days, 1)

    def at(day: date, number: int) -> str:
        return f"{36 + WIDE * (day - first).days / length:.1f} {16 + HIGH * (1 - number / most):.1f}"

    line = " L".join(at(day, number) for day, number in days)
    x, y = at(*days[-1]).split()
    labels = [days[0][0], days[len(days) // 2][0], days[-1][0]]
    return {
        "line": f"M{line}",
        "area": f"M{line} L{x} {16 + HIGH} L36 {16 + HIGH}Z",
        "x": x,
        "y": y,
        "number": days[-1][1],
        "levels": [(round(most * part / 4), f"{16 + HIGH * (1 - part / 4):.1f}") for part in range(5)],
        "days": [(f"{day:%m-%d}", at(day, 0).split()[0]) for day in dict.fromkeys(labels)],
        "due": at(paper.frozen.due_on, 0).split()[0] if paper.frozen.due_on >= first else None,
        "due_on": f"{paper.frozen.due_on:%m-%d}",
    }


def document(paper: Paper) -> bytes:
    """The same as a document that can be edited further. The same paper gives the same bytes."""
    frozen = paper.frozen
    return word.docx(
        _blocks(paper), title=paper.title, author=frozen.bureau, foot=f"{frozen.bureau} · 数据截至 {clock.moment(frozen.as_of)}"
    )


def _blocks(paper: Paper) -> Iterator[word.Text | word.Table]:
    frozen, setting = paper.frozen, paper.setting
    yield word.Text(frozen.bureau, "Small")
    yield word.Text(paper.title, "Title")
    yield word.Text(f"{standing(paper)} · 数据截至 {clock.moment(frozen.as_of)} · 完成期限 {frozen.due_on}", "Small")
    if setting.correction:
        yield word.Text(f"更正说明：{setting.correction}")
    yield from _words(paper, "lead")
    rows = [(label, share(n, d), f"{n:,} / {d:,} {unit}") for _name, label, n, d, unit in paper.rates]
    yield word.Table(("指标", "比率", "分子 / 分母"), rows, (4, 3, 5), frozenset({1, 2}))
    yield word.Text("开讲进度", "Heading1")
    trend = [(day.isoformat(), f"{number:,}") for day, number in paper.trend]
    yield word.Table(("到这一天", "已开讲企业"), trend, (1, 1), frozenset({1}))
    yield word.Text("分行业开讲率", "Heading1")
    bars = [(name, share(n, d), f"{n:,} / {d:,} 家", f"差 {d - n:,}") for name, n, d in paper.bars]
    yield word.Table(("行业", "开讲率", "已开讲 / 应开讲", ""), bars, (4, 2, 3, 2), frozenset({1, 2, 3}))
    yield word.Text("覆盖矩阵（已开讲 / 应开讲）", "Heading1")
    grid = [(name, *(f"{n}/{d}" if d else "—" for n, d in cells)) for _code, name, cells in paper.grid.rows]
    columns = ("", *paper.grid.columns)
    yield word.Table(columns, grid, (5, *(3 for _ in paper.grid.columns[:-1]), 4), frozenset(range(1, len(columns))))
    yield from _known(paper)
    if paper.praised.rows or setting.words.get("praise"):
        yield word.Text(heading(paper.praised) if paper.praised.number else "表扬", "Heading1")
        yield from _words(paper, "praise")
        if paper.praised.rows:
            yield from _list(paper.praised)
    if paper.lists or setting.words.get("problems"):
        yield word.Text("问题", "Heading1")
        yield from _words(paper, "problems")
        for part in paper.lists:
            if part.number:
                yield word.Text(heading(part), "Heading1")
                yield from _list(part)
    if paper.hazards:
        yield word.Text("重大隐患", "Heading1")
        counts = [(title, f"{number:,} 条") for _key, title, number in paper.hazards]
        yield word.Table(("这些企业的重大隐患", "条数"), counts, (3, 2), frozenset({1}))
    if paper.signals:
        yield word.Text(SIGNALS_HEADING, "Heading1")
        counts = [(title, f"{number:,} 条") for _key, title, number in paper.signals]
        yield word.Table(("需要核实的记录", "条数"), counts, (3, 2), frozenset({1}))
    yield from _sat(paper)
    if paper.replies:
        yield word.Text("企业和地方的说明" if paper.setting.places else "企业说明", "Heading1")
        replies = [(name, said.reply, said.answer) for name, _code, said in paper.replies]
        yield word.Table(("企业", "企业的说明", "我局答复"), replies, (3, 6, 4))
    if setting.words.get("next"):
        yield word.Text("下一步", "Heading1")
        yield from _words(paper, "next")
    yield word.Text("数据怎么算的", "Heading1")
    for line in counted(paper):
        yield word.Text(line, "Small")
    yield word.Text(f"数据快照 SHA-256 {setting.data_sha256}", "Small")
    if setting.signers:
        yield word.Text("签发：" + "，".join(f"{name} {day}" for name, day in setting.signers))


SIGNALS_HEADING, KNOWN_HEADING, SAT_HEADING = "提示核实", "签到记录怎么来的", "旁听点评"
KNOWN_WORDS = (
    "现场：当场扫码、输码或用签到机。离线：断网时签到，联网后补传，签名核对过。代签：由班组长、管理员等别人代为登记。"
    "纸质：签名表扫描录入。补录：事后录入并说明原因。"
)


def _known(paper: Paper) -> Iterator[word.Text | word.Table]:
    if paper.known:
        all_of = sum(number for _code, _word, number in paper.known)
        yield word.Text(f"{KNOWN_HEADING}（{all_of:,} 条）", "Heading1")
        rows = [(how, f"{number:,} / {all_of:,} 条", share(number, all_of)) for _code, how, number in paper.known]
        yield word.Table(("怎么来的", "条数 / 全部", "占比"), rows, (2, 3, 2), frozenset({1, 2}))
        yield word.Text(KNOWN_WORDS, "Small")


def _sat(paper: Paper) -> Iterator[word.Text | word.Table]:
    sat = paper.sat
    if sat and sat.number:
        yield word.Text(SAT_HEADING, "Heading1")
        yield word.Text(sat_words(paper))
        rows = [
            (title if at < 0 else "", text, f"{number:,} / {sat.number:,}", share(number, sat.number))
            for title, at, text, number in sat_rows(paper)
        ]
        yield word.Table(("", "看到的", "次 / 点评", "占比"), rows, (2, 6, 3, 2), frozenset({2, 3}))


def sat_words(paper: Paper) -> str:
    """旁听 12 堂课、11 家企业，点评 14 次：王敏 8 次，李强 6 次。"""
    sat = paper.sat
    if not sat:
        return ""
    by = "，".join(f"{name} {number:,} 次" for _id, name, number in sat.officers[:FEW])
    more = f"等 {len(sat.officers):,} 人" if len(sat.officers) > FEW else ""
    return f"旁听 {sat.lectures:,} 堂课、{sat.firms:,} 家企业，点评 {sat.number:,} 次：{by}{more}。"


def sat_rows(paper: Paper) -> list[tuple[str, int, str, int]]:
    """(title, -1, "有符合的", number) of each dimension, followed by (title, its place, words, number) of each fact of it."""
    rows: list[tuple[str, int, str, int]] = []
    for _at, title, number, facts in paper.sat.dimensions if paper.sat else ():
        rows.append((title, -1, "有符合的", number))
        rows += [(title, at, words, times) for at, (_code, words, times) in enumerate(facts)]
    return rows


def heading(part: NamedList) -> str:
    """逾期没开讲 14 家，其中 1 家核实后不列名."""
    struck = f"，其中 {part.struck:,} 家核实后不列名" if part.struck else ""
    return f"{part.title} {part.number:,} 家{struck}"


def _words(paper: Paper, section: str) -> Iterator[word.Text]:
    text = paper.setting.words.get(section)
    if text:
        yield word.Text(text)


def _list(part: NamedList) -> Iterator[word.Text | word.Table]:
    rows = [
        (str(at), firm.name, firm.street, firm.industry, said, firm.officer or "—")
        for at, (firm, said) in enumerate(part.rows[:MOST], 1)
    ]
    yield word.Table(("#", "企业", "街道", "行业", "情况", "责任人"), rows, (1, 6, 4, 3, 6, 2), frozenset({0}))
    if len(part.rows) > MOST:
        yield word.Text(f"其余 {len(part.rows) - MOST:,} 家见附件名单（Excel）。", "Small")


def workbook(paper: Paper) -> bytes:
    """汇总, 覆盖矩阵, each list, 企业说明, and every enterprise. The same paper gives the same bytes."""
    frozen = paper.frozen
    first = f"数据截至 {clock.moment(frozen.as_of)}"
    about = (first, f"{frozen.area} · {paper.title} · {standing(paper)}")
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
            rates,
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


FIRM = (
    *_WHO, Column("情况", 16), Column("截止日期", 13), Column("开讲日期", 13), Column("讲课分钟", 10), Column("应到", 8),
    Column("实到", 8), Column("参考", 8), Column("合格", 8), Column("备注", 40),
)  # fmt: skip


def firm_cells(firm: Firm) -> Sequence[sheets.Cell]:
    """A row under FIRM."""
    who = (firm.name, firm.uscc, firm.street, firm.industry, firm.officer, "免除" if firm.exempt else STATES[firm.state])
    people = (firm.expected, firm.attended, firm.examined, firm.passed)
    return (
        *who,
        firm.due_on,
        firm.lectured_on,
        firm.minutes,
        *people,
        "；".join(filter(None, (firm.note, firm.exempt, firm.doubt))),
    )


HAZARD = (
    Column("企业", 36), Column("街道", 18), Column("判定条目", 44), Column("地点", 24), Column("发现日期", 13),
    Column("走到哪一步", 12), Column("期限", 13), Column("关闭日期", 13),
)  # fmt: skip


def hazard_cells(one: Hazard) -> Sequence[sheets.Cell]:
    """A row under HAZARD."""
    return (one.name, one.street, one.clause, one.place, one.found_on, one.rung, one.due_on, one.closed_on)


SIGNAL = (
    Column("企业", 36), Column("街道", 18), Column("责任人", 12), Column("信号", 26),
    Column("提出日期", 13), Column("核实日期", 13),
)  # fmt: skip


def signal_cells(one: Signal) -> Sequence[sheets.Cell]:
    """A row under SIGNAL."""
    return (one.name, one.street, one.officer, one.what, one.raised_on, one.closed_on)


SAT = (
    Column("企业", 36), Column("街道", 18), Column("旁听的人", 12),
    Column("讲完日期", 13), Column("点评日期", 13), Column("看到的", 60),
)  # fmt: skip


def sat_cells(frozen: Frozen, one: SatIn) -> Sequence[sheets.Cell]:
    """A row under SAT."""
    words = {code: text for side in frozen.dimensions for code, text in side.facts}
    seen = "；".join(words[code] for code in one.facts if code in words) if one.found_on else "待点评"
    return (one.name, one.street, one.officer, one.held_on, one.found_on, seen)


def known_columns(frozen: Frozen) -> Sequence[Column]:
    """A column for each way in which a check-in is known."""
    return (*_WHO, *(Column(how, 8) for _code, how in frozen.trusts))


def known_cells(frozen: Frozen, trust: str = "") -> list[Sequence[sheets.Cell]]:
    """Rows under known_columns(), of the enterprises behind a number of check-ins."""
    return [
        (
            firm.name,
            firm.uscc,
            firm.street,
            firm.industry,
            firm.officer,
            *((firm.known or {}).get(code, 0) for code, _how in frozen.trusts),
        )
        for firm in firms_known_by(frozen, trust)
    ]


KINDS: dict[str, Callable[[Paper], bytes]] = {"pdf": pdf, "docx": document, "xlsx": workbook}
MEDIA_TYPES = {"pdf": "application/pdf", "docx": word.MEDIA_TYPE, "xlsx": sheets.MEDIA_TYPE, "json": "application/json"}
