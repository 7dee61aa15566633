"""Look-backs, self-check sheets and rectifications (迁移 0025)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MATTERS = "SELECT id FROM task WHERE matter IN ('self_check', 'rectification')"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("ledger") as table:
        table.add_column(sa.Column("past", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table('look_back',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ledger_id', sa.Integer(), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('started_by_id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('sent_at', sa.DateTime()),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Enum('random', 'layered', name='draw', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('seed', sa.String(length=120), nullable=False),
    sa.Column('population', sa.String(length=64), nullable=False),
    sa.Column('drawn_at', sa.DateTime()),
    sa.ForeignKeyConstraint(['ledger_id'], ['ledger.id'], name=op.f('fk_look_back_ledger_id')),
    sa.ForeignKeyConstraint(['started_by_id'], ['user.id'], name=op.f('fk_look_back_started_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look_back'))
    )
    op.create_index('ix_look_back_ledger_id', 'look_back', ['ledger_id'])
    op.create_table('look_back_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('look_back_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer()),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('scope', sa.Enum('A', 'B', 'C', name='scope', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('chosen', sa.Boolean(), nullable=False),
    sa.Column('choice', sa.String(length=300), nullable=False),
    sa.Column('drawn', sa.Boolean(), nullable=False),
    sa.Column('done', sa.Boolean()),
    sa.Column('told', sa.Text(), nullable=False),
    sa.Column('lead_view', sa.Text(), nullable=False),
    sa.Column('lead_by', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.Enum('done', 'partly', 'not_done', 'obsolete', name='verdict', native_enum=False, create_constraint=True, length=32)),
    sa.Column('method', sa.Enum('online', 'papers', 'phone', 'on_site', 'unannounced', name='method', native_enum=False, create_constraint=True, length=32)),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('papers', sa.Text(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Integer()),
    sa.Column('measure_due', sa.Date()),
    sa.Column('checked_by', sa.String(length=64), nullable=False),
    sa.Column('checked_at', sa.DateTime()),
    sa.Column('objection', sa.Text(), nullable=False),
    sa.Column('objected_by', sa.String(length=64), nullable=False),
    sa.Column('objected_at', sa.DateTime()),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime()),
    sa.ForeignKeyConstraint(['item_id'], ['ledger_item.id'], name=op.f('fk_look_back_entry_item_id')),
    sa.ForeignKeyConstraint(['look_back_id'], ['look_back.id'], name=op.f('fk_look_back_entry_look_back_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['unit.id'], name=op.f('fk_look_back_entry_owner_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_look_back_entry_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look_back_entry')),
    sa.UniqueConstraint('look_back_id', 'item_id', 'unit_id', name=op.f('uq_look_back_entry_look_back_id_item_id_unit_id'))
    )
    op.create_index('ix_look_back_entry_unit_id', 'look_back_entry', ['unit_id'])
    op.create_table('look_back_capture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('brought_by', sa.String(length=64), nullable=False),
    sa.Column('brought_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['look_back_entry.id'], name=op.f('fk_look_back_capture_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look_back_capture'))
    )
    op.create_index('ix_look_back_capture_entry_id', 'look_back_capture', ['entry_id'])
    op.create_table('rectification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('person', sa.String(length=64), nullable=False),
    sa.Column('result', sa.Enum('mended', 'explained', 'not_ours', 'later', 'no_right', name='result', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('this_item_id', sa.Integer()),
    sa.ForeignKeyConstraint(['entry_id'], ['look_back_entry.id'], name=op.f('fk_rectification_entry_id')),
    sa.ForeignKeyConstraint(['id'], ['task.id'], name=op.f('fk_rectification_id')),
    sa.ForeignKeyConstraint(['this_item_id'], ['ledger_item.id'], name=op.f('fk_rectification_this_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rectification')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_rectification_entry_id'))
    )
    op.create_table('self_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('look_back_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['task.id'], name=op.f('fk_self_check_id')),
    sa.ForeignKeyConstraint(['look_back_id'], ['look_back.id'], name=op.f('fk_self_check_look_back_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_self_check'))
    )
    op.create_index('ix_self_check_look_back_id', 'self_check', ['look_back_id'])


def downgrade() -> None:
    """Take back: what the year's matters were is not known there; the trail and the sealed papers stay."""
    op.execute(f"DELETE FROM paper WHERE matter_id IN ({MATTERS})")
    for table in ("seat", "awaiting", "signoff", "evidence", "report_revision", "task_copy", "task_share", "request"):
        op.execute(f"DELETE FROM {table} WHERE task_id IN ({MATTERS})")
    op.execute(f"UPDATE notice SET task_id = NULL WHERE task_id IN ({MATTERS})")
    for table in ("self_check", "rectification", "look_back_capture", "look_back_entry", "look_back"):
        op.drop_table(table)
    op.execute("DELETE FROM task WHERE matter IN ('self_check', 'rectification')")
    with op.batch_alter_table("ledger") as table:
        table.drop_column("past")
