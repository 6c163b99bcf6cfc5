"""Other systems that are told of lectures, or whose users come in, for sweeps over all routes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from lms.access.models import Passkey
from lms.access.service import load_actor
from lms.core.uow import UnitOfWork
from lms.integrations.lti.models import LtiCourse, LtiDeployment, LtiLine, LtiLink, LtiMember, LtiPlatform, LtiScore, LtiUsed
from lms.integrations.models import Webhook, WebhookMessage
from lms.sign_in.models import ExternalAccount, Rule, SignInWay, WayKind
from tests.world import Side


def elsewhere(uow: UnitOfWork, of_lecture: dict[str, UUID], person_id: UUID) -> dict[str, UUID]:
    """Adds one row of each; returns ids by the name of the route parameter that takes them.

    of_lecture: the enterprise_id and the lecture_id.
    """
    own = {"enterprise_id": of_lecture["enterprise_id"]}
    return _told(uow, own) | _taught(uow, own, of_lecture["lecture_id"], person_id)


def _told(uow: UnitOfWork, own: dict[str, UUID]) -> dict[str, UUID]:
    """An address that is told of lectures, and a message on its way there."""
    webhook = Webhook(
        **own, name="门禁系统", sealed_url="https://gate.example/hook", sealed_secret="whsec_" + "A" * 44,
        kinds=["lecture.closed"], created_at=uow.now, created_by="赵倩",
    )  # fmt: skip
    uow.session.add(webhook)
    uow.session.flush()
    message = WebhookMessage(
        **own, webhook_id=webhook.id, kind="lecture.closed", body="{}", created_at=uow.now, due_at=uow.now + timedelta(days=1)
    )
    uow.session.add(message)
    uow.session.flush()
    return {"webhook_id": webhook.id, "message_id": message.id}


def _taught(uow: UnitOfWork, own: dict[str, UUID], lecture_id: UUID, person_id: UUID) -> dict[str, UUID]:
    """A teaching platform, a course of it with an account that is known, and a result of the lecture on its way there."""
    platform = LtiPlatform(**own, name="集团 Moodle", frames=[], created_at=uow.now, created_by="赵倩")
    platform.deployments.append(LtiDeployment(**own, deployment_id="1"))
    uow.session.add_all([platform, LtiUsed(nonce=uuid4().hex, until=uow.now + timedelta(days=1))])
    uow.session.flush()
    of_platform = own | {"platform_id": platform.id}
    link = LtiLink(**of_platform, subject="42", person_id=person_id, how="identified", linked_at=uow.now)
    course = LtiCourse(**of_platform, context_id="7", title="安全培训", scopes=[], seen_at=uow.now)
    uow.session.add_all([link, course])
    uow.session.flush()
    member = LtiMember(**own, course_id=course.id, subject="42", name="刘洋", person_id=person_id, since_at=uow.now)
    line = LtiLine(**own, course_id=course.id, lecture_id=lecture_id, kind="minutes", label="听课分钟", maximum=60)
    uow.session.add_all([member, line])
    uow.session.flush()
    uow.session.add(
        LtiScore(
            **of_platform, line_id=line.id, person_id=person_id, subject="42", score=60, wanted_at=uow.now,
            due_at=uow.now + timedelta(days=1),
        )
    )  # fmt: skip
    uow.session.flush()
    return {"platform_id": platform.id, "link_id": link.id}


def signs_in_elsewhere(uow: UnitOfWork, side: Side) -> dict[str, UUID]:
    """A way to sign in with accounts of the firm, and the trainer's account there."""
    way = SignInWay(
        enterprise_id=side.enterprise_id, kind=WayKind.WECOM, name="企业微信", rule=Rule.ROSTER, changed_at=uow.now,
        changed_by="赵倩", sealed_settings='{"corpid": "ww1", "agent_id": "1", "secret": "s", "base": ""}',
    )  # fmt: skip
    owner = load_actor(uow, side.trainer)
    assert owner is not None
    uow.session.add(way)
    uow.session.flush()
    account = ExternalAccount(
        enterprise_id=side.enterprise_id, way_id=way.id, subject=uuid4().hex, name="赵倩", user_id=owner.user_id,
        linked_by=Rule.OWN, linked_at=uow.now, used_at=uow.now,
    )  # fmt: skip
    passkey = Passkey(
        user_id=owner.user_id, name="办公室电脑", credential_id=uuid4().hex, public_key="AAAA", sign_count=0, last_asked=0,
        created_at=uow.now,
    )  # fmt: skip
    uow.session.add_all([account, passkey])
    uow.session.flush()
    return {"way_id": way.id, "account_id": account.id, "passkey_id": passkey.id}
