"""What a worker looks for every minute is found by an index: quizzes that ended, people who moved."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ADDED = (("quiz", ["closes_at"]), ("person_post", ["starts_on", "person_id"]))


def upgrade() -> None:
    for table, columns in ADDED:
        op.create_index(_name(table, columns), table, columns)


def downgrade() -> None:
    for table, columns in ADDED:
        op.drop_index(_name(table, columns), table)


def _name(table: str, columns: list[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
