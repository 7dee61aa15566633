"""A comment may be taken back by who said it (迁移 0046)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: everything that was said stands."""
    with op.batch_alter_table("task_comment") as table:
        table.add_column(sa.Column("taken_back_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Take back: comments that were taken back go whole, for the revision before would show them as empty ones."""
    op.execute(sa.text("DELETE FROM task_comment WHERE taken_back_at IS NOT NULL"))
    with op.batch_alter_table("task_comment") as table:
        table.drop_column("taken_back_at")
