"""The queue is ordered by when something is wanted, not by when it was promised (迁移 0040)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: what waits keeps its order."""
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("wanted_by", sa.DateTime(), nullable=True))
        table.drop_index("ix_outbox_done_at_run_after")
    op.execute("UPDATE outbox SET wanted_by = run_after")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("wanted_by", existing_type=sa.DateTime(), nullable=False)
        table.create_index("ix_outbox_done_at_wanted_by", ["done_at", "wanted_by"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("outbox") as table:
        table.drop_index("ix_outbox_done_at_wanted_by")
        table.drop_column("wanted_by")
        table.create_index("ix_outbox_done_at_run_after", ["done_at", "run_after"])
