"""Platforms set up, and who comes in from them as whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from lms.core.crypto import keyring
from lms.core.db import new_id, put
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.integrations.lti import courses, keys, tokens
from lms.integrations.lti.models import LtiDeployment, LtiLink, LtiPlatform, LtiUsed
from lms.integrations.lti.rules import linking
from lms.integrations.lti.rules.launching import Launch, Unfit
from lms.registry.holding import hold_firm
from lms.registry.models import Person
from lms.registry.queries import on_roster

MOST = 10  # platforms of an enterprise
_ONCE = put(LtiUsed.__table__)  # type: ignore[arg-type]


class TooManyPlatforms(Conflict):
    code = "too-many-platforms"
    sentence = _l("最多登记 %(n)s 个教学平台。请先删掉不用的。")


@dataclass(frozen=True, slots=True)
class Details:
    """What an administrator reads off the platform. frames: origins; deployments: ids as the platform writes them."""

    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    keys_url: str
    frames: Sequence[str]
    deployments: Sequence[str]
    trusts_numbers: bool


def add(uow: UnitOfWork, enterprise_id: UUID, name: str) -> LtiPlatform:
    """A platform of which the name is known: its page has the addresses it asks for. Raises TooManyPlatforms."""
    hold_firm(uow, enterprise_id)
    there = uow.session.scalar(select(func.count(LtiPlatform.id)).where(LtiPlatform.enterprise_id == enterprise_id))
    if (there or 0) >= MOST:
        raise TooManyPlatforms(n=MOST)
    keys.keep_current(uow)
    platform = LtiPlatform(enterprise_id=enterprise_id, name=name, created_at=uow.now, created_by=uow.actor.name)
    uow.session.add(platform)
    uow.session.flush()
    return platform


def describe(uow: UnitOfWork, platform: LtiPlatform, told: Details) -> None:
    """Write down what the platform is. Where that changes what it is trusted with, deployments that the operator led to another
    enterprise lead nowhere: whoever describes a platform says whose signature counts, and that is for their own people alone.
    """
    before = _trusted(platform)
    tokens.forget(platform.keys_url)
    if platform.issuer not in (None, told.issuer):
        # Its accounts are others' now: whoever was known there says again who they are.
        uow.session.execute(delete(LtiLink).where(LtiLink.platform_id == platform.id))
        courses.forget(uow, platform.id)
    platform.name, platform.issuer, platform.client_id = told.name, told.issuer, told.client_id
    platform.auth_url, platform.token_url, platform.keys_url = told.auth_url, told.token_url or None, told.keys_url
    platform.frames, platform.trusts_numbers = list(told.frames), told.trusts_numbers
    changed = _trusted(platform) != before
    for known in list(platform.deployments):
        own = known.enterprise_id == platform.enterprise_id
        if (own and known.deployment_id not in told.deployments) or (not own and changed):
            platform.deployments.remove(known)
    known_ids = {known.deployment_id for known in platform.deployments}
    for each in dict.fromkeys(told.deployments):
        if each not in known_ids:
            platform.deployments.append(LtiDeployment(enterprise_id=platform.enterprise_id, deployment_id=each))
    platform.refusal = platform.refusal_said = platform.refused_at = None


def map_deployment(uow: UnitOfWork, platform: LtiPlatform, deployment_id: str, enterprise_id: UUID) -> None:
    """People who come by this deployment are those of that enterprise."""
    for known in platform.deployments:
        if known.deployment_id == deployment_id:
            known.enterprise_id = enterprise_id
            return
    platform.deployments.append(LtiDeployment(enterprise_id=enterprise_id, deployment_id=deployment_id))


def remove(uow: UnitOfWork, platform: LtiPlatform) -> None:
    """Nobody comes in from there any more, and who was who is forgotten."""
    uow.session.execute(delete(LtiLink).where(LtiLink.platform_id == platform.id))
    courses.forget(uow, platform.id)
    uow.session.delete(platform)


def note_refusal(uow: UnitOfWork, platform_id: UUID, reason: str, said: str) -> None:
    """Remember on the page of a platform why somebody could not come in last."""
    platform = uow.session.get(LtiPlatform, platform_id)
    if platform is not None:
        platform.refusal, platform.refusal_said, platform.refused_at = reason, said[:200] or None, uow.now


def use_once(uow: UnitOfWork, nonce: str, life: timedelta) -> bool:
    """Whether this was not used before. Two that come at the same moment: one of them."""
    row = {"id": new_id(), "nonce": nonce, "until": uow.now + life}
    return bool(uow.execute(_ONCE[uow.dialect], row).rowcount)


def forget_used(uow: UnitOfWork) -> None:
    """Forget what is too old to be used again anyway."""
    uow.session.execute(delete(LtiUsed).where(LtiUsed.until < uow.now))


def enterprise_of(platform: LtiPlatform, deployment_id: str) -> UUID:
    """The enterprise that a deployment leads to. Raises Unfit."""
    for known in platform.deployments:
        if known.deployment_id == deployment_id:
            return known.enterprise_id
    raise Unfit("deployment", deployment_id)


def person_of(uow: UnitOfWork, platform: LtiPlatform, enterprise_id: UUID, launch: Launch) -> Person | None:
    """Who comes in; None where nothing says it for sure. Raises Unfit for somebody who has left the enterprise."""
    known = _link(uow, platform.id, enterprise_id, launch.subject)
    if known is not None:
        if known.person.left_on is not None and known.person.left_on < uow.today:
            raise Unfit("left")
        return known.person
    return person_by_numbers(uow, platform, enterprise_id, launch.subject, launch.name, launch.numbers)


def person_by_numbers(
    uow: UnitOfWork, platform: LtiPlatform, enterprise_id: UUID, subject: str, name: str, numbers: Mapping[str, str]
) -> Person | None:
    """Whom the numbers mean that the platform sent of an account, from here on known by it; None where they are not trusted."""
    if not platform.trusts_numbers:
        return None
    found = {kind: _candidates(uow, platform.id, enterprise_id, kind, value) for kind, value in numbers.items()}
    person_id = linking.linked_by_number(name, numbers, found)
    if person_id is None:
        return None
    person = uow.session.get_one(Person, person_id)
    link(uow, platform.id, person, subject, linking.BY_NUMBER)
    return person


def linked_person(uow: UnitOfWork, platform_id: UUID, person_id: UUID) -> Person | None:
    """This person, if known on the platform and still on the roster."""
    known = select(LtiLink.id).where(LtiLink.platform_id == platform_id, LtiLink.person_id == person_id).exists()
    return uow.session.scalar(select(Person).where(Person.id == person_id, on_roster(uow.today), known))


def link(uow: UnitOfWork, platform_id: UUID, person: Person, subject: str, how: str) -> LtiLink:
    """From here on this account is this person. Whoever had another account there comes by the new one."""
    before = select(LtiLink).where(
        LtiLink.platform_id == platform_id,
        (LtiLink.person_id == person.id) | ((LtiLink.subject == subject) & (LtiLink.enterprise_id == person.enterprise_id)),
    )
    for each in uow.session.scalars(before):
        uow.session.delete(each)
    uow.session.flush()
    made = LtiLink(
        enterprise_id=person.enterprise_id, platform_id=platform_id, subject=subject, person_id=person.id, how=how,
        linked_at=uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    courses.known_as(uow, platform_id, person.enterprise_id, subject, person.id)
    return made


def unlink(uow: UnitOfWork, known: LtiLink) -> None:
    """The account is nobody's; whoever has it says anew who they are."""
    courses.known_as(uow, known.platform_id, known.enterprise_id, known.subject, None)
    uow.session.delete(known)


