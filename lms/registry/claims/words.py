"""What claims are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.registry.claims.models import ClaimPost, ClaimState

POSTS = {ClaimPost.HEAD: _l("主要负责人"), ClaimPost.MANAGER: _l("安全生产管理人员")}
STATES = {ClaimState.WAITING: _l("待确认"), ClaimState.CONFIRMED: _l("已确认"), ClaimState.REFUSED: _l("没有通过")}
BESIDE = {"name": _l("企业名称"), "street": _l("街道"), "head": _l("主要负责人"), "phone": _l("电话")}
