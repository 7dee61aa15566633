"""What was found when evidence was looked into (迁移 0017)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("evidence") as batch:
        batch.add_column(sa.Column("remarks", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("apart", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("scanned", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("evidence") as batch:
        batch.drop_column("scanned")
        batch.drop_column("apart")
        batch.drop_column("remarks")
