"""Enterprises that stop, are closed, or open again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, operation, within
from lms.api.shapes import shown, told
from lms.core.uow import UnitOfWork
from lms.registry import service
from lms.registry.models import Enterprise, EnterpriseState, EnterpriseStateChange
from lms.registry.service import states
from lms.registry.state_forms import StateForm


@dataclass(frozen=True, slots=True)
class StateChangeOut:
    id: UUID
    enterprise_id: UUID
    state: EnterpriseState
    on: date
    reason: str
    changed_by: str
    changed_at: datetime
    applied_at: Annotated[datetime | None, told(_l("还没到那天的没有"))]
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class FormerHeadsOut:
    ended: Annotated[tuple[str, ...], told(_l("哪几个账号，按姓名"))]


@operation(
    "GET", "/enterprises/<uuid:enterprise_id>/states", "enterprise.state", _l("开业、停业、注销的记录"),
    answer=StateChangeOut, query=Wanted, many=True,
)  # fmt: skip
def state_changes(uow: UnitOfWork, enterprise_id: UUID, wanted: Wanted) -> Listed:
    of = EnterpriseStateChange.enterprise_id == find(uow, Enterprise, enterprise_id).id
    return within(uow, EnterpriseStateChange, wanted, lambda row: shown(StateChangeOut, row), of)


@operation(
    "POST", "/enterprises/<uuid:enterprise_id>/states", "enterprise.state", _l("登记停业、注销、重新开业"),
    answer=StateChangeOut, form=StateForm, status=201, pages="states.show",
)  # fmt: skip
def change_state(uow: UnitOfWork, enterprise_id: UUID, given: Callable[..., Any]) -> StateChangeOut:
    enterprise = find(uow, Enterprise, enterprise_id)
    form = given()
    made = states.change(uow, enterprise, EnterpriseState(form.state.data), form.on.data, form.reason.data.strip())
    uow.session.flush()
    return shown(StateChangeOut, made)


@operation(
    "POST", "/enterprises/<uuid:enterprise_id>/former-heads", "enterprise.state",
    _l("不是现任主要负责人的账号，停止主要负责人的权限"), answer=FormerHeadsOut, pages="states.end_former_heads",
)  # fmt: skip
def end_former_heads(uow: UnitOfWork, enterprise_id: UUID) -> FormerHeadsOut:
    ended = service.no_heads(uow, find(uow, Enterprise, enterprise_id).id)
    service.follow(uow, [enterprise_id], uow.today)
    return FormerHeadsOut(tuple(ended))


@operation(
    "POST", "/enterprise-states/<uuid:change_id>/withdraw", "enterprise.state", _l("撤回还没生效的变更"),
    answer=StateChangeOut, pages="states.withdraw",
)  # fmt: skip
def withdraw_state(uow: UnitOfWork, change_id: UUID) -> StateChangeOut:
    made = find(uow, EnterpriseStateChange, change_id)
    states.take_back(uow, made)
    return shown(StateChangeOut, made)
