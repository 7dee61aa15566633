"""Papers that the office issues under a number, and the units that they go to (迁移 0029)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MATTERS = "SELECT id FROM missive"
KINDS = "'bulletin', 'reminder', 'supervision', 'mending'"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "missive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("signer_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=False),
        sa.Column("addressed", sa.String(500), nullable=False),
        sa.Column("copied", sa.String(500), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("demands", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("check_until", sa.Date()),
        sa.Column("corrects_id", sa.Integer()),
        sa.Column("follows_id", sa.Integer()),
        sa.Column("year", sa.Integer()),
        sa.Column("serial", sa.Integer()),
        sa.Column("signed_on", sa.Date()),
        sa.Column("issued_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_missive_id")),
        sa.ForeignKeyConstraint(["signer_id"], ["user.id"], name=op.f("fk_missive_signer_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["missive.id"], name=op.f("fk_missive_corrects_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["missive.id"], name=op.f("fk_missive_follows_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missive")),
        sa.UniqueConstraint("code", "year", "serial", name=op.f("uq_missive_code_year_serial")),
    )
    op.create_index("ix_missive_corrects_id", "missive", ["corrects_id"])
    op.create_index("ix_missive_follows_id", "missive", ["follows_id"])
    op.create_table(
        "missive_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("missive_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("agrees", sa.Boolean()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("answered_at", sa.DateTime()),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime()),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("promised", sa.Date()),
        sa.ForeignKeyConstraint(["missive_id"], ["missive.id"], name=op.f("fk_missive_unit_missive_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_missive_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missive_unit")),
        sa.UniqueConstraint("missive_id", "unit_id", name=op.f("uq_missive_unit_missive_id_unit_id")),
    )
    op.create_index("ix_missive_unit_unit_id", "missive_unit", ["unit_id"])


def downgrade() -> None:
    """Take back: issued papers are not known there; the trail and the sealed papers stay."""
    op.execute(f"DELETE FROM paper WHERE matter_id IN ({MATTERS})")
    for table in ("seat", "awaiting", "signoff", "evidence", "report_revision", "task_copy", "task_share", "request"):
        op.execute(f"DELETE FROM {table} WHERE task_id IN ({MATTERS})")
    op.execute(f"UPDATE notice SET task_id = NULL WHERE task_id IN ({MATTERS})")
    op.execute("UPDATE missive SET corrects_id = NULL, follows_id = NULL")
    op.drop_table("missive_unit")
    op.drop_table("missive")
    op.execute(f"DELETE FROM task WHERE matter IN ({KINDS})")
