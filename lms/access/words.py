"""What the roles are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.access.models import Role

ROLES = {
    Role.TRAINER: _l("培训管理员"),
    Role.HEAD: _l("主要负责人"),
    Role.OFFICER: _l("监管责任人"),
    Role.EMPLOYEE: _l("从业人员"),
}
