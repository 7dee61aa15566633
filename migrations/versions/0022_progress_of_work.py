"""How far work has come, apart from the chain (迁移 0022): what a ledger asks of its units, and what a unit says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: no ledger asks, nobody has said."""
    ways = sa.Enum("none", "percent", name="progressby", native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table("ledger") as table:
        table.add_column(sa.Column("progress_by", ways, nullable=False, server_default="none"))
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("progress", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take back: what units have said stays in the trail alone."""
    with op.batch_alter_table("task") as table:
        table.drop_column("progress")
    with op.batch_alter_table("ledger") as table:
        table.drop_constraint(op.f("ck_ledger_progressby"), type_="check")
        table.drop_column("progress_by")
