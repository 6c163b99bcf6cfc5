"""Officers on the spot."""

import sqlalchemy as sa
from alembic import op

revision = "0113"
down_revision = "0112"
branch_labels = None
depends_on = None

TABLES = ("observation_draw", "observation", "observation_visit", "observation_reply")


def upgrade() -> None:
    op.create_table(
        "observation_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("pool", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(length=80), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_observation_draw_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_draw")),
    )
    op.create_index(
        op.f("ix_observation_draw_jurisdiction_id_drawn_at"), "observation_draw", ["jurisdiction_id", "drawn_at"], unique=False
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("officer", sa.String(length=80), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("photo_ids", sa.JSON(), nullable=False),
        sa.Column("sent_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_observation_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_observation_lecture_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["observation.id"], name=op.f("fk_observation_replaces_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_observation_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("sent_id", name=op.f("uq_observation_sent_id")),
    )
    op.create_index(op.f("ix_observation_enterprise_id_lecture_id"), "observation", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_observation_lecture_id"), "observation", ["lecture_id"], unique=False)
    op.create_table(
        "observation_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("officer", sa.String(length=80), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_observation_visit_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_observation_visit_lecture_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_observation_visit_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_visit")),
        sa.UniqueConstraint("lecture_id", "user_id", name=op.f("uq_observation_visit_lecture_id_user_id")),
    )
    op.create_index(
        op.f("ix_observation_visit_enterprise_id_lecture_id"), "observation_visit", ["enterprise_id", "lecture_id"], unique=False
    )
    op.create_index(op.f("ix_observation_visit_user_id"), "observation_visit", ["user_id"], unique=False)
    op.create_table(
        "observation_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_observation_reply_enterprise_id")),
        sa.ForeignKeyConstraint(["observation_id"], ["observation.id"], name=op.f("fk_observation_reply_observation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_reply")),
    )
    op.create_index(
        op.f("ix_observation_reply_enterprise_id_observation_id"),
        "observation_reply",
        ["enterprise_id", "observation_id"],
        unique=False,
    )
    op.create_index(op.f("ix_observation_reply_observation_id"), "observation_reply", ["observation_id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
