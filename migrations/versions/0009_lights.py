"""Which lights a ledger shows, from which day on (迁移 0009)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "light_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("near_days", sa.Integer(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("grave_days", sa.Integer(), nullable=False),
        sa.Column("by_pace", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_light_rule_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_light_rule")),
    )
    op.create_index(op.f("ix_light_rule_ledger_id"), "light_rule", ["ledger_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("light_rule")
