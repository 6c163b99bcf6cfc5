"""Whose people somebody is (用工形式), and visitors."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person_post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("relation", sa.String(length=10), nullable=False, server_default="本单位"))

    op.create_table(
        "visitor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("company", sa.String(length=80), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.String(length=40), nullable=True),
        sa.Column("entered_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_visitor_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_visitor_lecture_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_visitor_sitting_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_visitor_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_visitor_scan_id")),
    )
    with op.batch_alter_table("visitor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visitor_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visitor_lecture_id"), ["lecture_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visitor_sitting_id_device_id"), ["sitting_id", "device_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("visitor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visitor_sitting_id_device_id"))
        batch_op.drop_index(batch_op.f("ix_visitor_lecture_id"))
        batch_op.drop_index(batch_op.f("ix_visitor_enterprise_id_lecture_id"))
    op.drop_table("visitor")
    with op.batch_alter_table("person_post", schema=None) as batch_op:
        batch_op.drop_column("relation")
