"""Whose name a doubt is about, so that settling the name answers it (迁移 0013)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; drafts read before know no names, and their doubts are looked at one by one as ever."""
    with op.batch_alter_table("reading_problem") as table:
        table.add_column(sa.Column("name", sa.String(200), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("reading_problem") as table:
        table.drop_column("name")