def forget_person(uow: UnitOfWork, person_id: UUID) -> None:
    """Forget who somebody is on every platform, and what was handed on of them; what the platform has is the platform's."""
    for known in uow.session.scalars(select(LtiLink).where(LtiLink.person_id == person_id)):
        uow.session.delete(known)
    courses.forget_person(uow, person_id)


def links_of(uow: UnitOfWork, platform: LtiPlatform) -> list[LtiLink]:
    """Who is known there, of the enterprise whose platform it is, the newest first."""
    own = select(LtiLink).where(LtiLink.platform_id == platform.id, LtiLink.enterprise_id == platform.enterprise_id)
    return list(uow.session.scalars(own.order_by(LtiLink.linked_at.desc(), LtiLink.id)))


def counts_of(uow: UnitOfWork, platform_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many people are known on each platform that has some."""
    rows = select(LtiLink.platform_id, func.count(LtiLink.id)).where(LtiLink.platform_id.in_(platform_ids))
    return dict(uow.session.execute(rows.group_by(LtiLink.platform_id)).all())


def _trusted(platform: LtiPlatform) -> tuple[object, ...]:
    who = (platform.issuer, platform.client_id, platform.auth_url, platform.token_url, platform.keys_url)
    return (*who, tuple(platform.frames), platform.trusts_numbers)


def _link(uow: UnitOfWork, platform_id: UUID, enterprise_id: UUID, subject: str) -> LtiLink | None:
    return uow.session.scalar(
        select(LtiLink).where(
            LtiLink.platform_id == platform_id, LtiLink.enterprise_id == enterprise_id, LtiLink.subject == subject
        )
    )


def _candidates(uow: UnitOfWork, platform_id: UUID, enterprise_id: UUID, name: str, value: str) -> list[linking.Candidate]:
    has = Person.work_no == value if name == "work_no" else Person.phone_hash == keyring().fingerprint(value)
    taken = select(LtiLink.id).where(LtiLink.platform_id == platform_id, LtiLink.person_id == Person.id).exists()
    rows = select(Person.id, Person.name, taken).where(Person.enterprise_id == enterprise_id, on_roster(uow.today), has)
    return [linking.Candidate(*row) for row in uow.session.execute(rows)]
