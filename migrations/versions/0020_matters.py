"""Tasks are one kind of matter (迁移 0020): other kinds climb the chain as well, and have no row of a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: whatever is there is a task."""
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("matter", sa.String(20), nullable=False, server_default="task"))
        table.alter_column("item_id", existing_type=sa.Integer(), nullable=True)
        table.alter_column("kind", existing_type=sa.String(11), nullable=True)


def downgrade() -> None:
    """Take back. Refused while there is what is no task: it cannot be kept, and signatures hang on it."""
    others = op.get_bind().execute(sa.text("SELECT count(*) FROM task WHERE matter <> 'task'")).scalar_one()
    if others:
        raise RuntimeError(f"{others} matters are no tasks; the revision before cannot keep them")
    with op.batch_alter_table("task") as table:
        table.alter_column("kind", existing_type=sa.String(11), nullable=False)
        table.alter_column("item_id", existing_type=sa.Integer(), nullable=False)
        table.drop_column("matter")
