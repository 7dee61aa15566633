"""Third parties' lists and their lines; what is fetched and captured at the re-check of a rectification (迁移 0042)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

FOUND = "SELECT id FROM rectification WHERE line_id IS NOT NULL"
SEEN = ("link_check", "look_back_capture")


def upgrade() -> None:
    """Apply: there are no lists yet, and everything that was seen is of a look-back's line."""
    op.create_table('outside_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ledger_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('left', sa.Text(), nullable=False),
    sa.Column('received_by', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['ledger_id'], ['ledger.id'], name=op.f('fk_outside_list_ledger_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outside_list'))
    )
    op.create_index('ix_outside_list_ledger_id', 'outside_list', ['ledger_id'])
    op.create_table('outside_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('outside_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('column', sa.Integer(), nullable=False),
    *(sa.Column(name, sa.Text(), nullable=False) for name in ('indicator', 'standard', 'problem', 'link', 'unit_text', 'limit_text')),
    sa.Column('unit_id', sa.Integer()),
    sa.ForeignKeyConstraint(['outside_id'], ['outside_list.id'], name=op.f('fk_outside_line_outside_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_outside_line_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outside_line'))
    )
    op.create_index('ix_outside_line_outside_id', 'outside_line', ['outside_id'])
    with op.batch_alter_table("rectification") as table:
        table.add_column(sa.Column("line_id", sa.Integer()))
        table.create_foreign_key(op.f("fk_rectification_line_id"), "outside_line", ["line_id"], ["id"])
        table.create_unique_constraint(op.f("uq_rectification_line_id"), ["line_id"])
    for name in SEEN:
        with op.batch_alter_table(name) as table:
            table.alter_column("entry_id", existing_type=sa.Integer(), nullable=True)
            table.add_column(sa.Column("matter_id", sa.Integer()))
            table.create_foreign_key(op.f(f"fk_{name}_matter_id"), "rectification", ["matter_id"], ["id"])
            table.create_index(f"ix_{name}_matter_id", ["matter_id"])


def downgrade() -> None:
    """Take back: what outside lists call for, and what was seen of rectifications, is not known there; the trail stays."""
    for name in SEEN:
        op.execute(f"DELETE FROM {name} WHERE entry_id IS NULL")  # noqa: S608 - no words from outside
        with op.batch_alter_table(name) as table:
            table.drop_index(f"ix_{name}_matter_id")
            table.drop_constraint(op.f(f"fk_{name}_matter_id"), type_="foreignkey")
            table.drop_column("matter_id")
            table.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
    for table_name in ("seat", "awaiting", "signoff", "evidence", "report_revision", "task_copy", "task_share", "request", "at_hand"):
        op.execute(f"DELETE FROM {table_name} WHERE task_id IN ({FOUND})")  # noqa: S608
    op.execute(f"UPDATE notice SET task_id = NULL WHERE task_id IN ({FOUND})")  # noqa: S608
    op.execute(f"CREATE TEMPORARY TABLE gone AS {FOUND}")
    op.execute("DELETE FROM rectification WHERE line_id IS NOT NULL")
    with op.batch_alter_table("rectification") as table:
        table.drop_constraint(op.f("uq_rectification_line_id"), type_="unique")
        table.drop_constraint(op.f("fk_rectification_line_id"), type_="foreignkey")
        table.drop_column("line_id")
    op.drop_table("outside_line")
    op.drop_table("outside_list")
    op.execute("DELETE FROM task WHERE id IN (SELECT id FROM gone)")
    op.execute("DROP TABLE gone")
