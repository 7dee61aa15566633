"""Rounds of filing and the units' forms (迁移 0022); a paper may be about one matter or one round."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "filing_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_filing_round_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_round")),
        sa.UniqueConstraint("ledger_id", "months", name=op.f("uq_filing_round_ledger_id_months")),
    )
    op.create_table(
        "filing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("filled_on", sa.Date()),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_filing_id")),
        sa.ForeignKeyConstraint(["round_id"], ["filing_round.id"], name=op.f("fk_filing_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    op.create_index("ix_filing_round_id", "filing", ["round_id"])
    op.create_table(
        "filing_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("not_concerned", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("pending", sa.Text(), nullable=False, server_default=""),
        sa.Column("origin", sa.String(300), nullable=False, server_default=""),
        sa.Column("fault", sa.String(300), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filing_row_filing_id")),
        sa.ForeignKeyConstraint(["item_id"], ["ledger_item.id"], name=op.f("fk_filing_row_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_row")),
        sa.UniqueConstraint("filing_id", "item_id", name=op.f("uq_filing_row_filing_id_item_id")),
    )
    with op.batch_alter_table("paper") as table:
        table.add_column(sa.Column("matter_id", sa.Integer()))
        table.add_column(sa.Column("round_id", sa.Integer()))
        table.create_foreign_key(op.f("fk_paper_matter_id"), "task", ["matter_id"], ["id"])
        table.create_foreign_key(op.f("fk_paper_round_id"), "filing_round", ["round_id"], ["id"])
        table.create_index("ix_paper_matter_id", ["matter_id"])
        table.create_index("ix_paper_round_id", ["round_id"])


GONE = ("seat", "signoff", "awaiting", "report_revision", "evidence", "notice", "request", "task_copy")
"""What hangs on a matter and goes with it."""


def downgrade() -> None:
    """Take back: forms and their papers are not known there; the trail and what was sealed stay."""
    op.execute("DELETE FROM paper WHERE matter_id IS NOT NULL OR round_id IS NOT NULL")
    with op.batch_alter_table("paper") as table:
        table.drop_index("ix_paper_round_id")
        table.drop_index("ix_paper_matter_id")
        table.drop_constraint(op.f("fk_paper_round_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_paper_matter_id"), type_="foreignkey")
        table.drop_column("round_id")
        table.drop_column("matter_id")
    op.drop_table("filing_row")
    op.drop_table("filing")
    op.drop_table("filing_round")
    for table_ in GONE:
        op.execute(f"DELETE FROM {table_} WHERE task_id IN (SELECT id FROM task WHERE matter = 'filing')")
    op.execute("DELETE FROM task WHERE matter = 'filing'")
