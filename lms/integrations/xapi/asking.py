"""Asking a learning record store, while somebody waits, whether it is there and knows our key. Nothing is written there."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.integrations.xapi import rules
from lms.notices.channels import Net
from lms.notices.channels.parcels import Request, Unreachable


def ask(net: Net, endpoint: str, secret: str) -> tuple[bool, Any]:
    """Whether all is well, and a sentence for the one who set it up."""
    headers = {name: value for name, value in rules.headers_of(secret).items() if name != "Content-Type"}
    try:
        about = net.ask(Request("GET", f"{endpoint}/about", headers))
        if about.status != 200:
            return False, _l("这个地址上没有学习记录库（/about 答 %(code)s）。请核对接口地址。", code=about.status)
        said = about.json().get("version")
        spoken = [str(one) for one in said] if isinstance(said, list) else []
        if not any(one.startswith("1.0") for one in spoken):
            return False, _l("对方不支持 xAPI 1.0.3，只支持 %(versions)s。", versions="、".join(spoken)[:60] or "?")
        read = net.ask(Request("GET", f"{endpoint}/statements?limit=1", headers))
    except Unreachable as fault:
        return False, _l("连不上学习记录库：%(why)s。", why=str(fault))
    finally:
        net.close()
    if read.status == 200:
        return True, _l("通了：学习记录库认这把密钥，支持 xAPI 1.0.3。")
    if read.status == 403:
        return True, _l("地址和密钥对方都认，只是不让读。能不能写，要等第一条记录送去才知道。")
    return False, _l("学习记录库不认这把密钥（答 %(code)s）。请核对 key 和 secret。", code=read.status)
