"""Tablets and leaders' phones: stations, signatures, and what waits for the trainer, late scans among it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "station",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("team", sa.String(length=60), nullable=True),
        sa.Column("leader", sa.String(length=80), nullable=True),
        sa.Column("invitation", sa.LargeBinary(), nullable=True),
        sa.Column("invitation_hash", sa.String(length=64), nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("invited_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.Column("paired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'leader') = (leader IS NOT NULL)", name=op.f("ck_station_a_leaders_phone_has_a_leader")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_station_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_station_lecture_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_station_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_station_code_hash")),
        sa.UniqueConstraint("invitation_hash", name=op.f("uq_station_invitation_hash")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_station_key_hash")),
    )
    with op.batch_alter_table("station", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_station_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_station_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_signature_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("enterprise_id", "sha256", name=op.f("uq_signature_enterprise_id_sha256")),
    )
    op.create_table(
        "held_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_id", sa.Uuid(), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_offset", sa.Integer(), nullable=True),
        sa.Column("known_by", sa.String(length=20), nullable=True),
        sa.Column("signature_sha256", sa.String(length=64), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.CheckConstraint("(station_id IS NULL) <> (scan_id IS NULL)", name=op.f("ck_held_mark_one_origin")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_held_mark_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_held_mark_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_held_mark_person_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_held_mark_scan_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_held_mark_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_mark")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_held_mark_scan_id")),
        sa.UniqueConstraint("sent_id", name=op.f("uq_held_mark_sent_id")),
    )
    with op.batch_alter_table("held_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_mark_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_held_mark_station_id"), ["station_id"], unique=False)

    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("station_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("device_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("clock_offset", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("known_by", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("signature_sha256", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_attendance_event_sent_id"), ["sent_id"])
        batch_op.create_foreign_key(batch_op.f("fk_attendance_event_station_id"), "station", ["station_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attendance_event_station_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_attendance_event_sent_id"), type_="unique")
        batch_op.drop_column("signature_sha256")
        batch_op.drop_column("known_by")
        batch_op.drop_column("clock_offset")
        batch_op.drop_column("device_at")
        batch_op.drop_column("station_id")
        batch_op.drop_column("sent_id")

    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_column("received_at")

    op.drop_table("held_mark")
    op.drop_table("signature")
    op.drop_table("station")
