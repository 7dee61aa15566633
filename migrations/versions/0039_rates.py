"""How often something has happened in a minute, on all machines together (迁移 0039)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('rate',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('minute', sa.DateTime(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_rate'))
    )


def downgrade() -> None:
    """Take back: counts of this minute."""
    op.drop_table('rate')
