"""Lines beside the figures, the same on paper and in the workbook: which issue, how it was counted, what a list is headed by."""

from __future__ import annotations

from lms.compliance.bulletins.rules.paper import NamedList, Paper
from lms.core import clock

FEW = 10  # names within a sentence


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
