"""Long lists are written in the background and kept for a day (迁移 0050)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "list_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("address", sa.String(1000), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime()),
        sa.Column("error", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_list_export_asked_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_list_export_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_export")),
    )
    for column in ("asked_by_id", "asked_at"):
        op.create_index(op.f(f"ix_list_export_{column}"), "list_export", [column])


def downgrade() -> None:
    """Take back: what is being written is not any more."""
    op.execute("DELETE FROM outbox WHERE kind = 'export'")
    op.drop_table("list_export")
