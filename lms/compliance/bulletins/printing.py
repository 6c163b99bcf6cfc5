"""A bulletin on paper (PDF), to go on editing (docx) and as a workbook (xlsx): one value, so the same figures and names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from lms.compliance.bulletins.rules import NamedList, Paper, counted, heading, sat_rows, sat_words, standing
from lms.compliance.bulletins.workbook import workbook
from lms.compliance.documents import due
from lms.core import clock, sheets, word
from lms.core.documents import fill, render_pdf, style
from lms.core.documents.apart import print_apart
from lms.core.documents.drawing import qr
from lms.core.documents.fonts import with_boxes
from lms.core.shares import shade, share

MOST = 100  # names of a list on paper; a city's list is in the workbook whole
WIDE, HIGH = 432, 136  # of the chart, in its own units


def pdf(paper: Paper) -> bytes:
    """A4 portrait with page numbers, printed in a process of its own. The same paper gives the same bytes."""
    return print_apart(bulletin_pdf, paper)


def bulletin_pdf(paper: Paper) -> bytes:
    """The same, here. A character that cannot be drawn is a box."""
    return render_pdf(with_boxes(bulletin_html(paper)), style("summary.css", "bulletin.css"))


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
        yield word.Text(f"印发：{frozen.bureau}")
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


KINDS: dict[str, Callable[[Paper], bytes]] = {"pdf": pdf, "docx": document, "xlsx": workbook}
MEDIA_TYPES = {"pdf": "application/pdf", "docx": word.MEDIA_TYPE, "xlsx": sheets.MEDIA_TYPE, "json": "application/json"}
