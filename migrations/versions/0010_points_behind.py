"""How far behind 序时进度 a task must be for a light is the office's to say (迁移 0010)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: what counted did so from 10 and 30 points on."""
    with op.batch_alter_table("light_rule") as table:
        table.add_column(sa.Column("behind", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("far_behind", sa.Integer(), nullable=False, server_default="0"))
    op.execute(sa.text("UPDATE light_rule SET behind = 10, far_behind = 30 WHERE by_pace"))
    with op.batch_alter_table("light_rule") as table:
        table.drop_column("by_pace")


def downgrade() -> None:
    """Take back: whatever the points were, they count."""
    with op.batch_alter_table("light_rule") as table:
        table.add_column(sa.Column("by_pace", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE light_rule SET by_pace = (behind > 0 OR far_behind > 0)"))
    with op.batch_alter_table("light_rule") as table:
        table.drop_column("behind")
        table.drop_column("far_behind")
