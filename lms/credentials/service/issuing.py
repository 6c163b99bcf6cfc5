"""A certificate is drafted without a lock, printed, and then recorded with the next serial number in one short transaction."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lms.core import clock
from lms.core.documents.fonts import MissingCharacters
from lms.core.uow import UnitOfWork
from lms.credentials import queries, rules
from lms.credentials.documents import Look, check_printable
from lms.credentials.events import CertificateIssued
from lms.credentials.frozen import CertificateData
from lms.credentials.models import Award, Certificate, Completion, SerialCounter
from lms.credentials.rules import CertificateKind
from lms.credentials.service.chain import enter_issued
from lms.credentials.service.renewal import take_over
from lms.credentials.service.templates import PictureGone, looks_for
from lms.credentials.statements import said_of, signed_address
from lms.ledger.keys import signing_seed
from lms.notices.service import tell
from lms.registry.words import hide, masked_name

CODE_BYTES = 16  # 128 random bits: nobody finds a certificate by guessing


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate before it is issued. number: the serial number it was drawn with, in district and year.

    rests_on: the completion, or of another kind than of a lecture the award. template_id: the version of the template it is to be
    printed by, None for the standard; look: what that says.
    """

    rests_on: UUID
    decided_at: datetime
    district_code: str
    year: int
    number: int
    public_code: str
    data: CertificateData
    template_id: UUID | None
    look: Look


@dataclass(frozen=True, slots=True)
class Unprintable:
    """A completion or award whose certificate cannot be drawn, with why: the characters, or the template."""

    rests_on: UUID
    sentence: str


def draft(
    uow: UnitOfWork, base_url: str, lecture_id: UUID | None, given: Counter[tuple[str, int]], *, skip: Collection[UUID] = (),
    limit: int,
) -> tuple[list[Draft], list[Unprintable]]:  # fmt: skip
    """Draw up the certificates that are due, with the serial numbers that come next; nothing is written.

    base_url: where the product is reached, without a trailing slash. given: the last number drawn in each district and year,
    which grows; where it has none the register says. skip: completions to leave out.
    """
    due: list[Completion | Award] = [*queries.waiting(uow, lecture_id, skip, limit)]
    if lecture_id is None and len(due) < limit:
        due += queries.awards_waiting(uow, skip, limit - len(due))
    looks = {kind: looks_for(uow, kind, {row.enterprise_id for row in due}) for kind in {_kind(row) for row in due}}
    districts = queries.district_codes(uow, {_place(row) for row in due})
    ends = queries.ends_given(uow, [row.id for row in due if isinstance(row, Completion)])
    drafts, faulty = [], []
    for row in due:
        district, year = districts[_place(row)], uow.today.year
        code = secrets.token_urlsafe(CODE_BYTES)
        serial, address = serial_of(district, year, 0), f"{base_url}/verify/{code}"
        if isinstance(row, Completion):
            data = _data(uow, row, serial, address, ends.get(row.id))
        else:
            data = _data_of_award(uow, row, serial, address)
        try:
            template_id, look = looks[data.kind](row.enterprise_id)
            check_printable(data, look)
        except (MissingCharacters, PictureGone) as fault:
            faulty.append(Unprintable(row.id, str(fault)))
            continue
        if (district, year) not in given:
            given[district, year] = queries.last_of(uow, f"{district}-{year}")
        given[district, year] += 1
        number = given[district, year]
        data = replace(data, serial=serial_of(district, year, number), fingerprint="")
        said = said_of(data, masked_name(data.holder_name))
        data = replace(data, verify_url=signed_address(data.verify_url, said, signing_seed()), fingerprint="")
        drafts.append(Draft(row.id, row.decided_at, district, year, number, code, data, template_id, look))
    return drafts, faulty


def _kind(row: Completion | Award) -> CertificateKind:
    return row.kind if isinstance(row, Award) else CertificateKind.LECTURE


def _place(row: Completion | Award) -> UUID:
    """In whose series its number is: of the bureau that gives it, else of where the enterprise is."""
    if isinstance(row, Completion):
        return row.lecture.enterprise.jurisdiction_id
    return row.jurisdiction_id or row.enterprise.jurisdiction_id


