"""Bulletins: versions, who is named in them and what they said, signatures."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("data_sha256", sa.String(length=64), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("lists", sa.JSON(), nullable=False),
        sa.Column("praised", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("correction", sa.String(length=500), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("files", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state <> 'published' OR (number IS NOT NULL AND data_sha256 IS NOT NULL)",
            name=op.f("ck_bulletin_published_has_a_number"),
        ),
        sa.CheckConstraint("(version = 1) = (replaces_id IS NULL)", name=op.f("ck_bulletin_later_versions_replace")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_bulletin_jurisdiction_id")),
        sa.ForeignKeyConstraint(["area_id"], ["jurisdiction.id"], name=op.f("fk_bulletin_area_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_bulletin_campaign_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["bulletin.id"], name=op.f("fk_bulletin_replaces_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_bulletin_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint(
            "jurisdiction_id", "year", "number", "version", name=op.f("uq_bulletin_jurisdiction_id_year_number_version")
        ),
    )
    op.create_index(op.f("ix_bulletin_jurisdiction_id_created_at"), "bulletin", ["jurisdiction_id", "created_at"])
    op.create_index(op.f("ix_bulletin_state"), "bulletin", ["state"])
    op.create_index(
        "uq_bulletin_replaced_once",
        "bulletin",
        ["replaces_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'void'"),
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "bulletin_mention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reply", sa.String(length=1000), nullable=True),
        sa.Column("replied_by", sa.String(length=80), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("struck", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_bulletin_mention_enterprise_id")),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_mention_bulletin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_mention")),
        sa.UniqueConstraint("bulletin_id", "enterprise_id", name=op.f("uq_bulletin_mention_bulletin_id_enterprise_id")),
    )
    op.create_index(op.f("ix_bulletin_mention_enterprise_id_bulletin_id"), "bulletin_mention", ["enterprise_id", "bulletin_id"])
    for name, column in (("untold", "told"), ("unfinished", "final_at")):
        waiting = sa.text(f"{column} IS NULL")
        op.create_index(
            f"ix_bulletin_mention_{name}", "bulletin_mention", ["bulletin_id"], sqlite_where=waiting, postgresql_where=waiting
        )
    op.create_table(
        "bulletin_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_signature_bulletin_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_bulletin_signature_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_signature")),
        sa.UniqueConstraint(
            "bulletin_id", "user_id", "content_sha256", name=op.f("uq_bulletin_signature_bulletin_id_user_id_content_sha256")
        ),
    )


def downgrade() -> None:
    for table in ("bulletin_signature", "bulletin_mention", "bulletin"):
        op.drop_table(table)
