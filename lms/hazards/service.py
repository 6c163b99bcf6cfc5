"""Put a major hazard on record, sign what is done about it, ask whoever has to sign next; and make pictures of its photos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Role
from lms.access.reach import holds_over
from lms.access.service import hands_of
from lms.core.errors import Conflict, Invalid
from lms.core.given import scan_of
from lms.core.jobs import enqueue
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.core.viewing.shots import look_at_new
from lms.hazards import queries, rules
from lms.hazards.models import Hazard, HazardAlert, HazardFile, HazardStep
from lms.hazards.rules import Act, Clause, Given, Signatory, Stage
from lms.hazards.telling import ask_next, tell_of
from lms.ledger.service import Fact, append, named, witnesses
from lms.registry.holding import hold_firm
from lms.registry.models import Enterprise, Jurisdiction
from lms.registry.queries import head_on

FOUND, SIGNED = "hazard.found", "hazard.signed"
LOOKER = Actor.system("hazards.photos")
MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 10
PDF = "application/pdf"


class NotEvidence(Invalid):
    code = "hazard-file"
    sentence = _l("「%(name)s」不是 PDF、JPG 或 PNG，或超过 20 MB，没有收下。")


class TooManyFiles(Invalid):
    code = "hazard-files"
    sentence = _l("一次最多 %(most)s 个文件，请分几次传。")


class NobodyWaits(Conflict):
    code = "hazard-nobody-waits"
    sentence = _l("这条隐患现在没有等谁签字。")


class AskedToday(Conflict):
    code = "hazard-asked-today"
    sentence = _l("今天已经催过了，明天再催。")


class NoHead(Conflict):
    code = "hazard-no-head"
    sentence = _l("还不知道这家企业的主要负责人是谁，请先登记主要负责人，再录他签的纸。")


class Came(NamedTuple):
    """A file as it came: its name and what it holds, open for reading."""

    name: str
    file: BinaryIO


class Judged(NamedTuple):
    name: str
    media_type: str
    content: bytes


def register(
    uow: UnitOfWork, enterprise: Enterprise, bureau: Jurisdiction, clause: Clause, *, place: str, text: str, rectify_by: date,
    sent_id: UUID, other_sector: str = "", came_by: str = "", files: Sequence[Came] = (),
) -> tuple[Hazard, list[str]]:  # fmt: skip
    """Put on record what an officer found, with the clause as it reads today; sent twice it counts once.

    came_by: stands behind what was seen in the step that is signed, where it was a program that sent it.
    Returns the hazard and what was wrong with files: they can be added, what was seen is not typed again. Raises PastDate.
    """
    # Of two at once the second waits here, then finds the first.
    hold_firm(uow, enterprise.id)
    again = uow.session.scalar(select(Hazard).where(Hazard.sent_id == sent_id, Hazard.enterprise_id == enterprise.id))
    if again is not None:
        return again, []
    if rectify_by < uow.today:
        raise rules.PastDate
    judged, faults = _judged(files)
    where = rules.found(rules.term(Act.FOUND, "", uow.today), rectify_by)
    hazard = Hazard(
        enterprise_id=enterprise.id, jurisdiction_id=bureau.id, clause_code=clause.code, clause_sector=clause.sector,
        clause_article=clause.article, clause_text=clause.text, clause_standard=clause.standard,
        clause_from=clause.effective_from, clause_confidence=clause.confidence, clause_note=clause.note, place=place, text=text,
        other_sector=other_sector, found_at=uow.now, found_on=uow.today, found_by=uow.actor.name, rectify_first=rectify_by,
        sent_id=sent_id, **asdict(where),
    )  # fmt: skip
    hazard.enterprise, hazard.jurisdiction = enterprise, bureau
    uow.session.add(hazard)
    uow.session.flush()
    append(uow, hazard.enterprise_id, FOUND, hazard.id, _found_fact(hazard))
    _write(
        uow,
        hazard,
        Given(act=Act.FOUND, by=Signatory.OFFICER, key=uow.actor.key, today=uow.today, words=f"{text}{came_by}"),
        judged,
        uow.actor.name,
    )
    tell_of(uow, hazard, Act.FOUND, Signatory.OFFICER, moved=True)
    return hazard, faults


def sign(
    uow: UnitOfWork, hazard: Hazard, act: Act, *, choice: str = "", words: str = "", receiver: str = "", document: str = "",
    due_on: date | None = None, on_paper: bool = False, files: Sequence[Came] = (),
) -> HazardStep:  # fmt: skip
    """Sign one act; whoever holds the head's role here signs as the head, an officer as the bureau.

    on_paper: the head signed on paper, which comes as a file; an officer enters it. Raises what rules.take raises, Invalid for
    a file that is no evidence, TooManyFiles, NoHead.
    """
    uow.session.refresh(hazard, with_for_update=True)  # of two at once the second finds what the first signed
    judged, faults = _judged(files)
    if faults:
        raise Invalid(" ".join(faults))
    by = Signatory.HEAD if holds_over(uow, hazard, Role.HEAD) else Signatory.OFFICER
    on_paper = on_paper and by is Signatory.OFFICER and rules.signatory_of(act) is Signatory.HEAD
    signer = _head_name(uow, hazard) if on_paper else uow.actor.name
    given = Given(
        act=act, by=by, key=uow.actor.key, hands=hands_of(uow), today=uow.today, choice=choice if act in rules.CHOICES else "",
        words=words.strip(), receiver=receiver if act is Act.TRANSFER else "", due_on=due_on,
        term=rules.term(act, choice, uow.today), files=len(judged), on_paper=on_paper,
        measures=rules.measures(hazard.where, queries.choices_of(uow, hazard.id)) if act is Act.ENFORCE else (),
    )  # fmt: skip
    before, where = hazard.where, rules.take(hazard.where, given)
    for column, value in asdict(where).items():
        setattr(hazard, column, value)
    hazard.closed_on = uow.today if where.stage is Stage.CLOSED else None
    step = _write(uow, hazard, given, judged, signer, document=document, due_before=before.due_on)
    tell_of(uow, hazard, act, by, moved=(before.stage, before.due_on) != (where.stage, where.due_on), choice=given.choice)
    return step


def ask(uow: UnitOfWork, hazard: Hazard) -> int:
    """Ask whoever has to sign next, once a day; to how many it went. Raises NobodyWaits, AskedToday."""
    uow.session.refresh(hazard, with_for_update=True)
    if hazard.where.proposed is None or hazard.due_on is None or hazard.stage is Stage.TRANSFERRED:
        raise NobodyWaits  # another authority reads no messages here
    if queries.asked_on(uow, hazard.id, uow.today):
        raise AskedToday
    told = ask_next(uow, hazard)
    uow.session.add(
        HazardAlert(
            enterprise_id=hazard.enterprise_id, hazard_id=hazard.id, due_on=hazard.due_on, asked_by=uow.actor.name, told=told,
            alerted_at=uow.now,
        )
    )  # fmt: skip
    uow.session.flush()
    return told


def look_at_evidence() -> None:
    """Make pictures of the photos nobody has looked at yet."""
    look_at_new(HazardFile, LOOKER, HazardFile.media_type != PDF)


def _judged(files: Sequence[Came]) -> tuple[list[Judged], list[str]]:
    """Those that are evidence, by what they hold, and a sentence for each that is not. Raises TooManyFiles."""
    if len(files) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    kept: dict[bytes, Judged] = {}
    faults = []
    for one in files:
        scan = scan_of(one.file, MOST_BYTES)
        if scan is None:
            faults.append(str(NotEvidence(name=one.name)))
        else:
            kept[scan[0]] = Judged(one.name[-120:], scan[1], scan[0])
    return list(kept.values()), faults


def _write(
    uow: UnitOfWork, hazard: Hazard, given: Given, files: Sequence[Judged], signer: str, *, document: str = "",
    due_before: date | None = None,
) -> HazardStep:  # fmt: skip
    actor: Actor = uow.actor
    basis, as_head = rules.basis_of(given.act, given.choice), given.by is Signatory.HEAD or given.on_paper
    step = HazardStep(
        enterprise_id=hazard.enterprise_id, hazard_id=hazard.id, number=queries.steps_number(uow, hazard.id) + 1, act=given.act,
        choice=given.choice, words=given.words, receiver=given.receiver, document=document, basis=basis.cited,
        confidence=basis.confidence, due_before=due_before, due_on=hazard.due_on,
        signed_by=signer, signed_key=actor.key, signed_at=uow.now,
        as_head=as_head, on_paper=given.on_paper, entered_by=actor.name if given.on_paper else "",
    )  # fmt: skip
    uow.session.add(step)
    uow.session.flush()
    for one in files:
        uow.session.add(
            HazardFile(
                enterprise_id=hazard.enterprise_id, hazard_id=hazard.id, step_id=step.id, file_name=one.name,
                media_type=one.media_type, size=len(one.content), sha256=storage().put(one.content), received_at=uow.now,
            )
        )  # fmt: skip
    uow.session.flush()
    if any(one.media_type != PDF for one in files):
        uow.after_commit(lambda: enqueue("look_at_evidence"))
    append(uow, hazard.enterprise_id, SIGNED, step.id, _step_fact(step, queries.hashes_by_step(uow, hazard.id)[step.id]))
    return step


def _head_name(uow: UnitOfWork, hazard: Hazard) -> str:
    head = head_on(uow, hazard.enterprise_id, uow.today)
    if head is None:
        raise NoHead
    return head.name


def _found_fact(one: Hazard) -> Fact:
    return {
        "clause": one.clause_code, "article": one.clause_article, "text": one.clause_text, "standard": one.clause_standard,
        "confidence": one.clause_confidence, "note": one.clause_note, "place": one.place,
        "seen": one.text, "other_sector": one.other_sector,
        "bureau": one.jurisdiction_id, "rectify_by": one.rectify_first, "at": one.found_at, "by": named(one.found_by),
    }  # fmt: skip


def _step_fact(one: HazardStep, files: list[str]) -> Fact:
    return {
        "hazard": one.hazard_id, "number": one.number, "act": str(one.act), "choice": one.choice, "words": one.words,
        "receiver": one.receiver, "document": one.document, "basis": one.basis, "due_before": one.due_before,
        "due_on": one.due_on, "signed_by": named(one.signed_by), "as_head": one.as_head, "on_paper": one.on_paper,
        "actor": one.signed_key, "entered_by": named(one.entered_by) if one.entered_by else None, "files": files,
        "at": one.signed_at,
    }  # fmt: skip


@witnesses(FOUND, in_part=True, later=frozenset({"note"}))
def found_hazards(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every hazard, as the table has it."""
    for one in uow.session.scalars(select(Hazard).where(Hazard.enterprise_id == enterprise_id)):
        yield one.id, _found_fact(one)


@witnesses(SIGNED)
def signed_steps(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every act that was signed, with the hashes of what came with it."""
    files: dict[UUID, Any] = queries.hashes_by_step(uow, *queries.ids_of(uow, enterprise_id))
    for one in uow.session.scalars(select(HazardStep).where(HazardStep.enterprise_id == enterprise_id)):
        yield one.id, _step_fact(one, files[one.id])
