"""What is said about a task beside its papers (迁移 0044)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: nothing has been said yet."""
    op.create_table(
        "task_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("said_by", sa.String(200), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_comment_task_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_task_comment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_comment")),
    )
    op.create_index("ix_task_comment_task_id", "task_comment", ["task_id"])


def downgrade() -> None:
    """Take back: what was said is no part of any packet, and goes."""
    op.drop_table("task_comment")
