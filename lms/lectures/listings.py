"""Lectures, the library, and who was told and who read, as lists to hand out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.lectures.models import Lecture, LectureState
from lms.lectures.queries.lectures import Listed
from lms.lectures.queries.library import Offered
from lms.lectures.queries.materials import FileRead
from lms.lectures.rules import STATE_WORDS
from lms.notices.queries import Telling, Unreached
from lms.registry.words import hide


def lectures_listing(now: datetime, rows: Sequence[Listed], filters: Iterable[str], *, past: bool, across: bool) -> Listing:
    """past: those that are over. across: of several enterprises."""
    columns = (
        (_("讲课"), 36, lambda row: row.title),
        (_("期号"), 18, lambda row: _("%(year)s 年第 %(n)s 期", year=row.year, n=row.number)),
        (_("计入哪个专项活动"), 30, lambda row: row.campaign),
        *([(_("企业"), 36, lambda row: row.enterprise)] if across else []),
        (_("开始"), 18, lambda row: row.starts_at),
        (_("结束"), 18, lambda row: row.ends_at),
        (_("时长（分钟）"), 10, lambda row: row.minutes),
        (_("时长不足"), 10, lambda row: _("是") if row.short else ""),
        (_("场次"), 8, lambda row: row.sittings),
        (_("地点"), 20, lambda row: row.place),
        (_("主讲"), 12, lambda row: row.lecturer),
        (_("主要负责人本人讲"), 12, lambda row: _("是") if row.by_head else _("否")),
        (_("应到"), 8, lambda row: None if row.state in (LectureState.DRAFT, LectureState.CANCELLED) else row.expected),
        (_("状态"), 10, lambda row: str(STATE_WORDS[row.state])),
    )
    order = _("新的在前") if past else _("最早的在前")
    return listing_of(now, _("讲课"), columns, rows, filters, order)


def library_listing(now: datetime, rows: Sequence[Offered], *, firm: bool) -> Listing:
    """firm: whether a firm looks at it; how many firms use something is for bureaus."""
    columns = (
        (_("资料"), 36, lambda row: row.item.title),
        (_("版次"), 8, lambda row: row.item.latest.number),
        (_("发布单位"), 24, lambda row: row.item.jurisdiction.bureau),
        (_("发布人"), 12, lambda row: row.item.latest.published_by),
        (_("发布时间"), 18, lambda row: row.item.latest.published_at),
        (_("说明"), 36, lambda row: row.item.latest.note or ""),
        (_("文件"), 30, lambda row: row.item.latest.file_name),
        (_("指纹"), 66, lambda row: row.item.latest.sha256),
        *([] if firm else [(_("用过的企业"), 10, lambda row: row.firms)]),
    )
    return listing_of(now, _("资料库"), columns, rows, (), _("新的在前"))


def told_listing(
    now: datetime,
    lecture: Lecture,
    tellings: Sequence[tuple[Telling, Sequence[Unreached]]],
    people: Mapping[UUID, tuple[str, str | None, str]],
) -> Listing:
    """A row for each message, followed by one for each of those it did not reach. people: name, phone, department of these."""
    columns = (
        (_("通知"), 36, lambda row: row[0].title),
        (_("发出时间"), 18, lambda row: row[0].sent_at),
        (_("人数"), 8, lambda row: row[0].people),
        (_("已读"), 8, lambda row: row[0].read),
        (_("已送达"), 8, lambda row: row[0].delivered),
        (_("已发出"), 8, lambda row: row[0].sent),
        (_("发送中"), 8, lambda row: row[0].waiting),
        (_("未送达"), 8, lambda row: row[0].lost),
        (_("没送到的人"), 12, lambda row: people[row[1].person_id][0] if row[1] else ""),
        (_("部门"), 18, lambda row: people[row[1].person_id][2] if row[1] else ""),
        (_("手机号"), 14, lambda row: hide(people[row[1].person_id][1] or "", 3, 4) if row[1] else ""),
        (_("为什么没送到"), 36, lambda row: (row[1].why or _("渠道一直没有答复")) if row[1] else ""),
    )
    rows = [(telling, one) for telling, lost in tellings for one in (None, *lost)]
    return listing_of(now, _("通知情况"), columns, rows, (lecture.title,), _("新的在前"))


def readings_listing(now: datetime, lecture: Lecture, files: Sequence[FileRead]) -> Listing:
    """A row for each person and file of which they opened a page."""
    columns = (
        (_("课件"), 36, lambda row: row[0].material.file_name),
        (_("姓名"), 12, lambda row: row[1].name),
        (_("部门"), 18, lambda row: row[1].department_name),
        (_("打开过几页"), 10, lambda row: row[1].pages),
        (_("共几页"), 10, lambda row: row[0].material.page_count),
        (_("第一次"), 18, lambda row: row[1].first_at),
        (_("最近一次翻新页"), 18, lambda row: row[1].last_at),
    )
    rows = [(file, reader) for file in files for reader in file.readers if reader.pages]
    return listing_of(now, _("翻看记录"), columns, rows, (lecture.title,))
