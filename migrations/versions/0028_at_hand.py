"""What people have opened and are writing (迁移 0028)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('at_hand',
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime()),
    sa.Column('words', sa.Text()),
    sa.Column('base', sa.Text()),
    sa.Column('saved_at', sa.DateTime()),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_at_hand_task_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_at_hand_user_id')),
    sa.PrimaryKeyConstraint('task_id', 'user_id', name=op.f('pk_at_hand'))
    )


def downgrade() -> None:
    """Take back: who has opened what, and words that nobody has saved."""
    op.drop_table('at_hand')
