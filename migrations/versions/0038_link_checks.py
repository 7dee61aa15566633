"""Links of a look-back as they were when they were fetched (迁移 0038)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "link_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime()),
        sa.Column("status", sa.Integer()),
        sa.Column("led_to", sa.Text(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("found", sa.Boolean()),
        sa.Column("trouble", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["look_back_entry.id"], name=op.f("fk_link_check_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_check")),
    )
    op.create_index("ix_link_check_entry_id", "link_check", ["entry_id"])


def downgrade() -> None:
    """Take back: what links answered stays in the trail."""
    op.execute("DELETE FROM outbox WHERE kind = 'links'")
    op.drop_table("link_check")
