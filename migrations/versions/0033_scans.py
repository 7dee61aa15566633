"""Files that are read in the background, page by page (迁移 0033)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('scan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer()),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('stopped_at', sa.DateTime()),
    sa.Column('finished_at', sa.DateTime()),
    sa.Column('result_sha256', sa.String(length=64)),
    sa.Column('error', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_scan_asked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan')),
    sa.UniqueConstraint('sha256', name=op.f('uq_scan_sha256'))
    )
    op.create_table('scan_page',
    sa.Column('scan_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['scan_id'], ['scan.id'], name=op.f('fk_scan_page_scan_id')),
    sa.PrimaryKeyConstraint('scan_id', 'number', name=op.f('pk_scan_page'))
    )


def downgrade() -> None:
    """Take back: what was recognised is recognised anew; promises of it have nobody who keeps them."""
    op.execute("DELETE FROM outbox WHERE kind = 'scan'")
    op.drop_table('scan_page')
    op.drop_table('scan')
