"""Lectures, their people, materials and photos."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import statements

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None

TABLES = (
    "rendition",
    "library_item",
    "rendition_page",
    "library_version",
    "theme_waiver",
    "upload",
    "lecture",
    "attendee",
    "follow_up",
    "material",
    "photo",
    "plan_change",
    "sitting",
    "lecturer_mark",
    "photo_match",
    "reading",
    "photo_band",
    "leave_line",
)
LEAVE_LINE = (
    "id",
    "enterprise_id",
    "lecture_id",
    "person_id",
    "given",
    "reason",
    "reason_sha256",
    "signed_by",
    "signed_at",
    "refused",
)


def upgrade() -> None:
    op.create_table(
        "rendition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("pages_ready", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words_sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint("pages_ready >= 0", name=op.f("ck_rendition_counts_from_zero")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("source_sha256", name=op.f("uq_rendition_source_sha256")),
    )
    op.create_index(op.f("ix_rendition_state"), "rendition", ["state"], unique=False)
    op.create_index(op.f("ix_rendition_words_sha256"), "rendition", ["words_sha256"], unique=False)
    op.create_table(
        "library_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_library_item_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_item")),
    )
    op.create_index(op.f("ix_library_item_jurisdiction_id"), "library_item", ["jurisdiction_id"], unique=False)
    op.create_table(
        "rendition_page",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rendition_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("small_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["rendition_id"], ["rendition.id"], name=op.f("fk_rendition_page_rendition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition_page")),
        sa.UniqueConstraint("rendition_id", "number", name=op.f("uq_rendition_page_rendition_id_number")),
    )
    op.create_table(
        "library_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["library_item.id"], name=op.f("fk_library_version_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_library_version_item_id_number")),
    )
    op.create_index(op.f("ix_library_version_sha256"), "library_version", ["sha256"], unique=False)
    op.create_table(
        "theme_waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("waived_by", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_theme_waiver_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_waiver")),
    )
    op.create_index(
        "uq_theme_waiver_current",
        "theme_waiver",
        ["enterprise_id", "theme"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.String(length=20), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(length=300), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name=op.f("ck_upload_one_scope")),
        sa.CheckConstraint("received BETWEEN 0 AND size", name=op.f("ck_upload_never_more_than_announced")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_upload_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_upload_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_owner"), "upload", ["owner"], unique=False)
    op.create_index(op.f("ix_upload_touched_at"), "upload", ["touched_at"], unique=False)
    op.create_table(
        "lecture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("makes_up_for_id", sa.Uuid(), nullable=True),
        sa.Column("copied_from_id", sa.Uuid(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("passes_on_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("lecturer_id", sa.Uuid(), nullable=False),
        sa.Column("spoken_by_id", sa.Uuid(), nullable=True),
        sa.Column("lecturer_is_head", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("quiz_plan", sa.JSON(), nullable=True),
        sa.Column("min_presence", sa.Integer(), nullable=False),
        sa.Column("cancelled_reason", sa.String(length=200), nullable=True),
        sa.Column("voided_reason", sa.String(length=200), nullable=True),
        sa.Column("voided_by", sa.String(length=80), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_proposed_by", sa.String(length=80), nullable=True),
        sa.Column("void_proposed_key", sa.String(length=60), nullable=True),
        sa.Column("void_proposed_reason", sa.String(length=200), nullable=True),
        sa.Column("level", sa.String(length=10), nullable=True),
        sa.Column("recheck", sa.Boolean(), nullable=False),
        sa.CheckConstraint("min_presence BETWEEN 0 AND 100", name=op.f("ck_lecture_presence_is_a_percentage")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lecture_campaign_id")),
        sa.ForeignKeyConstraint(["copied_from_id"], ["lecture.id"], name=op.f("fk_lecture_copied_from_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_lecture_enterprise_id")),
        sa.ForeignKeyConstraint(["lecturer_id"], ["person.id"], name=op.f("fk_lecture_lecturer_id")),
        sa.ForeignKeyConstraint(["makes_up_for_id"], ["lecture.id"], name=op.f("fk_lecture_makes_up_for_id")),
        sa.ForeignKeyConstraint(["passes_on_id"], ["lecture.id"], name=op.f("fk_lecture_passes_on_id")),
        sa.ForeignKeyConstraint(["series_id"], ["lecture.id"], name=op.f("fk_lecture_series_id")),
        sa.ForeignKeyConstraint(["spoken_by_id"], ["person.id"], name=op.f("fk_lecture_spoken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture")),
        sa.UniqueConstraint("enterprise_id", "year", "number", name=op.f("uq_lecture_enterprise_id_year_number")),
    )
    op.create_index(op.f("ix_lecture_campaign_id_enterprise_id"), "lecture", ["campaign_id", "enterprise_id"], unique=False)
    op.create_index(op.f("ix_lecture_enterprise_id_created_at"), "lecture", ["enterprise_id", "created_at"], unique=False)
    op.create_index(op.f("ix_lecture_makes_up_for_id"), "lecture", ["makes_up_for_id"], unique=False)
    op.create_index(op.f("ix_lecture_passes_on_id"), "lecture", ["passes_on_id"], unique=False)
    op.create_index(op.f("ix_lecture_series_id"), "lecture", ["series_id"], unique=False)
    op.create_table(
        "attendee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("department_name", sa.String(length=60), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=True),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("is_extra", sa.Boolean(), nullable=False),
        sa.Column("excused_reason", sa.String(length=60), nullable=True),
        sa.Column("excused_on", sa.Date(), nullable=True),
        sa.Column("leave_proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leave_proposed_by", sa.String(length=80), nullable=True),
        sa.Column("leave_proposed_key", sa.String(length=60), nullable=True),
        sa.Column("leave_proposed_reason", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_attendee_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_attendee_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendee_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendee")),
        sa.UniqueConstraint("lecture_id", "person_id", name=op.f("uq_attendee_lecture_id_person_id")),
    )
    op.create_index(op.f("ix_attendee_enterprise_id_lecture_id"), "attendee", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_attendee_person_id"), "attendee", ["person_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.Column("shift", sa.String(length=20), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_follow_up_department_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_follow_up_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_follow_up_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("lecture_id", "department_id", "shift", name=op.f("uq_follow_up_lecture_id_department_id_shift")),
    )
    op.create_index(op.f("ix_follow_up_enterprise_id_due_on"), "follow_up", ["enterprise_id", "due_on"], unique=False)
    op.create_table(
        "material",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("library_version_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_material_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_material_lecture_id")),
        sa.ForeignKeyConstraint(["library_version_id"], ["library_version.id"], name=op.f("fk_material_library_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("lecture_id", "sha256", name=op.f("uq_material_lecture_id_sha256")),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("prints", sa.JSON(), nullable=True),
        sa.Column("view_sha256", sa.String(length=64), nullable=True),
        sa.Column("small_sha256", sa.String(length=64), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_photo_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_photo_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("lecture_id", "sha256", name=op.f("uq_photo_lecture_id_sha256")),
    )
    op.create_index(op.f("ix_photo_enterprise_id_sha256"), "photo", ["enterprise_id", "sha256"], unique=False)
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_plan_change_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_plan_change_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
    )
    op.create_index(op.f("ix_plan_change_enterprise_id_lecture_id"), "plan_change", ["enterprise_id", "lecture_id"], unique=False)
    op.create_table(
        "sitting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("planned_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rest_out_by", sa.String(length=80), nullable=True),
        sa.Column("time_proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_proposed_by", sa.String(length=80), nullable=True),
        sa.Column("time_proposed_key", sa.String(length=60), nullable=True),
        sa.Column("time_proposed_reason", sa.String(length=200), nullable=True),
        sa.Column("time_step", sa.String(length=10), nullable=True),
        sa.Column("time_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("planned_ends_at > planned_starts_at", name=op.f("ck_sitting_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_sitting_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_sitting_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    op.create_index(
        op.f("ix_sitting_enterprise_id_planned_starts_at"), "sitting", ["enterprise_id", "planned_starts_at"], unique=False
    )
    op.create_index(op.f("ix_sitting_lecture_id"), "sitting", ["lecture_id"], unique=False)
    op.create_index(op.f("ix_sitting_opened_at"), "sitting", ["opened_at"], unique=False)
    op.create_table(
        "lecturer_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("witness", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("told_key", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_lecturer_mark_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_lecturer_mark_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lecturer_mark_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_lecturer_mark_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecturer_mark")),
    )
    op.create_index(
        op.f("ix_lecturer_mark_enterprise_id_lecture_id"), "lecturer_mark", ["enterprise_id", "lecture_id"], unique=False
    )
    op.create_index(op.f("ix_lecturer_mark_sitting_id"), "lecturer_mark", ["sitting_id"], unique=False)
    op.create_table(
        "photo_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("earlier_id", sa.Uuid(), nullable=False),
        sa.Column("unlike", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("explanation", sa.String(length=20), nullable=True),
        sa.Column("explained_by", sa.String(length=80), nullable=True),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("photo_id <> earlier_id", name=op.f("ck_photo_match_of_two_photos")),
        sa.ForeignKeyConstraint(["earlier_id"], ["photo.id"], name=op.f("fk_photo_match_earlier_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_photo_match_enterprise_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_match_photo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_match")),
        sa.UniqueConstraint("photo_id", "earlier_id", name=op.f("uq_photo_match_photo_id_earlier_id")),
    )
    op.create_index(op.f("ix_photo_match_enterprise_id"), "photo_match", ["enterprise_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_reading_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_reading_lecture_id")),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f("fk_reading_material_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reading_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("material_id", "person_id", "page", name=op.f("uq_reading_material_id_person_id_page")),
    )
    op.create_index(op.f("ix_reading_enterprise_id_lecture_id"), "reading", ["enterprise_id", "lecture_id"], unique=False)
    op.create_table(
        "photo_band",
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_band_photo_id")),
        sa.PrimaryKeyConstraint("band", "value", "photo_id", name=op.f("pk_photo_band")),
    )
    op.create_table(
        "leave_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("reason_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.String(length=80), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_leave_line_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_leave_line_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_line_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave_line")),
    )
    op.create_index(op.f("ix_leave_line_lecture_id_person_id"), "leave_line", ["lecture_id", "person_id"], unique=False)
    op.create_index(op.f("ix_leave_line_enterprise_id"), "leave_line", ["enterprise_id"], unique=False)
    connection = op.get_bind()
    for statement in statements(connection.dialect.name, "leave_line", LEAVE_LINE, emptied=("reason",)):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
