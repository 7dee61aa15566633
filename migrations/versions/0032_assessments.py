"""Assessments with their units and what is noted by hand (迁移 0032)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime()),
        sa.Column("appeal_until", sa.Date()),
        sa.Column("locked_at", sa.DateTime()),
        sa.Column("locked_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_assessment_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("ledger_id", "local", name=op.f("uq_assessment_ledger_id_local")),
    )
    op.create_table(
        "assessed_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("own", sa.JSON(), nullable=False),
        sa.Column("own_by_id", sa.Integer()),
        sa.Column("own_by", sa.String(64), nullable=False),
        sa.Column("confirmed_by", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime()),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_by", sa.String(64), nullable=False),
        sa.Column("appealed_at", sa.DateTime()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("answered_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessed_unit_assessment_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_assessed_unit_unit_id")),
        sa.ForeignKeyConstraint(["own_by_id"], ["user.id"], name=op.f("fk_assessed_unit_own_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessed_unit")),
        sa.UniqueConstraint("assessment_id", "unit_id", name=op.f("uq_assessed_unit_assessment_id_unit_id")),
    )
    op.create_index("ix_assessed_unit_unit_id", "assessed_unit", ["unit_id"])
    op.create_table(
        "assessment_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("what", sa.String(500), nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("evidence", sa.String(500), nullable=False),
        sa.Column("item_id", sa.Integer()),
        sa.Column("correction", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("noted_by", sa.String(64), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.Column("void_by", sa.String(64), nullable=False),
        sa.Column("void_at", sa.DateTime()),
        sa.Column("void_reason", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_entry_assessment_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_assessment_entry_unit_id")),
        sa.ForeignKeyConstraint(["item_id"], ["ledger_item.id"], name=op.f("fk_assessment_entry_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_entry")),
    )
    op.create_index("ix_assessment_entry_assessment_id", "assessment_entry", ["assessment_id"])


def downgrade() -> None:
    """Take back: assessments are not known there; the trail stays."""
    for table in ("assessment_entry", "assessed_unit", "assessment"):
        op.drop_table(table)
