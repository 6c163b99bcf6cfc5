"""What an enterprise enters for each channel, and whether it makes sense."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from lms.notices.models import ChannelKind


@dataclass(frozen=True, slots=True)
class Field:
    """One setting. secret: never shown again. choices: (value, label). lines: a text of several lines.

    towards: where the secrets are sent to, and how; whoever changes it enters them anew.
    """

    name: str
    label: Any
    hint: Any = ""
    default: str = ""
    required: bool = True
    secret: bool = False
    lines: bool = False
    towards: bool = False
    choices: tuple[tuple[str, Any], ...] = ()


LABELS = {
    ChannelKind.SMS: _l("短信"),
    ChannelKind.WECOM_APP: _l("企业微信应用消息"),
    ChannelKind.DINGTALK_APP: _l("钉钉工作通知"),
    ChannelKind.EMAIL: _l("邮件"),
    ChannelKind.WECOM_GROUP: _l("企业微信群机器人"),
    ChannelKind.DINGTALK_GROUP: _l("钉钉群机器人"),
}
NEEDS = {
    ChannelKind.SMS: _l("发到花名册上的手机号"),
    ChannelKind.WECOM_APP: _l("发给有企业微信账号的人"),
    ChannelKind.DINGTALK_APP: _l("发给有钉钉 userid 的人"),
    ChannelKind.EMAIL: _l("发到花名册上的邮箱"),
    ChannelKind.WECOM_GROUP: _l("讲课通知同时发到群里"),
    ChannelKind.DINGTALK_GROUP: _l("讲课通知同时发到群里"),
}
_BASE = Field("base", _l("服务地址"), _l("一般不用填；私有化部署的填自己的地址。"), required=False, towards=True)
FIELDS: dict[ChannelKind, tuple[Field, ...]] = {
    ChannelKind.SMS: (
        Field("url", _l("短信平台接口地址"), _l("短信服务商给的网址，https:// 开头。"), secret=True, towards=True),
        Field("method", _l("请求方式"), choices=(("POST", "POST"), ("GET", "GET")), default="POST"),
        Field("body", _l("内容格式"), choices=(("json", "JSON"), ("form", _l("表单"))), default="json"),
        Field(
            "template",
            _l("请求内容"),
            _l("可用 {phone} {text} {title} {body} {url} {id}。表单和 GET 每行写“名称=值”。平台密码写在这里的，不再显示。"),
            default='{"mobile": "{phone}", "content": "{text}"}',
            secret=True,
            lines=True,
        ),
        Field(
            "headers",
            _l("请求头"),
            _l("每行一个，例如 Authorization: Bearer …；留空表示没有，或不改。换了接口地址的，要重新填。"),
            required=False,
            secret=True,
            lines=True,
        ),
        Field("success", _l("什么回答算成功"), _l("例如 code=0，或者回答里会出现的文字；不填就看 HTTP 状态码。"), required=False),
    ),
    ChannelKind.WECOM_APP: (
        Field("corpid", _l("企业 ID"), _l("企业微信管理后台“我的企业”最下面。")),
        Field("agent_id", _l("应用 AgentId"), _l("“应用管理”里自建应用的 AgentId，是一串数字。")),
        Field("secret", _l("应用 Secret"), secret=True),
        _BASE,
    ),
    ChannelKind.DINGTALK_APP: (
        Field("app_key", _l("AppKey（Client ID）"), _l("钉钉开放平台“企业内部应用”的凭证。")),
        Field("agent_id", "AgentId", _l("是一串数字。")),
        Field("secret", _l("AppSecret（Client Secret）"), secret=True),
        _BASE,
    ),
    ChannelKind.EMAIL: (
        Field("host", _l("SMTP 服务器"), _l("例如 smtp.exmail.qq.com。"), towards=True),
        Field("port", _l("端口"), default="465", towards=True),
        Field(
            "security",
            _l("加密方式"),
            choices=(
                ("ssl", _l("SSL/TLS（常用 465 端口）")),
                ("starttls", _l("STARTTLS（常用 587 端口）")),
                ("none", _l("不加密")),
            ),
            default="ssl",
            towards=True,
        ),
        Field("username", _l("用户名"), required=False),
        Field("password", _l("密码或授权码"), required=False, secret=True),
        Field("sender", _l("发件地址")),
    ),
    ChannelKind.WECOM_GROUP: (
        Field("webhook", _l("机器人 Webhook 地址"), _l("群里添加机器人后给的网址；谁有它谁就能往群里发消息。"), secret=True),
    ),
    ChannelKind.DINGTALK_GROUP: (
        Field("webhook", _l("机器人 Webhook 地址"), _l("群里添加自定义机器人后给的网址。"), secret=True),
        Field("secret", _l("加签密钥"), _l("安全设置里选“加签”，SEC 开头。没选加签就不填。"), required=False, secret=True),
    ),
}


def faults(kind: ChannelKind, values: dict[str, str]) -> dict[str, Any]:
    """What is wrong with these settings: name of the field → sentence. Nothing when all is well."""
    found: dict[str, Any] = {}
    for field in FIELDS[kind]:
        value = values.get(field.name, "")
        if field.required and not value:
            found[field.name] = _l("请填写")
        elif field.choices and value not in dict(field.choices):
            found[field.name] = _l("请选择一项")
    for name in ("url", "webhook", "base"):
        if values.get(name) and not _address(values[name]):
            found[name] = _l("这不是网址，应以 https:// 开头")
    if values.get("agent_id") and not values["agent_id"].isdigit():
        found["agent_id"] = _l("应是一串数字")
    if values.get("port") and not (values["port"].isdecimal() and 0 < int(values["port"][:6]) < 65536):
        found["port"] = _l("端口是 1 到 65535 的数字")
    if values.get("sender") and "@" not in values["sender"]:
        found["sender"] = _l("这不是邮箱地址")
    if kind is ChannelKind.SMS and values.get("body") == "json" and values.get("method") == "POST" and "template" not in found:
        try:
            fine = isinstance(json.loads(values["template"]), dict)
        except ValueError:
            fine = False
        if not fine:
            found["template"] = _l('这不是 JSON 对象。文字要用英文双引号，例如 {"mobile": "{phone}"}')
    if kind is ChannelKind.SMS and "{phone}" not in values.get("template", "") and "template" not in found:
        found["template"] = _l("请用 {phone} 标出手机号的位置")
    return found


def merged(fields: Iterable[Field], before: dict[str, str], typed: dict[str, str]) -> dict[str, str]:
    """What was typed, with the secrets that were left empty as they were before.

    Where they would go to another server they are forgotten instead: nobody reads a secret by sending it to themselves.
    """
    fields = list(fields)
    kept = {field.name: before.get(field.name, "") for field in fields if field.secret}
    given = {field.name: typed.get(field.name) or kept.get(field.name, "") for field in fields}
    if all(given[field.name] == before.get(field.name, "") for field in fields if field.towards):
        return given
    return {field.name: given[field.name] if field.towards else typed.get(field.name, "") for field in fields}


def forgotten(fields: Iterable[Field], before: dict[str, str], typed: dict[str, str]) -> list[str]:
    """The secrets that were kept so far and have to be entered anew because they would go to another server."""
    fields = list(fields)
    after = merged(fields, before, typed)
    return [field.name for field in fields if field.secret and before.get(field.name) and not after[field.name]]


def _address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
