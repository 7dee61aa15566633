"""Fields in doubt, the other reading of a file, and what a person has pointed out (迁移 0023)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; drafts read before name no fields and have no other reading."""
    with op.batch_alter_table("reading_problem") as table:
        table.add_column(sa.Column("doubts", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "remembered_pointing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("pointing", sa.JSON(), nullable=False),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["unit.id"], name=op.f("fk_remembered_pointing_office_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_remembered_pointing_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_pointing")),
        sa.UniqueConstraint("office_id", "form", name=op.f("uq_remembered_pointing_office_id_form")),
    )
    op.create_table(
        "read_as",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("beside", sa.JSON(), nullable=True),
        sa.Column("pointing_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_read_as_ledger_id")),
        sa.ForeignKeyConstraint(
            ["pointing_id"],
            ["remembered_pointing.id"],
            name=op.f("fk_read_as_pointing_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("pk_read_as")),
    )


def downgrade() -> None:
    """Take back: drafts keep their rows, what was pointed out is forgotten."""
    op.drop_table("read_as")
    op.drop_table("remembered_pointing")
    with op.batch_alter_table("reading_problem") as table:
        table.drop_column("doubts")
