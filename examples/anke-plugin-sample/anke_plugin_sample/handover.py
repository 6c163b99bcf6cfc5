"""A document: the list on which the people of a shift sign that they heard what the lecture said."""

from __future__ import annotations

from collections.abc import Sequence

from lms.archives.official.facts import LectureFacts
from lms.archives.official.forms import Value

NAME = "班前安全交底签收单"
SOURCE = "示例插件"
ONCE = ("交底内容", "交底日期", "应到人数", "实到人数", "交底人签名")
LISTED = ("序号", "姓名", "部门", "本人签名")


def fill(facts: LectureFacts) -> tuple[dict[str, Value], Sequence[dict[str, Value]]]:
    told: dict[str, Value] = {
        "交底内容": facts.lecture.title, "交底日期": facts.day.isoformat(), "应到人数": len(facts.people),
        "实到人数": len(facts.came),
    }  # fmt: skip
    there = enumerate(facts.came, 1)
    return told, [{"序号": number, "姓名": one.name, "部门": one.attendee.department_name} for number, one in there]
