"""How large the scan of a form signed on paper is (迁移 0011)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; revision 0005 made the column itself for a while, so that some databases have it."""
    if "paper_size" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("signoff")}:
        return
    with op.batch_alter_table("signoff") as table:
        table.add_column(sa.Column("paper_size", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("signoff") as table:
        table.drop_column("paper_size")
