"""Upload a roster or a list of enterprises, look at it, mend it, take it over."""

from __future__ import annotations

import pickle
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import errands
from lms.access.actor import Actor
from lms.access.door import may
from lms.access.reach import find
from lms.core.downloads import download
from lms.core.errands import Bar, Later, Tell, errand
from lms.core.errors import Invalid, NotFound
from lms.core.sheets import MEDIA_TYPE, Cell, Column, Sheet, xlsx
from lms.core.tables import Heading
from lms.core.tables.headings import plain
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry import queries, service
from lms.registry.forms import EnterprisesUploadForm, UploadForm
from lms.registry.models import Enterprise, ImportBatch, ImportKind, Jurisdiction, Person
from lms.registry.words import field_label, masked_cell, masked_fault, no_record, why_stays

bp = Blueprint("imports", __name__)
ROWS_SHOWN = 200
UNNEEDED = frozenset(("序号", "备注", "说明", "no"))


@bp.route("/people/import", methods=["GET", "POST"])
@may("person.import")
def people(uow: UnitOfWork) -> ResponseReturnValue:
    form = UploadForm()
    enterprise_id = uow.actor.enterprise_id
    if form.validate_on_submit() and (source := form.source()):
        try:
            looked = not service.is_long(source[0])
            batch = service.open_batch(uow, ImportKind.PEOPLE, *source, enterprise_id=enterprise_id, looked=looked)
            return redirect(url_for(".show", batch_id=batch.id), 303)
        except Invalid as fault:
            form.file.errors = [str(fault)]
    recent = service.recent(uow, enterprise_id) if enterprise_id else []
    return render_template("registry/upload_people.html", form=form, recent=recent), 422 if form.errors else 200


@bp.route("/enterprises/import", methods=["GET", "POST"])
@may("enterprise.import")
def enterprises(uow: UnitOfWork) -> ResponseReturnValue:
    form = EnterprisesUploadForm()
    districts = queries.districts_within(uow)
    form.jurisdiction.choices = [(str(row.id), row.name) for row in districts]
    if len(districts) == 1:
        form.jurisdiction.data = str(districts[0].id)
    if form.validate_on_submit() and (source := form.source()):
        district = next(row for row in districts if str(row.id) == form.jurisdiction.data)
        try:
            looked = not service.is_long(source[0])
            batch = service.open_batch(uow, ImportKind.ENTERPRISES, *source, jurisdiction_id=district.id, looked=looked)
            return redirect(url_for(".show", batch_id=batch.id), 303)
        except Invalid as fault:
            form.file.errors = [str(fault)]
    return (
        render_template("registry/upload_enterprises.html", form=form, districts=districts),
        422 if form.errors else 200,
    )


@bp.route("/imports/<uuid:batch_id>", methods=["GET", "POST"])
@may("import.change")
def show(uow: UnitOfWork, batch_id: UUID) -> ResponseReturnValue:
    """The preview; a POST keeps what was typed and chosen, and looks again."""
    batch = _batch(uow, batch_id)
    if request.method == "POST" and not batch.applied_at:
        fixes, mapping, header_row = _typed()
        service.fix(uow, batch, fixes, mapping, header_row)
        chosen = [field for field in mapping.values() if field]
        for field in dict.fromkeys(field for field in chosen if chosen.count(field) > 1):
            flash(_("有两列都选了“%(field)s”，只会用最后一列。", field=field_label(batch.kind, field)), "warn")
        return redirect(url_for(".show", batch_id=batch.id, _anchor="rows" if fixes else None), 303)
    if batch.applied_at:
        return _done(uow, batch)
    return _preview(uow, batch)


