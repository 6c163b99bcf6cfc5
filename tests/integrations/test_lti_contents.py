"""A teacher puts lectures into a course without leaving it, and an administrator pastes one address."""

import dataclasses
import re
from html import unescape
from uuid import UUID

import pytest
from flask_babel import refresh
from joserfc import jwt
from joserfc.jwk import KeySet

from lms.core.uow import unit_of_work
from lms.integrations.lti.models import LtiPlatform
from lms.integrations.lti.rules.contents import DL
from lms.integrations.lti.rules.launching import CLAIM
from lms.quizzes.queries import quiz_of
from lms.web.locale import COOKIE
from tests.credentials.scenes import hold
from tests.integrations.lti_platform import CLIENT, DEPLOYMENT, Platform, come, platform, platform_server, register
from tests.lectures.builders import make_lecture
from tests.notices.conftest import SYSTEM, app

__all__ = ["Platform", "app", "platform", "platform_server"]
TEACHER = {CLAIM + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]}


def asking(platform, **more):
    told = {"deep_link_return_url": f"{platform.url}/back", "accept_types": ["ltiResourceLink"], "data": "opaque"}
    told |= {"accept_multiple": True}
    return TEACHER | {CLAIM + "message_type": "LtiDeepLinkingRequest", DL + "deep_linking_settings": told | more}


def ticket_in(page):
    return re.search('name="ticket" value="([^"]+)"', page.text)[1]


@pytest.fixture
def scene(world, platform):
    """The enterprise's platform, a lecture with a quiz, a draft, and a lecture of somebody else."""
    register(world.here, platform)
    with unit_of_work(SYSTEM, "system") as uow:
        given = hold(uow, world.here, {2: (0, 60)}, quiz=True)
        ids = {"lecture": given.id, "quiz": quiz_of(uow, given.id).id}
        ids["draft"] = make_lecture(uow, world.here, title="还没通知的课", state="draft").id
        ids["foreign"] = make_lecture(uow, world.there, title="别家的课").id
        uow._afterwards.clear()
    return ids


def test_what_a_teacher_chooses_goes_back_signed_and_opens_the_same_page_for_everybody(app, scene, platform):
    client = app.test_client()
    offered = come(client, platform, **asking(platform))
    assert "总经理讲安全课" in offered.text and "还没通知的课" not in offered.text and "别家的课" not in offered.text
    assert client.get("/me").status_code == 303  # nobody is signed in by that
    pick = [f"/lectures/{scene['lecture']}", f"/quizzes/{scene['quiz']}", "/me/certificates"]
    sent = client.post("/lti/choose", data={"ticket": ticket_in(offered), "pick": pick})

    assert f'action="{platform.url}/back"' in sent.text
    assert f"form-action 'self' {platform.url};" in sent.headers["Content-Security-Policy"]
    token = unescape(re.search('name="JWT" value="([^"]+)"', sent.text)[1])
    said = jwt.decode(token, KeySet.import_key_set(app.test_client().get("/lti/jwks.json").json)).claims
    assert (said["iss"], said["aud"], said[CLAIM + "deployment_id"]) == (CLIENT, platform.url, DEPLOYMENT)
    assert said[CLAIM + "message_type"] == "LtiDeepLinkingResponse" and said[DL + "data"] == "opaque"
    items = said[DL + "content_items"]
    assert [item["url"] for item in items] == [f"http://anke.test{path}" for path in pick]
    columns = [item.get("lineItem", {}) for item in items]
    assert [(one.get("tag"), one.get("resourceId")) for one in columns[:2]] == [
        ("minutes", str(scene["lecture"])), ("quiz", str(scene["lecture"])),
    ] and columns[2] == {}  # fmt: skip


def test_only_teachers_choose_and_only_of_their_own_enterprise(app, scene, platform):
    client = app.test_client()
    learner = asking(platform) | {CLAIM + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]}
    assert "只有平台里的教师或管理员" in come(client, platform, **learner).text
    assert come(client, platform, **asking(platform, deep_link_return_url="javascript:alert(1)")).status_code == 400
    assert come(client, platform, **asking(platform, accept_types=["file"])).status_code == 400

    ticket = ticket_in(come(client, platform, **asking(platform, accept_multiple=False)))
    for wrong in ("", f"/lectures/{scene['foreign']}", f"/lectures/{scene['draft']}", "https://evil.example/me", "/people"):
        refused = client.post("/lti/choose", data={"ticket": ticket, "pick": wrong})
        assert refused.status_code == 422 and "还没有选" in refused.text and "JWT" not in refused.text, wrong
    found = client.post("/lti/choose", data={"ticket": ticket, "do": "list", "q": "没有这样的"})
    assert found.status_code == 200 and "没有题目里有“没有这样的”的讲课" in found.text
    assert client.post("/lti/choose", data={"ticket": ticket[:-3] + "AAA", "pick": "/me"}).status_code == 400
    two = client.post("/lti/choose", data={"ticket": ticket, "pick": ["/me", "/me/certificates"]})
    assert "已选 1 项" in two.text  # the platform takes one


def test_one_pasted_address_is_enough_and_good_for_once(app, world, platform, client_as):
    trainer = client_as(world.here.trainer)
    made = trainer.post("/lti/platforms", data={"name": "集团 Moodle"})
    address = unescape(re.search('id="registration" value="http://anke.test([^"]+)"', trainer.get(made.location).text)[1])
    client, asked = app.test_client(), {"openid_configuration": f"{platform.url}/configuration", "registration_token": "once"}
    shown = client.get(address, query_string=asked)
    assert "鸿和平机械" not in shown.text and "湘粮油脂有限公司" in shown.text and platform.registered == {}
    assert f"frame-ancestors {platform.url}" in shown.headers["Content-Security-Policy"]

    assert client.post(address, data=asked | {"registration_token": "guess"}).status_code == 502
    platform.issuer = "https://evil.example"
    assert "没有成" in client.post(address, data=asked).text
    platform.issuer = ""
    assert "登记好了" in client.post(address, data=asked).text
    assert platform.registered["initiate_login_uri"] == f"http://anke.test/lti/{made.location.rpartition('/')[2]}/login"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        found = uow.session.get_one(LtiPlatform, UUID(made.location.rpartition("/")[2]))
        assert (found.issuer, found.client_id, found.is_ready) == (platform.url, CLIENT, True)
        assert [one.deployment_id for one in found.deployments] == [DEPLOYMENT]
    platform.platform_id = found.id
    assert "请确认是本人" in come(client, platform).text

    assert "已经用过或者过期" in client.post(address, data=asked).text  # who finds it later takes over nothing
    assert 'id="registration"' not in trainer.get(made.location).text


def test_a_registration_leads_nowhere_inside(app, world, platform, client_as):
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=False)
    trainer = client_as(world.here.trainer)
    made = trainer.post("/lti/platforms", data={"name": "集团 Moodle"})
    address = unescape(re.search('id="registration" value="http://anke.test([^"]+)"', trainer.get(made.location).text)[1])
    client, data = app.test_client(), {"openid_configuration": f"{platform.url}/configuration"}
    refused = client.post(address, data=data)

    assert refused.status_code == 502 and "内部网络" in refused.text and platform.registered == {}
    client.set_cookie(COOKIE, "en")
    refresh()
    assert "leads into the internal network" in client.post(address, data=data).text
    assert "由平台来打开" in app.test_client().get(address).text
