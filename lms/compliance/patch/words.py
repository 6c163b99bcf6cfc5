"""What the worklists of a patch are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

WORDS = {
    "nobody": _l("没有责任人"),
    "no_head": _l("不知道主要负责人"),
    "idle": _l("12 个月没有活动"),
    "no_street": _l("没有归到街道、乡镇"),
}
