"""What is shown beside a lecture, for sweeps over all routes: an upload, photos, what a bureau published, a template."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from lms.archives.models import ArchiveOrder, Format, Subject
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.credentials.models import Authority, CarriedRecord, CertificateTemplate, Occasion, TrainingDemand, WorkPermit
from lms.credentials.rules import STANDARD, CertificateKind
from lms.lectures.models import LibraryItem, LibraryVersion, Photo, PhotoMatch, Upload
from lms.registry.privacy.models import Asked, DataRequest, RetentionHold
from tests.world import Side


def shown(uow: UnitOfWork, side: Side, of_lecture: dict[str, UUID]) -> dict[str, Any]:
    """Adds one row of each; returns ids by the name of the route parameter that takes them."""
    own = {"enterprise_id": side.enterprise_id}
    file = {"media_type": "application/pdf", "size": 9}
    upload = Upload(
        **own, owner=side.trainer, file_name="课件.pdf", size=9, modified="", received=0, pieces=[],
        started_at=uow.now, touched_at=uow.now,
    )  # fmt: skip
    shots = [
        Photo(
            **of_lecture, file_name=name, media_type="image/jpeg", size=3, sha256=storage().put(name.encode() * 3),
            added_by="赵倩", received_at=uow.now, looked_at=uow.now,
        )
        for name in ("1", "2")
    ]  # fmt: skip
    published = {"published_by": "王敏", "published_at": uow.now}
    item = LibraryItem(jurisdiction_id=side.district_id, title="冬季动火作业安全", **published)
    item.versions.append(LibraryVersion(number=1, file_name="动火.pdf", sha256="0" * 64, **file, **published))
    template = CertificateTemplate(
        **own,
        kind=CertificateKind.LECTURE,
        words=STANDARD[CertificateKind.LECTURE].as_json(),
        version=secrets.randbelow(10**6),
        used=True,
        **published,
    )
    person_id = side.person_ids[2]
    asked = DataRequest(
        **own, person_id=person_id, kind=Asked.CORRECTION, text="姓名写错了", asked_by="刘洋", asked_key="x", asked_at=uow.now
    )
    hold = RetentionHold(**own, person_id=person_id, reason="事故调查", placed_by="赵倩", placed_at=uow.now)
    carried = CarriedRecord(
        **own, person_id=person_id, code=uuid4().hex, offered_at=uow.now, ends_at=uow.now + timedelta(minutes=30)
    )
    uow.session.add_all([carried, upload, item, template, asked, hold, *shots])
    uow.session.flush()
    match = PhotoMatch(**own, photo_id=shots[0].id, earlier_id=shots[1].id, unlike=3, noted_at=uow.now)
    order = ArchiveOrder(
        **own,
        subject=Subject.PERSON,
        subject_id=side.person_ids[2],
        format=Format.PDF,
        title="一人一档",
        asked_by="赵倩",
        asked_at=uow.now,
    )
    demand = TrainingDemand(
        **own, person_id=side.person_ids[2], occasion=Occasion.NOVELTY, said=f"新压榨机 {secrets.token_hex(3)}",
        since_on=uow.today, levels=["四新"],
        rule_id="TH17", article="第十七条", asked_by="赵倩", asked_at=uow.now,
    )  # fmt: skip
    permit = WorkPermit(
        **own, person_id=side.person_ids[2], authority=Authority.EMERGENCY, work="焊接", card_no="T1", issued_on=uow.today,
        review_due_on=uow.today + timedelta(days=900), rule_id="TH21", article="第二十一条", entered_by="赵倩",
        entered_at=uow.now,
    )  # fmt: skip
    uow.session.add_all([match, order, demand, permit])
    uow.session.flush()
    return {
        "number": 1, "ending": "xlsx", "upload_id": upload.id, "library_id": item.id, "version_id": item.versions[0].id,
        "shot_id": shots[0].id, "match_id": match.id, "which": "view", "template_id": template.id, "request_id": asked.id,
        "hold_id": hold.id, "record_id": carried.id, "order_id": order.id, "demand_id": demand.id, "permit_id": permit.id,
        "document": "handover",
    }  # fmt: skip
