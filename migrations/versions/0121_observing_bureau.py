"""A comment says of which bureau its officer was then; of those made before that was kept, the place that answers for the firm."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("observation") as observation:
        observation.add_column(sa.Column("jurisdiction_id", sa.Uuid(), nullable=True))
        observation.create_foreign_key(op.f("fk_observation_jurisdiction_id"), "jurisdiction", ["jurisdiction_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("observation") as observation:
        observation.drop_constraint(op.f("fk_observation_jurisdiction_id"), type_="foreignkey")
        observation.drop_column("jurisdiction_id")
