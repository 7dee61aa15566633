"""A unit cuts its task into a ledger of its own for the units below (迁移 0045)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: no task has been cut."""
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("lower_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_task_lower_id"), "ledger", ["lower_id"], ["id"])
        table.create_unique_constraint(op.f("uq_task_lower_id"), ["lower_id"])


def downgrade() -> None:
    """Take back. Refused while a task is cut: nothing would hold it until what is below is done."""
    cut = op.get_bind().execute(sa.text("SELECT count(*) FROM task WHERE lower_id IS NOT NULL")).scalar_one()
    if cut:
        raise RuntimeError(f"{cut} tasks are cut for the units below; the revision before cannot keep that")
    with op.batch_alter_table("task") as table:
        table.drop_constraint(op.f("uq_task_lower_id"), type_="unique")
        table.drop_constraint(op.f("fk_task_lower_id"), type_="foreignkey")
        table.drop_column("lower_id")
