"""What can be searched for, and the index over it; what is there already is entered by a promise (迁移 0035)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INDEX = {
    "sqlite": "CREATE VIRTUAL TABLE entry_found USING fts5(words, content='entry', content_rowid='id', tokenize='unicode61 remove_diacritics 0')",
    "postgresql": "CREATE INDEX ix_entry_words ON entry USING gin (to_tsvector('simple'::regconfig, words))",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("kind", "number", name=op.f("uq_entry_kind_number")),
    )
    op.execute(INDEX[op.get_bind().dialect.name])
    op.execute(
        "INSERT INTO outbox (kind, key, payload, created_at, run_after, attempts, fence, last_error) SELECT 'index', 'index:0035', '{}', "
        "CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0, 0, '' WHERE EXISTS (SELECT 1 FROM unit)"
    )


def downgrade() -> None:
    """Take back: nothing is searched for there."""
    op.execute("DELETE FROM outbox WHERE kind = 'index'")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE entry_found")
    op.drop_table("entry")