@bp.route("/imports/<uuid:batch_id>/apply", methods=["POST"])
@may("import.change")
def apply(uow: UnitOfWork, batch_id: UUID) -> ResponseReturnValue:
    """Take over what has no fault. What stands in the fields of the page counts; a second click changes nothing."""
    batch = _batch(uow, batch_id)
    try:
        if not batch.applied_at:
            fixes, mapping, header_row = _typed()
            service.fix(uow, batch, fixes, mapping, header_row)
            if mapping and request.form.get("shown") != _as_text(mapping):
                flash(_("列改过了，请再看一眼。"), "warn")
                return redirect(url_for(".show", batch_id=batch.id), 303)
        if service.is_long(batch.content):
            here = url_for(".show", batch_id=batch.id)
            raise Later(
                service.take_over_file, _("正在导入“%(file)s”", file=batch.file_name), batch.id.bytes, back=here, goal=here
            )
        service.apply(uow, batch)
        flash(_("已导入。"), "ok")
    except service.AlreadyApplied as again:
        flash(str(again), "warn")
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.route("/imports/<uuid:batch_id>/take-back", methods=["POST"])
@may("person.import")
def take_back(uow: UnitOfWork, batch_id: UUID) -> ResponseReturnValue:
    """People only; what it would do stands on the page of what came of the import."""
    batch = _batch(uow, batch_id)
    try:
        service.take_back(uow, batch)
        flash(_("已撤回。"), "ok")
    except service.TooLate as late:
        flash(str(late), "warn")
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.route("/imports/<uuid:batch_id>/faulty.xlsx")
@may("import.change")
def faulty(uow: UnitOfWork, batch_id: UUID) -> ResponseReturnValue:
    """The rows at fault as a spreadsheet, to be mended there and uploaded again."""
    batch = _batch(uow, batch_id)
    if batch.applied_at:
        raise NotFound
    name = f"{_('要改的行')}.xlsx"
    looked = _kept_look(uow, batch)
    if looked is None:
        raise Later(rows_at_fault, name, batch.id.bytes, back=url_for(".show", batch_id=batch.id))
    response = download(_sheet(batch, looked), MEDIA_TYPE, name)
    response.headers["Cache-Control"] = "no-store"
    return response


@errand
def rows_at_fault(actor: Actor, given: bytes, tell: Tell) -> bytes:
    """The same of a long file that must be looked at for it. given: the id of its batch."""
    with unit_of_work(actor, "import.change", write=False) as uow:
        batch = _batch(uow, UUID(bytes=given))
        if batch.applied_at:
            raise NotFound
        return _sheet(batch, service.look(uow, batch, Bar(tell, service.LOOKED)))


def _sheet(batch: ImportBatch, looked: service.Look) -> bytes:
    fields = [heading.field for heading in looked.headings if heading.field]
    columns = [Column(field_label(batch.kind, field), 20) for field in fields]
    rows: list[list[Cell]] = [
        [row.row, *(row.cells[field] for field in fields), "；".join(fault.reason for fault in row.faults.values())]
        for row in looked.faulty
    ]
    sheet = Sheet(_("要改的行"), [Column(_("原行号"), 8), *columns, Column(_("要改什么"), 50)], rows)
    return xlsx([sheet], title=_("要改的行"), author=_("安课"), created_at=batch.created_at)


def _batch(uow: UnitOfWork, batch_id: UUID) -> ImportBatch:
    """A batch of this room; those of the question bank live elsewhere."""
    batch = find(uow, ImportBatch, batch_id)
    if batch.kind is ImportKind.QUESTIONS:
        raise NotFound
    return batch


def _looked(uow: UnitOfWork, batch: ImportBatch) -> service.Look:
    """What there is to see of it. Raises Later for a long file that nobody has looked at since it was last mended."""
    looked = _kept_look(uow, batch)
    if looked is None:
        again = url_for(".people" if batch.kind is ImportKind.PEOPLE else ".enterprises")
        title, here = _("正在看“%(file)s”", file=batch.file_name), _address(uow, batch)
        raise Later(service.look_at_file, title, batch.id.bytes, back=again, goal=here)
    return looked


def _kept_look(uow: UnitOfWork, batch: ImportBatch) -> service.Look | None:
    """The same; None instead of Later."""
    if not service.is_long(batch.content):
        return service.look(uow, batch)
    kept = errands.made_for(uow, _address(uow, batch))
    looked: service.Look | None = pickle.loads(kept) if kept else None  # ours: it was kept encrypted under our key
    return looked


def _address(uow: UnitOfWork, batch: ImportBatch) -> str:
    """Of the preview as things stand."""
    return url_for(".show", batch_id=batch.id, state=service.state_of(uow, batch))


