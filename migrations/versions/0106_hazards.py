"""Major hazards, the acts that were signed about them, their evidence, and who was told when a deadline was over."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

WORDS = {
    "clause_code": 20, "clause_sector": 30, "clause_article": 30, "clause_text": 300, "clause_standard": 120, "clause_from": 60,
    "clause_confidence": 10, "clause_note": 200, "place": 120, "text": 500, "other_sector": 200,
}  # fmt: skip
SIGNED = {"choice": 20, "words": 1000, "receiver": 80, "document": 60, "basis": 120, "confidence": 10}


def upgrade() -> None:
    hazard = op.create_table(
        "hazard",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in WORDS.items()),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_by", sa.String(length=80), nullable=False),
        sa.Column("rectify_first", sa.Date(), nullable=False),
        sa.Column("sent_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rectify_by", sa.Date(), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=True),
        sa.Column("checked_by", sa.String(length=60), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(stage = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_hazard_closed_on_a_day")),
        *_to("hazard", enterprise_id="enterprise", jurisdiction_id="jurisdiction"),
        sa.UniqueConstraint("sent_id", name=op.f("uq_hazard_sent_id")),
    )
    op.create_index(op.f("ix_hazard_enterprise_id_stage"), "hazard", ["enterprise_id", "stage"])
    op.create_index(op.f("ix_hazard_stage_due_on"), "hazard", ["stage", "due_on"])
    step = op.create_table(
        "hazard_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in SIGNED.items()),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(length=80), nullable=False),
        sa.Column("signed_key", sa.String(length=60), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_head", sa.Boolean(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("on_paper = (entered_by <> '')", name=op.f("ck_hazard_step_paper_is_entered_by_somebody")),
        *_to("hazard_step", enterprise_id="enterprise", hazard_id="hazard"),
        sa.UniqueConstraint("hazard_id", "number", name=op.f("uq_hazard_step_hazard_id_number")),
    )
    op.create_index(op.f("ix_hazard_step_enterprise_id_hazard_id"), "hazard_step", ["enterprise_id", "hazard_id"])
    file = op.create_table(
        "hazard_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("view_sha256", sa.String(length=64), nullable=True),
        sa.Column("small_sha256", sa.String(length=64), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=20), nullable=True),
        *_to("hazard_file", enterprise_id="enterprise", hazard_id="hazard", step_id="hazard_step"),
        sa.UniqueConstraint("step_id", "sha256", name=op.f("uq_hazard_file_step_id_sha256")),
    )
    op.create_index(op.f("ix_hazard_file_enterprise_id_hazard_id"), "hazard_file", ["enterprise_id", "hazard_id"])
    alert = op.create_table(
        "hazard_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=False),
        *_to("hazard_alert", enterprise_id="enterprise", hazard_id="hazard", to_id="jurisdiction"),
    )
    op.create_index(op.f("ix_hazard_alert_enterprise_id_hazard_id"), "hazard_alert", ["enterprise_id", "hazard_id"])
    op.create_index(op.f("ix_hazard_alert_hazard_id_due_on"), "hazard_alert", ["hazard_id", "due_on"])
    for table, free in ((hazard, True), (step, False), (file, True), (alert, False)):
        for statement in statements(op.get_bind().dialect.name, table.name, [one.name for one in table.columns], free=free):
            op.execute(statement)


def downgrade() -> None:
    for table in ("hazard_alert", "hazard_file", "hazard_step", "hazard"):
        op.drop_table(table)


def _to(table: str, **others: str) -> list[sa.Constraint]:
    """The primary key of a table, and where its columns lead."""
    keys = [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}")) for column, other in others.items()
    ]
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
