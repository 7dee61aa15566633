"""Milestones as a way to say how far work has come (迁移 0037)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BEFORE = ("none", "percent")


def upgrade() -> None:
    """Apply: nobody has named any."""
    _only((*BEFORE, "milestones"))
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("milestones", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take back: ledgers that ask for milestones ask for nothing; what units have named stays in the trail alone."""
    op.execute("UPDATE ledger SET progress_by = 'none' WHERE progress_by = 'milestones'")
    _only(BEFORE)
    with op.batch_alter_table("task") as table:
        table.drop_column("milestones")


def _only(ways: tuple[str, ...]) -> None:
    with op.batch_alter_table("ledger") as table:
        table.drop_constraint(op.f("ck_ledger_progressby"), type_="check")
        table.create_check_constraint(op.f("ck_ledger_progressby"), sa.column("progress_by").in_(ways))
