"""`anke lti`: what concerns several enterprises is done on the command line, and says plainly what does not fit."""

from uuid import uuid4

import pytest
from click.testing import CliRunner

from lms.core.uow import unit_of_work
from lms.integrations.lti import keys
from lms.integrations.lti.commands import map_deployment, new_key
from lms.integrations.lti.models import LtiPlatform
from lms.registry.models import Enterprise
from tests.credentials.scenes import SYSTEM
from tests.integrations.lti_platform import come, platform, platform_server, register
from tests.notices.conftest import app

__all__ = ["app", "platform", "platform_server"]


def run(command, *arguments):
    return CliRunner().invoke(command, [str(one) for one in arguments])


@pytest.fixture
def here(world, platform):
    register(world.here, platform)
    return world.here


def deployments(platform):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        made = uow.session.get_one(LtiPlatform, platform.platform_id)
        return {one.deployment_id: one.enterprise_id for one in made.deployments}


def test_a_deployment_is_led_to_another_enterprise_by_its_code_or_its_name(app, world, here, platform):
    before = deployments(platform)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        other = uow.session.get_one(Enterprise, world.there.enterprise_id)
        code, name = other.uscc, other.name

    told = run(map_deployment, platform.platform_id, "8", "--enterprise", code)
    assert told.exit_code == 0 and name in told.output and "8" in told.output
    assert deployments(platform) == before | {"8": world.there.enterprise_id}
    assert run(map_deployment, platform.platform_id, "8", "--enterprise", name).exit_code == 0  # again: nothing more
    assert deployments(platform) == before | {"8": world.there.enterprise_id}


def test_what_does_not_fit_is_named_and_nothing_is_changed(app, here, platform):
    before = deployments(platform)

    unknown = run(map_deployment, uuid4(), "8", "--enterprise", "x")
    nobody = run(map_deployment, platform.platform_id, "8", "--enterprise", "没有这家企业")

    assert unknown.exit_code == 2 and "没有这个平台" in unknown.output
    assert nobody.exit_code == 2 and "没有这家企业" in nobody.output
    assert run(map_deployment, "no-id", "8", "--enterprise", "x").exit_code == 2
    assert deployments(platform) == before


def test_a_new_key_takes_the_place_of_all_before_and_people_still_come_in(app, here, platform):
    with unit_of_work(SYSTEM, "home") as uow:
        old = {one["kid"] for one in keys.published(uow)["keys"]}

    told = run(new_key)

    with unit_of_work(SYSTEM, "home") as uow:
        (now,) = {one["kid"] for one in keys.published(uow)["keys"]}
    assert told.exit_code == 0 and now in told.output and now not in old
    assert app.test_client().get("/lti/jwks.json").json["keys"][0]["kid"] == now
    assert come(app.test_client(), platform).status_code == 200
