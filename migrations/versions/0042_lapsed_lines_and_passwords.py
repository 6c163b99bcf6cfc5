"""A standing says itself since when what an enterprise owed has lapsed: the words of a past day do not depend on today. An account
says when its password was changed: what was signed in before is out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

STANDING = sa.table(
    "standing", sa.column("campaign_id", sa.Uuid()), sa.column("enterprise_id", sa.Uuid()), sa.column("until_on", sa.Date()),
    sa.column("firm_state"), sa.column("lapsed_on", sa.Date()),
)  # fmt: skip
DUTY = sa.table(
    "duty", sa.column("campaign_id", sa.Uuid()), sa.column("enterprise_id", sa.Uuid()), sa.column("lapsed_on", sa.Date())
)


def upgrade() -> None:
    op.add_column("user_account", sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("standing", sa.Column("lapsed_on", sa.Date(), nullable=True))
    same = (DUTY.c.campaign_id == STANDING.c.campaign_id, DUTY.c.enterprise_id == STANDING.c.enterprise_id)
    lapsed = sa.select(DUTY.c.lapsed_on).where(*same).scalar_subquery()
    since = sa.or_(STANDING.c.until_on.is_(None), STANDING.c.until_on >= lapsed)
    op.execute(
        sa.update(STANDING).where(STANDING.c.firm_state == "suspended", lapsed.is_not(None), since).values(lapsed_on=lapsed)
    )


def downgrade() -> None:
    op.drop_column("user_account", "password_changed_at")
    op.drop_column("standing", "lapsed_on")
