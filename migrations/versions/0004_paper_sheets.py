"""Paper sign-in sheets: what was printed, the photos of it, and the picture of each row."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    with op.batch_alter_table("sheet_photo", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sheet_photo_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False
        )
        batch_op.create_index(
            "ix_sheet_photo_waiting",
            ["taken_at"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

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
    with op.batch_alter_table("sign_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_sheet_enterprise_id_lecture_id"), ["enterprise_id", "lecture_id"], unique=False)

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
    with op.batch_alter_table("sheet_image", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_image_enterprise_id_taken_at"), ["enterprise_id", "taken_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_image_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_image_photo_id"), ["photo_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_image_sheet_id_line"), ["sheet_id", "line"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sheet_image", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_image_sheet_id_line"))
        batch_op.drop_index(batch_op.f("ix_sheet_image_photo_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_image_person_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_image_enterprise_id_taken_at"))

    op.drop_table("sheet_image")
    with op.batch_alter_table("sign_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_sheet_enterprise_id_lecture_id"))

    op.drop_table("sign_sheet")
    with op.batch_alter_table("sheet_photo", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sheet_photo_waiting", sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_sheet_photo_enterprise_id_lecture_id"))

    op.drop_table("sheet_photo")