def _preview(uow: UnitOfWork, batch: ImportBatch) -> ResponseReturnValue:
    looked = _looked(uow, batch)
    chosen = {int(column): field for column, field in batch.mapping.items()}
    headings = [heading for heading in looked.headings if heading.text or heading.samples or heading.field][:60]
    response = make_response(
        render_template(
            "registry/import.html",
            batch=batch,
            kind=batch.kind.value,
            looked=looked,
            reading=looked.reading,
            plan=looked.plan,
            counts=looked.plan.counts() if looked.plan else {},
            total=len(looked.records),
            headings=headings,
            chosen=chosen,
            asked={heading.column for heading in headings if _is_asked(heading)},
            shown=_as_text({str(heading.column): chosen.get(heading.column, heading.field or "") for heading in headings}),
            choices=[(field, field_label(batch.kind, field)) for field in service.NAMES[batch.kind]],
            shown_fields=_shown_fields(looked, batch.kind),
            rows_shown=ROWS_SHOWN,
            today=uow.today,
            label=lambda field: field_label(batch.kind, field),
            masked_cell=masked_cell,
            masked_fault=masked_fault,
            no_record=no_record,
            **_place(uow, batch),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _done(uow: UnitOfWork, batch: ImportBatch) -> str:
    """What came of it. who: of each kind the id, name and page of those who are still known. back: what taking it back would do;
    stayed: who stayed when it was taken back, as (name, page, why).
    """
    people, result = batch.kind is ImportKind.PEOPLE, batch.result or {}
    told = {kind: [UUID(one) for one in ids] for kind, ids in result.get("who", {}).items()}
    kept = {UUID(one): why for one, *why in result.get("taken_back", {}).get("stays", ())}
    names = queries.named_within(uow, Person if people else Enterprise, [one for ids in (*told.values(), kept) for one in ids])
    back = service.look_back(uow, batch)
    staying = [(one.name, _page_of(people, one.id), one.why) for one in back.stays] if back else []
    until = batch.applied_at + service.WITHIN if batch.applied_at else None
    return render_template(
        "registry/import_done.html", batch=batch, kind=batch.kind.value, opened=request.args.get("of", ""),
        who={kind: [(names[one], _page_of(people, one)) for one in ids if one in names] for kind, ids in told.items()},
        merged=result.get("merged", ()), back=back, staying=staying, until=until,
        stayed=[(names[one], _page_of(people, one), why) for one, why in kept.items() if one in names],
        why_stays=why_stays, rows_shown=ROWS_SHOWN, **_place(uow, batch),
    )  # fmt: skip


def _page_of(people: bool, one: UUID) -> str:
    return url_for("registry.person", person_id=one) if people else url_for("archives.enterprise", enterprise_id=one)


def _shown_fields(looked: service.Look, kind: ImportKind) -> list[str]:
    """The columns of the table of faulty rows: those that tell who it is about, and those at fault."""
    told = {heading.field for heading in looked.headings}
    at_fault = {field for row in looked.faulty for field in row.faults}
    wanted = [field for field in service.SHOWN[kind] if field in told or field in at_fault]
    return wanted + [field for field in service.NAMES[kind] if field in at_fault and field not in wanted]


def _is_asked(heading: Heading) -> bool:
    """Whether somebody should say what a column is: it holds something, is not recognised and is no number or remark."""
    return bool(heading.samples) and heading.field is None and plain(heading.text) not in UNNEEDED


def _as_text(mapping: dict[str, str]) -> str:
    """The columns as a page shows them, to tell whether somebody has changed one since."""
    return ";".join(f"{column}={field}" for column, field in sorted(mapping.items()))


def _typed() -> tuple[dict[str, str], dict[str, str], int | None]:
    """Fixes, mapping and header row from the fields fix-<row>-<field>, map-<column> and header_row."""
    fixes, mapping = {}, {}
    for name, value in request.form.items():
        kind, _dash, rest = name.partition("-")
        if kind == "fix":
            row, _dash, field = rest.partition("-")
            fixes[f"{row}:{field}"] = value
        elif kind == "map":
            mapping[rest] = value
    written = request.form.get("header_row", "")
    return fixes, mapping, int(written) if written.isdecimal() and len(written) < 6 else None


def _place(uow: UnitOfWork, batch: ImportBatch) -> dict[str, Any]:
    """Where the batch goes: its enterprise or district by name."""
    if batch.enterprise_id:
        return {"target": uow.session.get_one(Enterprise, batch.enterprise_id).name}
    return {"target": uow.session.get_one(Jurisdiction, batch.jurisdiction_id).name}
