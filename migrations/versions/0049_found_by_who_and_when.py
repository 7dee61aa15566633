"""The trail is found by its time, sign-offs by who gave them, seats by their unit (迁移 0049)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

INDEXES: dict[str, tuple[str, list[str], str]] = {
    "ix_audit_event_at": ("audit_event", ["at", "seq"], ""),
    "ix_seat_unit_id": ("seat", ["unit_id"], ""),
    "ix_signoff_user_id": ("signoff", ["user_id"], ""),
    "ix_signoff_principal_id": ("signoff", ["principal_id"], "principal_id IS NOT NULL"),
}


def upgrade() -> None:
    """Apply."""
    for name, (table, columns, only) in INDEXES.items():
        where = {f"{kind}_where": sa.text(only) for kind in ("sqlite", "postgresql")} if only else {}
        op.create_index(name, table, columns, **where)


def downgrade() -> None:
    """Take back."""
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)
