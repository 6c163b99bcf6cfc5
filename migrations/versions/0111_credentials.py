"""Completion, hours, certificates."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None

TABLES = (
    "serial_counter",
    "certificate_design",
    "certificate_template",
    "carried_record",
    "entered_training",
    "hours_cycle",
    "training_demand",
    "work_permit",
    "award",
    "completion",
    "certificate",
    "completion_change",
    "hours_line",
)


def upgrade() -> None:
    op.create_table(
        "serial_counter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_code", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial_counter")),
        sa.UniqueConstraint("district_code", "year", name=op.f("uq_serial_counter_district_code_year")),
    )
    op.create_table(
        "certificate_design",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("logo", sa.String(length=64), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name=op.f("ck_certificate_design_one_scope")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_certificate_design_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_certificate_design_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design")),
        sa.UniqueConstraint("enterprise_id", "kind", name=op.f("uq_certificate_design_enterprise_id_kind")),
        sa.UniqueConstraint("jurisdiction_id", "kind", name=op.f("uq_certificate_design_jurisdiction_id_kind")),
    )
    op.create_table(
        "certificate_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("logo", sa.String(length=64), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name=op.f("ck_certificate_template_one_scope")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_certificate_template_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_certificate_template_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_template")),
        sa.UniqueConstraint("enterprise_id", "kind", "version", name=op.f("uq_certificate_template_enterprise_id_kind_version")),
        sa.UniqueConstraint(
            "jurisdiction_id", "kind", "version", name=op.f("uq_certificate_template_jurisdiction_id_kind_version")
        ),
    )
    op.create_table(
        "carried_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("signature", sa.String(length=128), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_carried_record_enterprise_id")),
        sa.ForeignKeyConstraint(["firm_id"], ["enterprise.id"], name=op.f("fk_carried_record_firm_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_carried_record_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_record")),
        sa.UniqueConstraint("code", name=op.f("uq_carried_record_code")),
    )
    op.create_index(
        op.f("ix_carried_record_enterprise_id_offered_at"), "carried_record", ["enterprise_id", "offered_at"], unique=False
    )
    op.create_index(op.f("ix_carried_record_firm_id_agreed_at"), "carried_record", ["firm_id", "agreed_at"], unique=False)
    op.create_index(op.f("ix_carried_record_person_id"), "carried_record", ["person_id"], unique=False)
    op.create_table(
        "entered_training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("organizer", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_key", sa.String(length=60), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.String(length=80), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_entered_training_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entered_training_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entered_training")),
    )
    op.create_index(
        op.f("ix_entered_training_enterprise_id_entered_at"), "entered_training", ["enterprise_id", "entered_at"], unique=False
    )
    op.create_index(op.f("ix_entered_training_person_id"), "entered_training", ["person_id"], unique=False)
    op.create_table(
        "hours_cycle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("required", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("rule_id", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=120), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_hours_cycle_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_cycle_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_cycle")),
    )
    op.create_index(
        op.f("ix_hours_cycle_enterprise_id_person_id_starts_on"),
        "hours_cycle",
        ["enterprise_id", "person_id", "starts_on"],
        unique=False,
    )
    op.create_index(
        "uq_hours_cycle_current",
        "hours_cycle",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "training_demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("required", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("rule_id", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=120), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_by", sa.String(length=80), nullable=True),
        sa.Column("waived_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_training_demand_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_training_demand_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_demand")),
        sa.UniqueConstraint(
            "person_id", "occasion", "since_on", "said", name=op.f("uq_training_demand_person_id_occasion_since_on_said")
        ),
    )
    op.create_index(
        op.f("ix_training_demand_enterprise_id_since_on"), "training_demand", ["enterprise_id", "since_on"], unique=False
    )
    op.create_index(
        "ix_training_demand_open",
        "training_demand",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("met_on IS NULL AND waived_at IS NULL"),
        postgresql_where=sa.text("met_on IS NULL AND waived_at IS NULL"),
    )
    op.create_table(
        "work_permit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.String(length=20), nullable=False),
        sa.Column("work", sa.String(length=60), nullable=False),
        sa.Column("card_no", sa.LargeBinary(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("rule_id", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=120), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_work_permit_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_work_permit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_permit")),
    )
    op.create_index(
        "ix_work_permit_due",
        "work_permit",
        ["review_due_on"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_work_permit_enterprise_id_review_due_on"), "work_permit", ["enterprise_id", "review_due_on"], unique=False
    )
    op.create_index(op.f("ix_work_permit_person_id"), "work_permit", ["person_id"], unique=False)
    op.create_table(
        "award",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("awarded_by", sa.String(length=80), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate_due", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["hours_cycle.id"], name=op.f("fk_award_cycle_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_award_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_award_jurisdiction_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_award_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("cycle_id", name=op.f("uq_award_cycle_id")),
    )
    op.create_index(op.f("ix_award_enterprise_id_person_id"), "award", ["enterprise_id", "person_id"], unique=False)
    op.create_index(op.f("ix_award_person_id_kind"), "award", ["person_id", "kind"], unique=False)
    op.create_index(
        "ix_award_waiting",
        "award",
        ["decided_at"],
        unique=False,
        sqlite_where=sa.text("certificate_due = 1"),
        postgresql_where=sa.text("certificate_due"),
    )
    op.create_table(
        "completion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("examined", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate_due", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_completion_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_completion_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_completion_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion")),
        sa.UniqueConstraint("lecture_id", "person_id", name=op.f("uq_completion_lecture_id_person_id")),
    )
    op.create_index(op.f("ix_completion_enterprise_id_lecture_id"), "completion", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(
        "ix_completion_graded",
        "completion",
        ["lecture_id"],
        unique=False,
        sqlite_where=sa.text("graded_at IS NOT NULL"),
        postgresql_where=sa.text("graded_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_completion_person_id"), "completion", ["person_id"], unique=False)
    op.create_index(
        "ix_completion_waiting",
        "completion",
        ["lecture_id"],
        unique=False,
        sqlite_where=sa.text("certificate_due = 1"),
        postgresql_where=sa.text("certificate_due"),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=True),
        sa.Column("award_id", sa.Uuid(), nullable=True),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("public_code", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(length=200), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.String(length=80), nullable=True),
        sa.Column("proposed_key", sa.String(length=60), nullable=True),
        sa.Column("proposed_reason", sa.String(length=200), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_reason", sa.String(length=200), nullable=True),
        sa.Column("superseded_by_id", sa.Uuid(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("(completion_id IS NULL) <> (award_id IS NULL)", name=op.f("ck_certificate_rests_on_one")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_certificate_award_id")),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_certificate_completion_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_certificate_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_certificate_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["certificate.id"], name=op.f("fk_certificate_superseded_by_id")),
        sa.ForeignKeyConstraint(["template_id"], ["certificate_template.id"], name=op.f("fk_certificate_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("public_code", name=op.f("uq_certificate_public_code")),
        sa.UniqueConstraint("serial", name=op.f("uq_certificate_serial")),
    )
    op.create_index(op.f("ix_certificate_enterprise_id_issued_at"), "certificate", ["enterprise_id", "issued_at"], unique=False)
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"], unique=False)
    op.create_index(op.f("ix_certificate_template_id"), "certificate", ["template_id"], unique=False)
    op.create_index(
        "uq_certificate_award_in_force",
        "certificate",
        ["award_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL AND superseded_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL AND superseded_at IS NULL"),
    )
    op.create_index(
        "uq_certificate_in_force",
        "certificate",
        ["lecture_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL AND superseded_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL AND superseded_at IS NULL"),
    )
    op.create_table(
        "completion_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_completion_change_completion_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_completion_change_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_completion_change_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_completion_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_change")),
    )
    op.create_index(op.f("ix_completion_change_completion_id"), "completion_change", ["completion_id"], unique=False)
    op.create_index(
        op.f("ix_completion_change_enterprise_id_lecture_id"), "completion_change", ["enterprise_id", "lecture_id"], unique=False
    )
    op.create_table(
        "hours_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=True),
        sa.Column("completion_id", sa.Uuid(), nullable=True),
        sa.Column("training_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("hours", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("trust", sa.String(length=20), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=True),
        sa.CheckConstraint("(completion_id IS NULL) <> (training_id IS NULL)", name=op.f("ck_hours_line_rests_on_one")),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_hours_line_completion_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_hours_line_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_hours_line_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_line_person_id")),
        sa.ForeignKeyConstraint(["training_id"], ["entered_training.id"], name=op.f("fk_hours_line_training_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_line")),
    )
    op.create_index(op.f("ix_hours_line_completion_id"), "hours_line", ["completion_id"], unique=False)
    op.create_index(
        op.f("ix_hours_line_enterprise_id_person_id_earned_on"),
        "hours_line",
        ["enterprise_id", "person_id", "earned_on"],
        unique=False,
    )
    op.create_index(op.f("ix_hours_line_person_id_earned_on"), "hours_line", ["person_id", "earned_on"], unique=False)
    op.create_index(op.f("ix_hours_line_training_id"), "hours_line", ["training_id"], unique=False)
    connection = op.get_bind()
    for statement in (
        *statements(connection.dialect.name, "certificate_template", ()),
        *statements(connection.dialect.name, "certificate", (), free=True),
        *statements(connection.dialect.name, "completion_change", ()),
        *statements(connection.dialect.name, "hours_line", ()),
    ):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
