"""Channels, the outbox, calendars; messages to users who are on no roster, and what a message is about."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminded",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminded")),
        sa.UniqueConstraint("about_id", "kind", "rung", name=op.f("uq_reminded_about_id_kind_rung")),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("sealed_settings", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("trial_to", sa.LargeBinary(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trial_fault", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_channel_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("enterprise_id", "kind", name=op.f("uq_channel_enterprise_id_kind")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_calendar_feed_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_feed_enterprise_id_person_id"), ["enterprise_id", "person_id"], unique=False
        )

    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference", sa.String(length=100), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_delivery_channel_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_delivery_enterprise_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_channel_id_state"), ["channel_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_enterprise_id_created_at"), ["enterprise_id", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "calendar_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_calendar_line_enterprise_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_calendar_line_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_line")),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_calendar_line_sitting_id")),
    )
    with op.batch_alter_table("calendar_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_line_enterprise_id"), ["enterprise_id"], unique=False)

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(length=40), nullable=False, server_default="general"))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("about_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("told_by", sa.String(length=80), nullable=False, server_default=""))
        batch_op.alter_column("enterprise_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_index(batch_op.f("ix_notice_about_id_kind"), ["about_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_user_id_sent_at"), ["user_id", "sent_at"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_notice_user_id"), "user_account", ["user_id"], ["id"])
        batch_op.create_check_constraint("somebody_reads_it", "person_id IS NOT NULL OR user_id IS NOT NULL")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        for name in ("kind", "urgent", "told_by"):  # the defaults were for the rows that were there
            batch_op.alter_column(name, server_default=None)
    _say_what_they_are_about()

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("wecom_id", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("dingtalk_id", sa.LargeBinary(), nullable=True))


def _say_what_they_are_about() -> None:
    """Messages about a lecture said so only by their link."""
    notice = sa.table(
        "notice",
        sa.column("id", sa.Uuid()),
        sa.column("link", sa.String()),
        sa.column("title", sa.String()),
        sa.column("kind", sa.String()),
        sa.column("about_id", sa.Uuid()),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(notice.c.id, notice.c.link, notice.c.title).where(notice.c.link.like("/lectures/%"))).all():
        kind = {"安全课改": "lecture.changed", "安全课取": "lecture.cancelled"}.get(row.title[:4], "lecture.notice")
        try:
            about_id = UUID(row.link.split("/")[2])
        except ValueError:
            continue
        bind.execute(sa.update(notice).where(notice.c.id == row.id).values(kind=kind, about_id=about_id))


def downgrade() -> None:
    # Without a batch: SQLite would make the table anew, and everything that refers to people stands in the way.
    for name in ("dingtalk_id", "wecom_id", "email"):
        op.drop_column("person", name)

    with op.batch_alter_table("calendar_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_line_enterprise_id"))

    op.drop_table("calendar_line")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_delivery_notice_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_enterprise_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_delivery_channel_id_state"))

    op.drop_table("delivery")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feed_enterprise_id_person_id"))

    op.drop_table("calendar_feed")
    op.drop_table("channel")
    op.drop_table("reminded")

    # Whom the earlier release does not know as a reader, it cannot keep a message for.
    op.execute("DELETE FROM notice WHERE person_id IS NULL OR enterprise_id IS NULL")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint("somebody_reads_it", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_notice_user_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_notice_user_id_sent_at"))
        batch_op.drop_index(batch_op.f("ix_notice_about_id_kind"))
        batch_op.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("enterprise_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("told_by")
        batch_op.drop_column("about_id")
        batch_op.drop_column("urgent")
        batch_op.drop_column("kind")
        batch_op.drop_column("user_id")
