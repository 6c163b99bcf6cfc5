"""How certificates look: drafts, and versions that certificates name."""

import sqlalchemy as sa
from alembic import op

from lms.core.guards import lifting, statements

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KEPT = (
    "id",
    "enterprise_id",
    "jurisdiction_id",
    "kind",
    "words",
    "logo",
    "seal",
    "version",
    "used",
    "published_by",
    "published_at",
)


def upgrade() -> None:
    _table(
        "certificate_design",
        [
            sa.Column("changed_by", sa.String(length=80), nullable=False),
            sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        ],
        ("kind",),
    )
    _table(
        "certificate_template",
        [
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("used", sa.Boolean(), nullable=False),
            sa.Column("published_by", sa.String(length=80), nullable=False),
            sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        ],
        ("kind", "version"),
    )
    guarded("certificate_template", KEPT)
    unguarded("certificate")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("template_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_certificate_template_id"), "certificate_template", ["template_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_certificate_template_id"), ["template_id"], unique=False)
    guarded("certificate", (), free=True)


def downgrade() -> None:
    unguarded("certificate")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_template_id"))
        batch_op.drop_constraint(op.f("fk_certificate_template_id"), type_="foreignkey")
        batch_op.drop_column("template_id")
    guarded("certificate", (), free=True)
    op.drop_table("certificate_template")
    op.drop_table("certificate_design")


def _table(name: str, columns: list[sa.Column], told_by: tuple[str, ...]) -> None:
    """A table of what belongs to an enterprise or to a bureau."""
    op.create_table(
        name,
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("logo", sa.String(length=64), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name=op.f(f"ck_{name}_one_scope")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f(f"fk_{name}_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f(f"fk_{name}_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *(
            sa.UniqueConstraint(of, *told_by, name=op.f("_".join(("uq", name, of, *told_by))))
            for of in ("enterprise_id", "jurisdiction_id")
        ),
    )


def unguarded(table: str) -> None:
    connection = op.get_bind()
    for statement in lifting(connection.dialect.name, table):
        connection.exec_driver_sql(statement)


def guarded(table: str, columns: tuple[str, ...], *, free: bool = False) -> None:
    connection = op.get_bind()
    for statement in statements(connection.dialect.name, table, columns, free=free):
        connection.exec_driver_sql(statement)
