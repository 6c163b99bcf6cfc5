"""Pieces of the prints of photos, by which one that another firm has too is found, however many there are."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BANDS, BAND_BITS, PLAIN = 8, 16, 16
AT_ONCE = 1000


def upgrade() -> None:
    band = op.create_table(
        "photo_band",
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_band_photo_id")),
        sa.PrimaryKeyConstraint("band", "value", "photo_id", name=op.f("pk_photo_band")),
    )
    photo = sa.table("photo", sa.column("id", sa.Uuid()), sa.column("prints", sa.JSON()))
    rows = op.get_bind().execute(sa.select(photo.c.id, photo.c.prints).where(sa.cast(photo.c.prints, sa.Text) != "null")).all()
    found = [
        {"band": n, "value": value, "photo_id": photo_id}
        for photo_id, prints in rows
        for n, value in enumerate(_bands(json.loads(prints) if isinstance(prints, str) else prints))
    ]
    for first in range(0, len(found), AT_ONCE):
        op.bulk_insert(band, found[first : first + AT_ONCE])


def downgrade() -> None:
    op.drop_table("photo_band")


def _bands(prints):
    whole = int(prints[0], 16) if prints else 0
    if not PLAIN <= whole.bit_count() <= BANDS * BAND_BITS - PLAIN:
        return []
    return [whole >> (BAND_BITS * n) & 0xFFFF for n in range(BANDS)]
