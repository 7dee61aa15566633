"""A county files with its towns: who takes a form in, and which forms are parts of another (迁移 0034)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: every form that there is is taken in by the office."""
    with op.batch_alter_table("filing") as table:
        table.add_column(sa.Column("through_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_filing_through_id"), "unit", ["through_id"], ["id"])
        table.create_index(op.f("ix_filing_through_id"), ["through_id"])
    op.create_table(
        "filing_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("taken_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["filing.id"], name=op.f("fk_filing_part_form_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_filing_part_unit_id")),
        sa.ForeignKeyConstraint(["taken_id"], ["filing.id"], name=op.f("fk_filing_part_taken_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_part")),
        sa.UniqueConstraint("form_id", "unit_id", name=op.f("uq_filing_part_form_id_unit_id")),
    )


def downgrade() -> None:
    """Take back. Refused while a form has parts: what it is bound to and sealed with cannot be kept without them."""
    parts = op.get_bind().execute(sa.text("SELECT count(*) FROM filing_part")).scalar_one()
    if parts:
        raise RuntimeError(f"{parts} forms are parts of others; the revision before cannot keep them")
    op.drop_table("filing_part")
    with op.batch_alter_table("filing") as table:
        table.drop_index(op.f("ix_filing_through_id"))
        table.drop_constraint(op.f("fk_filing_through_id"), type_="foreignkey")
        table.drop_column("through_id")
