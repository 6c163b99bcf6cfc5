"""A template is worked on as a draft, and put to use as a version that nothing changes any more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lms.core.documents.apart import print_apart
from lms.core.documents.fonts import characters_of, check_drawable
from lms.core.errors import Conflict, Invalid
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.core.viewing.emblems import LEAST, NotAnEmblem, emblem
from lms.core.viewing.limits import MEMORY
from lms.credentials import queries
from lms.credentials.documents import STANDARD_LOOK, Look, written
from lms.credentials.frozen import fingerprint_of
from lms.credentials.models import CertificateDesign, CertificateTemplate
from lms.credentials.queries.templates import Owner
from lms.credentials.rules import STANDARD, CertificateKind, Words, check_words
from lms.ledger.service import append

PUBLISHED = "template.published"
MOST_BYTES = 5 * 1024 * 1024
SECONDS = 30  # a picture of five megabytes takes one


class Readable(Protocol):
    """A file that came, open."""

    def read(self, size: int, /) -> bytes: ...


class NotAPicture(Invalid):
    code = "certificate-template-not-a-picture"
    sentence = _l("这个文件不是能用的图片，请传 PNG 或 JPG。印章请用透明底的 PNG。")


class PictureTooBig(Invalid):
    code = "certificate-template-picture-too-big"
    sentence = _l("图片太大了：要在 %(most)s MB 以内，印上去的印章只有 44 毫米，长宽各 600 点就够清楚。")


class PictureTooSmall(Invalid):
    code = "certificate-template-picture-too-small"
    sentence = _l("图片太小，印出来是糊的：长和宽都要在 %(least)s 点以上。")


class PictureGone(Invalid):
    code = "certificate-template-picture-gone"
    sentence = _l("证书模板的图片读不出来，没有签发。请在证书模板里重新上传标志和印章，再发布一版。")


class NothingOfYourOwn(Conflict):
    code = "certificate-template-none"
    sentence = _l("现在用的不是自己的模板，没有可停用的。")


def picture(file: Readable) -> str:
    """Keep a logo or seal as it will be printed; returns its hash. Raises NotAPicture, PictureTooBig, PictureTooSmall."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PictureTooBig(most=MOST_BYTES // 1024 // 1024)
    try:
        return storage().put(print_apart(emblem, content, memory=MEMORY, seconds=SECONDS))
    except NotAnEmblem as fault:
        if fault.why == "small":
            raise PictureTooSmall(least=LEAST) from fault
        raise NotAPicture from fault


def keep_design(
    uow: UnitOfWork, owner: Owner, kind: CertificateKind, words: Words, logo: str | None, seal: str | None
) -> CertificateDesign:
    """Save what is being worked on, as it was typed, right or wrong. logo, seal: of picture()."""
    found = queries.design_of(uow, owner, kind)
    if found is None:
        found = CertificateDesign(enterprise_id=owner.enterprise_id, jurisdiction_id=owner.jurisdiction_id, kind=kind)
        uow.session.add(found)
    found.words, found.logo, found.seal = words.as_json(), logo, seal
    found.changed_by, found.changed_at = uow.actor.name, uow.now
    uow.session.flush()
    return found


def check_design(words: Words, kind: CertificateKind) -> None:
    """Raises what would not print: BrokenField, UnknownField, NameMissing, MissingCharacters."""
    check_words(words, kind)
    check_drawable(characters_of(written(words)))


def publish(uow: UnitOfWork, owner: Owner, design: CertificateDesign) -> CertificateTemplate:
    """Put a draft to use: certificates issued from now on are printed by it, those issued before stay as they are.

    Raises as check_design, and PictureGone.
    """
    uow.session.refresh(design, with_for_update=True)  # two who publish at once get two versions; what is checked is used
    check_design(Words.from_json(design.words), design.kind)
    _load(design.words, design.logo, design.seal)
    return _append(uow, owner, design.kind, design.words, design.logo, design.seal, used=True)


def withdraw(uow: UnitOfWork, owner: Owner, kind: CertificateKind) -> CertificateTemplate:
    """Go back to the template of the bureau above, or to the standard. Raises NothingOfYourOwn."""
    versions = queries.versions_of(uow, owner, kind)
    if not versions or not versions[0][0].used:
        raise NothingOfYourOwn
    last = versions[0][0]
    return _append(uow, owner, kind, last.words, last.logo, last.seal, used=False)


def look_of(row: CertificateDesign | CertificateTemplate | None) -> Look:
    """How a certificate of this template looks; the standard for None. Raises PictureGone."""
    return _load(row.words, row.logo, row.seal) if row is not None else STANDARD_LOOK


def looks_for(
    uow: UnitOfWork, kind: CertificateKind, enterprise_ids: Collection[UUID]
) -> Callable[[UUID], tuple[UUID | None, Look]]:
    """Which template, None for the standard, and which look each enterprise's certificates have today.

    The answer raises PictureGone for an enterprise whose template cannot be read.
    """
    found = queries.templates_for(uow, kind, enterprise_ids)
    standard = Look(STANDARD[kind])

    @cache
    def loaded(template: CertificateTemplate) -> Look:
        return look_of(template)

    def answer(enterprise_id: UUID) -> tuple[UUID | None, Look]:
        template = found.get(enterprise_id)
        return (template.id, loaded(template)) if template is not None else (None, standard)

    return answer


def _load(words: dict[str, Any], logo: str | None, seal: str | None) -> Look:
    try:
        pictures = [None if sha256 is None else storage().get(sha256) for sha256 in (logo, seal)]
    except (FileNotFoundError, ValueError) as fault:
        raise PictureGone from fault
    return Look(Words.from_json(words), *pictures)


def _append(
    uow: UnitOfWork, owner: Owner, kind: CertificateKind, words: dict[str, Any], logo: str | None, seal: str | None, *, used: bool
) -> CertificateTemplate:
    last = select(func.max(CertificateTemplate.version)).where(owner.of(CertificateTemplate), CertificateTemplate.kind == kind)
    made = CertificateTemplate(
        enterprise_id=owner.enterprise_id, jurisdiction_id=owner.jurisdiction_id, kind=kind, words=words, logo=logo, seal=seal,
        version=(uow.session.scalar(last) or 0) + 1, used=used, published_by=uow.actor.name, published_at=uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    if owner.enterprise_id is not None:
        append(
            uow, owner.enterprise_id, PUBLISHED, made.id,
            {"actor": uow.actor.key, "version": made.version, "used": used, "words": fingerprint_of(made.words)},
        )  # fmt: skip
    return made
