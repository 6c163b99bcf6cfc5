"""An import of people can be taken back: what it changed is kept meanwhile, and whatever refers to somebody is found by them."""

import sqlalchemy as sa
from alembic import op

revision = "0119"
down_revision = "0118"
branch_labels = None
depends_on = None
POINTING = (
    ("attendance_event", "person_id"),
    ("calendar_feed", "person_id"),
    ("completion_change", "person_id"),
    ("correction", "person_id"),
    ("delivery", "person_id"),
    ("dispute", "person_id"),
    ("flag_resolution", "person_id"),
    ("hand_mark", "person_id"),
    ("head_appointment", "person_id"),
    ("held_mark", "person_id"),
    ("leave_line", "person_id"),
    ("lecture", "lecturer_id"),
    ("lecture", "spoken_by_id"),
    ("lecturer_mark", "person_id"),
    ("lti_link", "person_id"),
    ("lti_member", "person_id"),
    ("lti_score", "person_id"),
    ("membership", "person_id"),
    ("personal_data_view", "person_id"),
    ("reading", "person_id"),
    ("refused_claim", "person_id"),
    ("retention_hold", "person_id"),
    ("retest_person", "person_id"),
)


def upgrade() -> None:
    op.add_column("import_batch", sa.Column("before", sa.LargeBinary(), nullable=True))
    op.add_column("import_batch", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("import_batch", sa.Column("taken_back_by", sa.String(length=80), nullable=True))
    for table, column in POINTING:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, column in reversed(POINTING):
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    for column in ("taken_back_by", "taken_back_at", "before"):
        op.drop_column("import_batch", column)
