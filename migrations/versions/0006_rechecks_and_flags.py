"""Re-checks, the sitting that counts, and confirmations of identity as one kind of looked-at flag."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CONFIRMATION = sa.table(
    "identity_confirmation",
    sa.column("id", sa.Uuid()),
    sa.column("enterprise_id", sa.Uuid()),
    sa.column("lecture_id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("confirmed_by", sa.String()),
    sa.column("confirmed_at", sa.DateTime(timezone=True)),
)
RESOLUTION = sa.table(
    "flag_resolution",
    sa.column("id", sa.Uuid()),
    sa.column("enterprise_id", sa.Uuid()),
    sa.column("lecture_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("subject", sa.String()),
    sa.column("person_id", sa.Uuid()),
    sa.column("resolved_by", sa.String()),
    sa.column("resolved_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "recheck",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_recheck_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_recheck_lecture_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_recheck_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
    )
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recheck_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recheck_sitting_id"), ["sitting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recheck_due_at"), ["due_at"], unique=False)

    op.create_table(
        "recheck_ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("recheck_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_recheck_ask_enterprise_id")),
        sa.ForeignKeyConstraint(["recheck_id"], ["recheck.id"], name=op.f("fk_recheck_ask_recheck_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recheck_ask_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck_ask")),
        sa.UniqueConstraint("recheck_id", "person_id", name=op.f("uq_recheck_ask_recheck_id_person_id")),
    )
    with op.batch_alter_table("recheck_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recheck_ask_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sitting_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_presence_sitting_id"), "sitting", ["sitting_id"], ["id"])
    op.execute(
        "UPDATE presence SET sitting_id = (SELECT sitting_id FROM attendance_event AS marked"
        " WHERE marked.lecture_id = presence.lecture_id AND marked.person_id = presence.person_id"
        " ORDER BY marked.scanned_at, marked.id LIMIT 1)"
    )

    op.create_table(
        "flag_resolution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("resolved_by", sa.String(length=80), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_flag_resolution_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_flag_resolution_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_flag_resolution_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_resolution")),
        sa.UniqueConstraint("lecture_id", "kind", "subject", name=op.f("uq_flag_resolution_lecture_id_kind_subject")),
    )
    with op.batch_alter_table("flag_resolution", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_flag_resolution_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False
        )
    rows = op.get_bind().execute(sa.select(CONFIRMATION)).mappings().all()
    if rows:
        op.bulk_insert(
            RESOLUTION,
            [
                {
                    "id": row["id"], "enterprise_id": row["enterprise_id"], "lecture_id": row["lecture_id"],
                    "kind": "same_device", "subject": str(row["person_id"]), "person_id": row["person_id"],
                    "resolved_by": row["confirmed_by"], "resolved_at": row["confirmed_at"],
                }
                for row in rows
            ],
        )  # fmt: skip
    with op.batch_alter_table("identity_confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_confirmation_enterprise_id_lecture_id"))
    op.drop_table("identity_confirmation")


def downgrade() -> None:
    op.create_table(
        "identity_confirmation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=80), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_identity_confirmation_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_identity_confirmation_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_confirmation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_confirmation")),
        sa.UniqueConstraint("lecture_id", "person_id", name=op.f("uq_identity_confirmation_lecture_id_person_id")),
    )
    with op.batch_alter_table("identity_confirmation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identity_confirmation_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False
        )
    rows = op.get_bind().execute(sa.select(RESOLUTION).where(RESOLUTION.c.kind == "same_device")).mappings().all()
    if rows:
        op.bulk_insert(
            CONFIRMATION,
            [
                {
                    "id": row["id"], "enterprise_id": row["enterprise_id"], "lecture_id": row["lecture_id"],
                    "person_id": row["person_id"], "confirmed_by": row["resolved_by"], "confirmed_at": row["resolved_at"],
                }
                for row in rows
            ],
        )  # fmt: skip
    with op.batch_alter_table("flag_resolution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flag_resolution_enterprise_id_lecture_id"))
    op.drop_table("flag_resolution")

    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_presence_sitting_id"), type_="foreignkey")
        batch_op.drop_column("sitting_id")

    with op.batch_alter_table("recheck_ask", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recheck_ask_person_id"))
    op.drop_table("recheck_ask")
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recheck_due_at"))
        batch_op.drop_index(batch_op.f("ix_recheck_sitting_id"))
        batch_op.drop_index(batch_op.f("ix_recheck_enterprise_id_lecture_id"))
    op.drop_table("recheck")