def record(uow: UnitOfWork, drawn: Draft, pdf_sha256: str) -> Certificate | None:
    """Issue a certificate as it was drawn; None when meanwhile it was issued, its facts changed, or its number was taken.

    pdf_sha256: of the PDF of these data, already in the content store. The holder is told.
    """
    data = drawn.data
    rests_on = _held(uow, drawn)
    if rests_on is None or not rests_on.certificate_due or rests_on.decided_at != drawn.decided_at:
        return None
    counter = _counter(uow, drawn.district_code, drawn.year)
    if counter.last + 1 != drawn.number:
        return None
    counter.last = drawn.number
    completion = rests_on if isinstance(rests_on, Completion) else None
    certificate = Certificate(
        enterprise_id=rests_on.enterprise_id,
        kind=data.kind,
        lecture_id=completion and completion.lecture_id,
        person_id=rests_on.person_id,
        completion_id=completion and completion.id,
        award_id=None if completion else rests_on.id,
        serial=data.serial,
        public_code=drawn.public_code,
        data=data.as_json(),
        fingerprint=data.fingerprint,
        pdf_sha256=pdf_sha256,
        issued_at=uow.now,
        template_id=drawn.template_id,
        valid_until=data.valid_until,
    )
    uow.session.add(certificate)
    uow.session.flush()
    enter_issued(uow, certificate)
    same = Certificate.lecture_id == completion.lecture_id if completion else Certificate.award_id == rests_on.id
    uow.session.execute(
        update(Certificate)
        .where(
            same,
            Certificate.person_id == rests_on.person_id,
            Certificate.superseded_at.is_not(None),
            Certificate.superseded_by_id.is_(None),
        )
        .values(superseded_by_id=certificate.id)
    )
    take_over(uow, certificate)
    rests_on.certificate_due, rests_on.problem = False, None
    uow.say(CertificateIssued(certificate.id, certificate.lecture_id, rests_on.enterprise_id, rests_on.person_id, at=uow.now))
    tell(
        uow, rests_on.enterprise_id, [rests_on.person_id],
        title=f"{rules.KIND_NAMES[data.kind]}已发：{data.lecture_title}"[:120],
        body=f"编号 {data.serial}{said_hours(data)}，可随时下载和查验。", link="/me/certificates",
        kind="certificate.issued", about_id=certificate.id,
    )  # fmt: skip
    return certificate


def said_hours(data: CertificateData) -> str:
    """The hours as a message about the certificate adds them; "" for a kind that certifies none."""
    return "" if data.kind in rules.NAMED else f"，{rules.plain(data.hours)} 学时"


def _held(uow: UnitOfWork, drawn: Draft) -> Completion | Award | None:
    """What it rests on, locked until the end of the transaction."""
    if drawn.data.kind is CertificateKind.LECTURE:
        return uow.session.scalar(select(Completion).where(Completion.id == drawn.rests_on).with_for_update())
    return uow.session.scalar(select(Award).where(Award.id == drawn.rests_on).with_for_update())


def note_problem(uow: UnitOfWork, fault: Unprintable) -> None:
    """Keep why a certificate could not be drawn, so that the trainer sees it; it is tried again."""
    row = uow.session.get(Completion, fault.rests_on) or uow.session.get_one(Award, fault.rests_on)
    if row.certificate_due:
        row.problem = fault.sentence[:300]


def serial_of(district_code: str, year: int, number: int) -> str:
    """AK-430602-2026-000001"""
    return f"AK-{district_code}-{year}-{number:06}"


def _data(uow: UnitOfWork, completion: Completion, serial: str, verify_url: str, ends_on: date | None) -> CertificateData:
    """ends_on: the last day of a certificate given for it before: another one of the same training lasts no longer."""
    lecture, person = completion.lecture, completion.person
    length = queries.lengths_for(uow, lecture, [person.id])[person.id]
    issued_on: date = clock.local_date(uow.now)
    return CertificateData(
        serial=serial,
        issuer_name=lecture.enterprise.name,
        holder_name=person.name,
        masked_id=hide(person.id_number, 4, 4) if person.id_number else None,
        lecture_title=lecture.title,
        presence=rules.presence_words(completion.minutes or 0, length, queries.made_up_words(uow, lecture)),
        score=completion.score if completion.examined else None,
        hours=queries.credited(uow, [completion.id]).get(completion.id, Decimal(0)),
        lecturer_name=(lecture.spoken_by or lecture.lecturer).name,
        lecturer_is_head=lecture.lecturer_is_head,
        issued_on=issued_on,
        valid_until=ends_on or rules.valid_until(issued_on),
        verify_url=verify_url,
    )


def _data_of_award(uow: UnitOfWork, award: Award, serial: str, verify_url: str) -> CertificateData:
    person, basis = award.person, award.basis
    return CertificateData(
        serial=serial,
        issuer_name=award.jurisdiction.bureau if award.jurisdiction else award.enterprise.name,
        holder_name=person.name,
        masked_id=hide(person.id_number, 4, 4) if person.id_number else None,
        lecture_title=rules.subject_of(award.kind, basis),
        presence=rules.found_of(award.kind, basis),
        score=None,
        hours=Decimal(basis.get("earned", 0)),
        lecturer_name=award.awarded_by,
        lecturer_is_head=False,
        issued_on=clock.local_date(uow.now),
        valid_until=award.valid_until,
        verify_url=verify_url,
        kind=award.kind,
        basis=basis,
    )


def _counter(uow: UnitOfWork, district_code: str, year: int) -> SerialCounter:
    """The counter, locked until the end of the transaction; a number taken in one that fails is not gone."""
    wanted = (
        select(SerialCounter)
        .where(SerialCounter.district_code == district_code, SerialCounter.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = uow.session.scalar(wanted)
    if found is None:
        try:
            with uow.session.begin_nested():
                uow.session.add(SerialCounter(district_code=district_code, year=year, last=0))
        except IntegrityError:  # somebody else issued the first one of the year at the same moment
            pass
        found = uow.session.scalars(wanted).one()
    return found
