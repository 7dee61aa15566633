"""The day on which a ledger's year was closed (迁移 0031)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: no year is closed yet."""
    with op.batch_alter_table("ledger") as table:
        table.add_column(sa.Column("closed_on", sa.Date()))


def downgrade() -> None:
    """Take back: the clocks go on there; the trail keeps on which day they stood."""
    with op.batch_alter_table("ledger") as table:
        table.drop_column("closed_on")
