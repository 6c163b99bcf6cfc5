"""An officer chooses on which channel a firm is chased, and reads what came of it on each."""

from sqlalchemy import select

from lms.compliance.chasing import queries
from lms.core.uow import unit_of_work
from lms.notices.models import ChannelKind, Delivery, DeliveryState
from lms.notices.sending import deliver
from tests.compliance.scene import add_enterprises, flat, launch
from tests.notices.conftest import SYSTEM, channel, deliveries, sms
from tests.world import PHONES, change


def test_a_chase_leaves_on_the_channel_that_was_chosen_and_the_page_says_whom_it_reached(world, gateway, wall, client_as):
    here = world.here
    wecom = {"corpid": "ww1", "agent_id": "1", "secret": "s", "base": gateway.url}
    channel(here, ChannelKind.WECOM_APP, wecom)  # what the firm itself tries first
    sms(here, gateway)
    for person_id in here.person_ids[:2]:
        change(person_id, wecom_id=f"wx{person_id.hex}")
    with unit_of_work(SYSTEM, "home") as uow:
        add_enterprises(uow, here.street_id, 1)  # which has set up none, and has no account either
        campaign = launch(uow, here)
    officer = client_as(here.officer)
    page, firm = f"/campaigns/{campaign.id}/chase", f"/campaigns/{campaign.id}/enterprises/{here.enterprise_id}"
    listed = flat(officer.get(f"/campaigns/{campaign.id}/enterprises"))
    assert (
        "短信（1 家有）" in listed and "企业微信应用消息（1 家有）" in listed and "邮件" not in listed and "只发通知箱" in listed
    )

    data = {"enterprise_id": str(here.enterprise_id), "wording": "auto"}
    told = flat(officer.post(page, data=data | {"channel": "email"}, follow_redirects=True))
    assert "没有接通选的渠道" in told and "湘粮油脂有限公司" in told and deliveries() == []

    def answer(heard, _before):
        if heard.path == "/sms":
            return 200, {"code": 0 if heard.json()["to"] == PHONES[0] else 1}
        return 200, {"errcode": 0, "access_token": "t", "expires_in": 7200, "msgid": "m"}

    gateway.answer = answer
    assert "已催办 1 家" in flat(officer.post(page, data=data | {"channel": "sms"}, follow_redirects=True))
    assert {heard.path for heard in gateway.heard} == {"/sms"} and {body["to"] for body in gateway.bodies()} == set(PHONES[:2])
    assert "短信：1 人已发出、1 人待发" in flat(officer.get(firm))
    for _ in range(3):
        wall.forward(minutes=20)
        deliver()
    seen = flat(officer.get(firm))
    assert "系统通知（短信）" in seen and "短信：1 人已发出、1 人没送到" in seen and "企业微信应用消息：1 人已发出" in seen

    with unit_of_work(SYSTEM, "home") as uow:  # who was not reached is tried once more
        kept = uow.session.scalars(select(Delivery).where(Delivery.state == DeliveryState.FAILED)).first()
        columns = ("enterprise_id", "notice_id", "channel_id", "person_id", "urgent", "created_at", "due_at", "sent_at")
        again = {name: getattr(kept, name) for name in columns}
        uow.session.add(Delivery(**again, state=DeliveryState.SENT))
    seen = flat(officer.get(firm))
    assert "短信：2 人已发出" in seen and "没送到" not in seen

    wall.forward(days=2)
    before = len(deliveries())
    officer.post(page, data=data | {"channel": "inbox"})
    assert len(deliveries()) == before
    assert "系统通知（只发通知箱）" in flat(officer.get(firm)) and "请抓紧安排" in flat(client_as(here.head).get("/inbox"))
    file = officer.get(f"/campaigns/{campaign.id}/enterprises?as=json").get_json()
    assert {row["企业"]: row["催办方式"] for row in file["rows"]}["湘粮油脂有限公司"] == "系统通知（只发通知箱）"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        told = queries.history(uow, campaign.id, [here.enterprise_id])[here.enterprise_id]
        assert [(one.chase.channel, {kind.value for kind in one.sent}) for one in told] == [
            ("inbox", set()),
            ("sms", {"sms", "wecom_app"}),
        ]
