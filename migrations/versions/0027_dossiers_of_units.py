"""Papers of one unit's share (迁移 0027)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("paper") as table:
        table.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_paper_unit_id"), "unit", ["unit_id"], ["id"])


def downgrade() -> None:
    """Take back: whose share such a paper was is not known there, so its row goes; the sealed files stay."""
    op.execute("DELETE FROM paper WHERE unit_id IS NOT NULL")
    with op.batch_alter_table("paper") as table:
        table.drop_constraint(op.f("fk_paper_unit_id"), type_="foreignkey")
        table.drop_column("unit_id")
