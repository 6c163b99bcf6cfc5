"""Where people sign in who have an account elsewhere, and which of those accounts is whose."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_way",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sealed_settings", sa.LargeBinary(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name=op.f("ck_sign_in_way_one_scope")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_sign_in_way_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_sign_in_way_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_way")),
    )
    op.create_index(op.f("ix_sign_in_way_enterprise_id"), "sign_in_way", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_sign_in_way_jurisdiction_id"), "sign_in_way", ["jurisdiction_id"], unique=False)
    op.create_table(
        "external_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("way_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("linked_by", sa.String(length=20), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_external_account_one_owner")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_external_account_enterprise_id")),
        sa.ForeignKeyConstraint(["way_id"], ["sign_in_way.id"], name=op.f("fk_external_account_way_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_external_account_user_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_external_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_account")),
        sa.UniqueConstraint("way_id", "subject", name=op.f("uq_external_account_way_id_subject")),
    )
    op.create_index(op.f("ix_external_account_user_id"), "external_account", ["user_id"], unique=False)
    op.create_index(op.f("ix_external_account_person_id"), "external_account", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("external_account")
    op.drop_table("sign_in_way")
