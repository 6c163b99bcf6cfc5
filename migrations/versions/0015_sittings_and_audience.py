"""A lecture in several sittings, its audience by rule, what it was copied from or makes up for, filed and void lectures."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LECTURE = sa.table("lecture", sa.column("id", sa.Uuid()), sa.column("departments", sa.JSON()), sa.column("audience", sa.JSON()))


def upgrade() -> None:
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.alter_column("name", server_default=None)
    op.execute(
        "UPDATE sitting SET closed_at = (SELECT lecture.closed_at FROM lecture WHERE lecture.id = sitting.lecture_id)"
        " WHERE opened_at IS NOT NULL"
    )
    # A sitting that was open when its lecture was called off takes nobody in any more.
    op.execute(
        "UPDATE sitting SET closed_at = opened_at WHERE opened_at IS NOT NULL AND closed_at IS NULL"
        " AND lecture_id IN (SELECT id FROM lecture WHERE state = 'cancelled')"
    )

    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.add_column(sa.Column("makes_up_for_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("copied_from_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("series_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("audience", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("voided_reason", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("voided_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_lecture_makes_up_for_id"), "lecture", ["makes_up_for_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_lecture_copied_from_id"), "lecture", ["copied_from_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_lecture_series_id"), "lecture", ["series_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_lecture_makes_up_for_id"), ["makes_up_for_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lecture_series_id"), ["series_id"], unique=False)
    connection = op.get_bind()
    for row_id, departments in connection.execute(sa.select(LECTURE.c.id, LECTURE.c.departments)).all():
        audience = {"departments": departments, "posts": [], "shifts": [], "person_ids": []}
        connection.execute(LECTURE.update().where(LECTURE.c.id == row_id).values(audience=audience))
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.alter_column("audience", existing_type=sa.JSON(), nullable=False)
        batch_op.drop_column("departments")


def downgrade() -> None:
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.add_column(sa.Column("departments", sa.JSON(), nullable=True))
    connection = op.get_bind()
    for row_id, audience in connection.execute(sa.select(LECTURE.c.id, LECTURE.c.audience)).all():
        departments = audience["departments"]
        connection.execute(LECTURE.update().where(LECTURE.c.id == row_id).values(departments=departments))
    # What the older release does not know: a filed lecture is a closed one, a void one counts as called off.
    op.execute("UPDATE lecture SET state = 'closed' WHERE state = 'archived'")
    op.execute("UPDATE lecture SET state = 'cancelled', cancelled_reason = voided_reason WHERE state = 'voided'")
    with op.batch_alter_table("lecture", schema=None) as batch_op:
        batch_op.alter_column("departments", existing_type=sa.JSON(), nullable=False)
        batch_op.drop_index(batch_op.f("ix_lecture_series_id"))
        batch_op.drop_index(batch_op.f("ix_lecture_makes_up_for_id"))
        batch_op.drop_constraint(batch_op.f("fk_lecture_series_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_lecture_copied_from_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_lecture_makes_up_for_id"), type_="foreignkey")
        for name in (
            "voided_at", "archived_at", "voided_by", "voided_reason", "audience", "series_id", "copied_from_id", "makes_up_for_id",
        ):  # fmt: skip
            batch_op.drop_column(name)
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_column("closed_at")
        batch_op.drop_column("name")
