"""Links are found by what they are about (迁移 0019): an index column beside the hashed data, filled for what was there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CHAINS = ("audit_event", "access_event")
ABOUT = {"ledger.%": "ledger", "dossier.%": "ledger", "units.%": "unit", "account.%": "user", "token.%": "user", "address.%": "address"}
"""Kinds of events whose data hold the number of what they are about, as ``ledger_id``."""


def upgrade() -> None:
    """Apply."""
    said = "json_extract(data, '$.%s')" if op.get_bind().dialect.name == "sqlite" else "(data::json ->> '%s')"
    for chain in CHAINS:
        op.add_column(chain, sa.Column("subject", sa.String(length=40), nullable=True))
        _unguarded(chain, f"UPDATE {chain} SET subject = coalesce({said % 'subject'}, 'task:' || task_id)")
    for kinds, subject in ABOUT.items():
        number = said % f"{subject}_id"
        found = f"UPDATE audit_event SET subject = '{subject}:' || {number}"
        _unguarded("audit_event", f"{found} WHERE subject IS NULL AND kind LIKE '{kinds}'")
    op.create_index("ix_audit_event_subject", "audit_event", ["subject"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_audit_event_subject", "audit_event")
    for chain in CHAINS:
        op.drop_column(chain, "subject")


def _unguarded(chain: str, statement: str) -> None:
    """The chains are append-only; what the hash does not cover is written once, and the guard stands again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {chain} DISABLE TRIGGER {chain}_append_only")
        op.execute(statement)
        op.execute(f"ALTER TABLE {chain} ENABLE TRIGGER {chain}_append_only")
        return
    name = f"{chain}_no_update"
    guard = op.get_bind().execute(sa.text(f"SELECT sql FROM sqlite_master WHERE name = '{name}'")).scalar_one()
    op.execute(f"DROP TRIGGER {name}")
    op.execute(statement)
    op.execute(guard)
