"""The accounts of a demo: known passwords, so they exist in demo mode only."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import gettext as _

PASSWORD = "anke-demo"  # published on the first page of a demo; refused anywhere else (User.is_demo)


class DemoAccount(NamedTuple):
    username: str
    password: str
    role: str
    sees: str


def accounts() -> list[DemoAccount]:
    """Who can sign in to the demo and what they see, for its first page."""
    return [
        DemoAccount("demo-trainer", PASSWORD, _("培训管理员"), _("湘粮油脂：导入花名册、安排讲课、签到、发证")),
        DemoAccount("demo-head", PASSWORD, _("主要负责人"), _("湘粮油脂：自己要讲的课和讲过的课")),
        DemoAccount("demo-employee", PASSWORD, _("从业人员"), _("手机上：考核、学时、证书")),
        DemoAccount("demo-street", PASSWORD, _("街道监管责任人"), _("城陵矶街道的企业")),
        DemoAccount("demo-district", PASSWORD, _("区应急管理局"), _("岳阳楼区 1,284 家企业的覆盖情况")),
        DemoAccount("demo-city", PASSWORD, _("市安委办"), _("全市汇总")),
    ]
