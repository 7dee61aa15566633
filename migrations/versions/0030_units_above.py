"""Who belongs to whom: the unit above a unit (迁移 0030)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: nobody is under anybody until the office says so."""
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_unit_parent_id"), "unit", ["parent_id"], ["id"])
        table.create_index(op.f("ix_unit_parent_id"), ["parent_id"])


def downgrade() -> None:
    """Take back: who belonged to whom stays in the trail alone."""
    with op.batch_alter_table("unit") as table:
        table.drop_index(op.f("ix_unit_parent_id"))
        table.drop_constraint(op.f("fk_unit_parent_id"), type_="foreignkey")
        table.drop_column("parent_id")
