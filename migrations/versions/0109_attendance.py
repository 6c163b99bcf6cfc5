"""Who was there."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None

TABLES = (
    "signature",
    "dispute",
    "flag_resolution",
    "refused_claim",
    "sheet_photo",
    "presence",
    "recheck",
    "scan",
    "sign_sheet",
    "station",
    "attendance_event",
    "held_mark",
    "recheck_ask",
    "sheet_image",
    "visitor",
    "correction",
    "hand_mark",
)


def upgrade() -> None:
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
        "dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_dispute_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_dispute_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dispute_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_enterprise_id_lecture_id"), "dispute", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_dispute_lecture_id_person_id"), "dispute", ["lecture_id", "person_id"], unique=False)
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
    op.create_index(
        op.f("ix_flag_resolution_enterprise_id_lecture_id"), "flag_resolution", ["enterprise_id", "lecture_id"], unique=False
    )
    op.create_table(
        "refused_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("other_phone", sa.Boolean(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_refused_claim_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_refused_claim_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_refused_claim_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_claim")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_refused_claim_claim_id")),
    )
    op.create_index(
        op.f("ix_refused_claim_enterprise_id_lecture_id"), "refused_claim", ["enterprise_id", "lecture_id"], unique=False
    )
    op.create_index(op.f("ix_refused_claim_lecture_id"), "refused_claim", ["lecture_id"], unique=False)
    op.create_table(
        "sheet_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_sheet_photo_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_sheet_photo_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_photo")),
    )
    op.create_index(op.f("ix_sheet_photo_enterprise_id_lecture_id"), "sheet_photo", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(
        "ix_sheet_photo_waiting",
        "sheet_photo",
        ["taken_at"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "presence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("first_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("trust", sa.String(length=20), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_presence_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_presence_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_presence_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_presence_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("lecture_id", "person_id", name=op.f("uq_presence_lecture_id_person_id")),
    )
    op.create_index(op.f("ix_presence_enterprise_id_lecture_id"), "presence", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_presence_person_id"), "presence", ["person_id"], unique=False)
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
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_recheck_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_recheck_lecture_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_recheck_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
    )
    op.create_index(op.f("ix_recheck_due_at"), "recheck", ["due_at"], unique=False)
    op.create_index(op.f("ix_recheck_enterprise_id_lecture_id"), "recheck", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_recheck_sitting_id"), "recheck", ["sitting_id"], unique=False)
    op.create_table(
        "scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("screen", sa.String(length=20), nullable=False),
        sa.Column("device_id", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_scan_enterprise_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_scan_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    op.create_index(op.f("ix_scan_enterprise_id_sitting_id"), "scan", ["enterprise_id", "sitting_id"], unique=False)
    op.create_table(
        "sign_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("extras", sa.JSON(), nullable=False),
        sa.Column("printed_by", sa.String(length=80), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_sign_sheet_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_sign_sheet_lecture_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sign_sheet_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_sheet")),
        sa.UniqueConstraint("enterprise_id", "number", name=op.f("uq_sign_sheet_enterprise_id_number")),
    )
    op.create_index(op.f("ix_sign_sheet_enterprise_id_lecture_id"), "sign_sheet", ["enterprise_id", "lecture_id"], unique=False)
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
    op.create_index(op.f("ix_station_enterprise_id_lecture_id"), "station", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_station_sitting_id"), "station", ["sitting_id"], unique=False)
    op.create_table(
        "attendance_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("trust", sa.String(length=20), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.String(length=40), nullable=True),
        sa.Column("screen", sa.String(length=20), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("sent_id", sa.Uuid(), nullable=True),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_offset", sa.Integer(), nullable=True),
        sa.Column("known_by", sa.String(length=20), nullable=True),
        sa.Column("signature_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_attendance_event_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_attendance_event_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_event_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_attendance_event_sitting_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_attendance_event_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_event")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_attendance_event_claim_id")),
        sa.UniqueConstraint("sent_id", name=op.f("uq_attendance_event_sent_id")),
    )
    op.create_index(
        op.f("ix_attendance_event_enterprise_id_lecture_id_person_id"),
        "attendance_event",
        ["enterprise_id", "lecture_id", "person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attendance_event_sitting_id_device_id"), "attendance_event", ["sitting_id", "device_id"], unique=False
    )
    op.create_index(
        op.f("ix_attendance_event_lecture_id_person_id"), "attendance_event", ["lecture_id", "person_id"], unique=False
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
    op.create_index(op.f("ix_held_mark_enterprise_id_lecture_id"), "held_mark", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_held_mark_station_id"), "held_mark", ["station_id"], unique=False)
    op.create_table(
        "recheck_ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("recheck_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_recheck_ask_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recheck_ask_person_id")),
        sa.ForeignKeyConstraint(["recheck_id"], ["recheck.id"], name=op.f("fk_recheck_ask_recheck_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck_ask")),
        sa.UniqueConstraint("recheck_id", "person_id", name=op.f("uq_recheck_ask_recheck_id_person_id")),
    )
    op.create_index(op.f("ix_recheck_ask_person_id"), "recheck_ask", ["person_id"], unique=False)
    op.create_table(
        "sheet_image",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ink_in", sa.Integer(), nullable=False),
        sa.Column("ink_out", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_sheet_image_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sheet_image_person_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["sheet_photo.id"], name=op.f("fk_sheet_image_photo_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sign_sheet.id"], name=op.f("fk_sheet_image_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_image")),
    )
    op.create_index(op.f("ix_sheet_image_enterprise_id_taken_at"), "sheet_image", ["enterprise_id", "taken_at"], unique=False)
    op.create_index(op.f("ix_sheet_image_person_id"), "sheet_image", ["person_id"], unique=False)
    op.create_index(op.f("ix_sheet_image_photo_id"), "sheet_image", ["photo_id"], unique=False)
    op.create_index(op.f("ix_sheet_image_sheet_id_line"), "sheet_image", ["sheet_id", "line"], unique=False)
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
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_visitor_scan_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_visitor_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_visitor_scan_id")),
    )
    op.create_index(op.f("ix_visitor_enterprise_id_lecture_id"), "visitor", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_visitor_lecture_id"), "visitor", ["lecture_id"], unique=False)
    op.create_index(op.f("ix_visitor_sitting_id_device_id"), "visitor", ["sitting_id", "device_id"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("signed_by", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_correction_enterprise_id")),
        sa.ForeignKeyConstraint(["event_id"], ["attendance_event.id"], name=op.f("fk_correction_event_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_correction_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_correction_person_id")),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["attendance_event.id"], name=op.f("fk_correction_replaced_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_correction_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("event_id", name=op.f("uq_correction_event_id")),
    )
    op.create_index(op.f("ix_correction_enterprise_id_lecture_id"), "correction", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_correction_lecture_id"), "correction", ["lecture_id"], unique=False)
    op.create_table(
        "hand_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("entered_key", sa.String(length=60), nullable=False),
        sa.Column("confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_hand_mark_enterprise_id")),
        sa.ForeignKeyConstraint(["event_id"], ["attendance_event.id"], name=op.f("fk_hand_mark_event_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_hand_mark_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hand_mark_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_mark")),
        sa.UniqueConstraint("event_id", name=op.f("uq_hand_mark_event_id")),
    )
    op.create_index(op.f("ix_hand_mark_enterprise_id_lecture_id"), "hand_mark", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_hand_mark_lecture_id"), "hand_mark", ["lecture_id"], unique=False)
    connection = op.get_bind()
    for statement in statements(connection.dialect.name, "attendance_event", ()):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
