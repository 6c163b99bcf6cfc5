"""What the worklists of a patch are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

VERBS = {  # what a bureau is asked of its patch, each with whom it is measured by
    "no_street": (_l("底子清"), _l("家归到了街道、乡镇")),
    "no_head": (_l("情况明"), _l("家知道主要负责人")),
    "nobody": (_l("有人管"), _l("家有监管责任人")),
    "idle": (_l("管到位"), _l("家 12 个月里有活动")),
}
WORDS = {
    "nobody": _l("没有人管"),
    "ended": _l("责任人的账号已停用"),
    "no_head": _l("不知道主要负责人"),
    "idle": _l("12 个月没有活动"),
    "no_street": _l("没有归到街道、乡镇"),
}
