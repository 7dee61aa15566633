"""When a unit took note, and what people write often (迁移 0004)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("received_at", sa.DateTime(), nullable=True))
    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_phrase_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
    )
    op.create_index(op.f("ix_phrase_user_id"), "phrase", ["user_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_phrase_user_id"), table_name="phrase")
    op.drop_table("phrase")
    with op.batch_alter_table("task") as table:
        table.drop_column("received_at")
