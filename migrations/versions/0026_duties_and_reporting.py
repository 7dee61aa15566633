"""The office's own duties, and what units report up (迁移 0026)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
RHYTHMS = ("daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "continuous")


def upgrade() -> None:
    """Apply: ledgers of before know no duties of the notice; their rows speak for themselves."""
    rhythm = sa.Enum(*RHYTHMS, name="recurrence", native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table("ledger") as table:
        table.add_column(sa.Column("duties", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("cadence", rhythm, nullable=False, server_default="quarterly"))
    op.create_table(
        "duty_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("planned", sa.Date(), nullable=False),
        sa.Column("moved_to", sa.Date()),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("done_at", sa.DateTime()),
        sa.Column("done_by", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_duty_mark_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_mark")),
        sa.UniqueConstraint("ledger_id", "key", name=op.f("uq_duty_mark_ledger_id_key")),
    )
    op.create_table(
        "reporting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer()),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("form_sha256", sa.String(64), nullable=False),
        sa.Column("sheet_sha256", sa.String(64)),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("evidence_digest", sa.String(64), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("unapproved", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_reporting_ledger_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_reporting_unit_id")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_reporting_filing_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["self_check.id"], name=op.f("fk_reporting_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting")),
        sa.UniqueConstraint("ledger_id", "number", name=op.f("uq_reporting_ledger_id_number")),
        sa.UniqueConstraint("filing_id", "round", name=op.f("uq_reporting_filing_id_round")),
    )


def downgrade() -> None:
    """Take back: what was done and reported is in the trail, and the sealed papers stay in the store."""
    op.execute("DELETE FROM paper WHERE kind = 'reporting'")
    op.drop_table("reporting")
    op.drop_table("duty_mark")
    with op.batch_alter_table("ledger") as table:
        table.drop_constraint(op.f("ck_ledger_recurrence"), type_="check")
        table.drop_column("cadence")
        table.drop_column("duties")
