"""Where values came from, last year's rows, work given to sections (迁移 0002)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("source_document") as table:
        table.add_column(sa.Column("places", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("ledger") as table:
        table.add_column(sa.Column("columns", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("ledger_item") as table:
        table.add_column(sa.Column("extra", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("origins", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_ledger_item_follows_id_ledger_item"), "ledger_item", ["follows_id"], ["id"])
    op.create_table(
        "task_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("work", sa.String(length=500), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_share_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_share")),
    )
    op.create_index(op.f("ix_task_share_task_id"), "task_share", ["task_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_task_share_task_id"), table_name="task_share")
    op.drop_table("task_share")
    with op.batch_alter_table("ledger_item") as table:
        table.drop_constraint(op.f("fk_ledger_item_follows_id_ledger_item"), type_="foreignkey")
        table.drop_column("follows_id")
        table.drop_column("origins")
        table.drop_column("extra")
    with op.batch_alter_table("ledger") as table:
        table.drop_column("columns")
    with op.batch_alter_table("source_document") as table:
        table.drop_column("places")
