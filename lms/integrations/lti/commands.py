"""`anke lti`: what no page does, since it concerns several enterprises or all of them."""

from __future__ import annotations

from uuid import UUID

import click
from flask_babel import gettext as _

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.integrations.lti import keys, service
from lms.integrations.lti.models import LtiPlatform
from lms.registry.commands import named_enterprise

OPERATOR = Actor.system("lti.operate")


@click.command("map")
@click.argument("platform_id", type=click.UUID)
@click.argument("deployment_id")
@click.option("--enterprise", required=True, help="Credit code or full name: whose people come by this deployment.")
def map_deployment(platform_id: UUID, deployment_id: str, enterprise: str) -> None:
    """Lead a deployment of one platform to another enterprise. PLATFORM_ID: as in the address of its page."""
    with unit_of_work(OPERATOR, "system") as uow:
        platform = uow.session.get(LtiPlatform, platform_id)
        if platform is None:
            raise click.BadParameter(_("没有这个平台"), param_hint="PLATFORM_ID")
        firm = named_enterprise(uow, enterprise)
        service.map_deployment(uow, platform, deployment_id, firm.id)
        click.echo(_("从 %(deployment)s 进来的是 %(firm)s 的人", deployment=deployment_id, firm=firm.name))


@click.command("new-key")
def new_key() -> None:
    """Replace the key that platforms know us by, at once: it may be in wrong hands. Otherwise it is renewed by itself."""
    with unit_of_work(OPERATOR, "system") as uow:
        click.echo(_("新密钥 %(kid)s，原来的都已作废", kid=keys.replace_all(uow)))
