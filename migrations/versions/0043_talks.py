"""Letters take others back and come from what has to be put right; talks with a unit (迁移 0043)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TALKS = "SELECT id FROM talk"


def upgrade() -> None:
    """Apply: no paper takes another back yet."""
    with op.batch_alter_table("missive") as table:
        table.add_column(sa.Column("revokes", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("origin_id", sa.Integer()))
        table.create_foreign_key(op.f("fk_missive_origin_id"), "rectification", ["origin_id"], ["id"])
        table.create_index("ix_missive_origin_id", ["origin_id"])
    with op.batch_alter_table("missive") as table:
        table.alter_column("revokes", existing_type=sa.Boolean(), server_default=None)
    op.create_table('talk',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('talked_id', sa.Integer(), nullable=False),
    sa.Column('held_at', sa.DateTime()),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('convener', sa.String(length=200), nullable=False),
    sa.Column('attendees', sa.String(length=500), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('demand', sa.Text(), nullable=False),
    sa.Column('mend_by', sa.Date()),
    sa.Column('unsigned', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['task.id'], name=op.f('fk_talk_id')),
    sa.ForeignKeyConstraint(['letter_id'], ['missive.id'], name=op.f('fk_talk_letter_id')),
    sa.ForeignKeyConstraint(['talked_id'], ['unit.id'], name=op.f('fk_talk_talked_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talk'))
    )
    op.create_index('ix_talk_letter_id', 'talk', ['letter_id'])
    op.create_index('ix_talk_talked_id', 'talk', ['talked_id'])


def downgrade() -> None:
    """Take back: talks are not known there, the trail and the sealed papers stay; a paper that takes another back passes for a correction."""
    op.execute(f"DELETE FROM paper WHERE matter_id IN ({TALKS})")  # noqa: S608 - no words from outside
    for table_name in ("seat", "awaiting", "signoff", "evidence", "report_revision", "task_copy", "task_share", "request", "at_hand"):
        op.execute(f"DELETE FROM {table_name} WHERE task_id IN ({TALKS})")  # noqa: S608
    op.execute(f"UPDATE notice SET task_id = NULL WHERE task_id IN ({TALKS})")  # noqa: S608
    op.execute(f"CREATE TEMPORARY TABLE gone AS {TALKS}")
    op.drop_table("talk")
    op.execute("DELETE FROM task WHERE id IN (SELECT id FROM gone)")
    op.execute("DROP TABLE gone")
    with op.batch_alter_table("missive") as table:
        table.drop_index("ix_missive_origin_id")
        table.drop_constraint(op.f("fk_missive_origin_id"), type_="foreignkey")
        table.drop_column("origin_id")
        table.drop_column("revokes")
