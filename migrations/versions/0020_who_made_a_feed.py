"""Who made a calendar feed of a whole enterprise: it ends with their membership."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_calendar_feed_user_id"), "user_account", ["user_id"], ["id"])
    # Feeds knew their maker by name alone. One that fits nobody of the enterprise, or several, ends: a new one is one tap.
    bind = op.get_bind()
    feed = sa.table("calendar_feed", sa.column("id", sa.Uuid()), sa.column("enterprise_id", sa.Uuid()), sa.column("person_id"),
                    sa.column("created_by"), sa.column("user_id", sa.Uuid()))  # fmt: skip
    user = sa.table("user_account", sa.column("id", sa.Uuid()), sa.column("name"))
    membership = sa.table("membership", sa.column("user_id", sa.Uuid()), sa.column("enterprise_id", sa.Uuid()))
    for row in bind.execute(sa.select(feed).where(feed.c.person_id.is_(None))).all():
        fits = sa.select(user.c.id).join(membership, membership.c.user_id == user.c.id).distinct()
        makers = bind.scalars(fits.where(membership.c.enterprise_id == row.enterprise_id, user.c.name == row.created_by)).all()
        if len(makers) == 1:
            bind.execute(sa.update(feed).where(feed.c.id == row.id).values(user_id=makers[0]))


def downgrade() -> None:
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_calendar_feed_user_id"), type_="foreignkey")
        batch_op.drop_column("user_id")
