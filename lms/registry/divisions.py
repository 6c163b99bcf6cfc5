"""The administrative divisions that ship with the product, loaded into the tree of jurisdictions."""

from __future__ import annotations

import csv
from importlib.resources import files

from sqlalchemy import select

from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.registry.models import Jurisdiction
from lms.registry.rules.tree import places
from lms.registry.service.jurisdictions import nodes_of

SOURCE = "divisions_yueyang.csv"


def load(uow: UnitOfWork) -> int:
    """Load the divisions; returns how many rows were added or changed. Loading again changes nothing.

    What was decided about a jurisdiction since stays. A functional area is set down as responsible where the source is
    verified; the others are for an officer to confirm on the page of jurisdictions.

    Source: lms/data/divisions_yueyang.csv, where each row names its own.
    """
    text = (files("lms") / "data" / SOURCE).read_text(encoding="utf-8")
    told = {row["code"]: row for row in csv.DictReader(text.splitlines())}
    known = {row.code: row for row in uow.session.scalars(select(Jurisdiction))}
    touched = 0
    for code in sorted(told, key=lambda code: len(_chain(told, code))):
        row = told[code]
        parent = known.get(row["parent_code"])
        path = f"{parent.path if parent else ''}{code}/"
        values = {"name": row["name"], "level": row["level"], "parent_id": parent.id if parent else None, "path": path}
        jurisdiction = known.get(code)
        if jurisdiction is None:
            known[code] = jurisdiction = Jurisdiction(id=new_id(), code=code, **values)
            uow.session.add(jurisdiction)
            manager = known.get(row["managed_by"])
            if manager and row["managed_by_confidence"] == "verified":
                jurisdiction.manager_id = manager.id
            uow.session.flush()  # a parent before its children
            touched += 1
        elif jurisdiction.since_on is None and any(getattr(jurisdiction, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(jurisdiction, name, value)
            touched += 1
    if touched:
        for code, place in places(nodes_of(known.values())).items():
            known[code].path, known[code].managed_path = place
        uow.session.flush()
    return touched


def _chain(told: dict[str, dict[str, str]], code: str) -> list[str]:
    """A code with those above it, the top last."""
    chain = [code]
    while (parent := told[chain[-1]]["parent_code"]) in told and parent not in chain:
        chain.append(parent)
    return chain
