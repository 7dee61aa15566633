"""Inspections and their worksheets; a rectification comes from a look-back or from one of them (迁移 0041)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

METHODS = ("online", "papers", "phone", "on_site", "unannounced")
SHEETS = "SELECT id FROM worksheet"
FOUND = "SELECT id FROM rectification WHERE worksheet_id IS NOT NULL"


def upgrade() -> None:
    """Apply: there are no inspections yet."""
    op.create_table('inspection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ledger_id', sa.Integer(), nullable=False),
    sa.Column('duty', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('method', sa.Enum(*METHODS, name='method', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Enum('random', 'layered', name='draw', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('seed', sa.String(length=120), nullable=False),
    sa.Column('population', sa.Text(), nullable=False),
    sa.Column('started_by', sa.String(length=64), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['ledger_id'], ['ledger.id'], name=op.f('fk_inspection_ledger_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection'))
    )
    op.create_index('ix_inspection_ledger_id', 'inspection', ['ledger_id'])
    op.create_table('worksheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('checked_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime()),
    sa.Column('place', sa.String(length=300), nullable=False),
    sa.Column('method', sa.Enum(*METHODS, name='method', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('inspector', sa.String(length=64), nullable=False),
    sa.Column('companion_id', sa.Integer()),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('judgement', sa.Enum('fits', 'partly', 'fails', 'unseen', name='judgement', native_enum=False, create_constraint=True, length=32)),
    sa.Column('category', sa.String(length=60), nullable=False),
    sa.Column('clause', sa.String(length=300), nullable=False),
    sa.Column('demand', sa.Text(), nullable=False),
    sa.Column('mend_by', sa.Date()),
    sa.Column('unsigned', sa.Text(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['checked_id'], ['unit.id'], name=op.f('fk_worksheet_checked_id')),
    sa.ForeignKeyConstraint(['companion_id'], ['user.id'], name=op.f('fk_worksheet_companion_id')),
    sa.ForeignKeyConstraint(['id'], ['task.id'], name=op.f('fk_worksheet_id')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_worksheet_inspection_id')),
    sa.ForeignKeyConstraint(['row_id'], ['ledger_item.id'], name=op.f('fk_worksheet_row_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worksheet')),
    sa.UniqueConstraint('inspection_id', 'row_id', 'checked_id', name=op.f('uq_worksheet_inspection_id_row_id_checked_id'))
    )
    op.create_index('ix_worksheet_checked_id', 'worksheet', ['checked_id'])
    op.create_index('ix_worksheet_inspection_id', 'worksheet', ['inspection_id'])
    with op.batch_alter_table("rectification") as table:
        table.alter_column("entry_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("worksheet_id", sa.Integer()))
        table.create_foreign_key(op.f("fk_rectification_worksheet_id"), "worksheet", ["worksheet_id"], ["id"])
        table.create_unique_constraint(op.f("uq_rectification_worksheet_id"), ["worksheet_id"])


def downgrade() -> None:
    """Take back: what inspections found is not known there; the trail and the sealed papers stay."""
    gone = f"({SHEETS} UNION {FOUND})"  # noqa: S608 - no words from outside
    op.execute(f"DELETE FROM paper WHERE matter_id IN {gone}")  # noqa: S608
    for table in ("seat", "awaiting", "signoff", "evidence", "report_revision", "task_copy", "task_share", "request", "at_hand"):
        op.execute(f"DELETE FROM {table} WHERE task_id IN {gone}")  # noqa: S608
    op.execute(f"UPDATE notice SET task_id = NULL WHERE task_id IN {gone}")  # noqa: S608
    op.execute(f"CREATE TEMPORARY TABLE gone AS {SHEETS} UNION {FOUND}")
    op.execute("DELETE FROM rectification WHERE worksheet_id IS NOT NULL")
    with op.batch_alter_table("rectification") as table:
        table.drop_constraint(op.f("uq_rectification_worksheet_id"), type_="unique")
        table.drop_constraint(op.f("fk_rectification_worksheet_id"), type_="foreignkey")
        table.drop_column("worksheet_id")
        table.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("worksheet")
    op.drop_table("inspection")
    op.execute("DELETE FROM task WHERE id IN (SELECT id FROM gone)")
    op.execute("DROP TABLE gone")
