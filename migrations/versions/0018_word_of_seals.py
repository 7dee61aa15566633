"""Notices may speak of seals (迁移 0018): 印章提醒 is a kind of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = ("news", "urging", "reminder")


def upgrade() -> None:
    """Apply."""
    _only((*BEFORE, "seal"))


def downgrade() -> None:
    """Take back: word of seals is news."""
    op.execute("UPDATE notice SET kind = 'news' WHERE kind = 'seal'")
    _only(BEFORE)


def _only(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_noticekind"), type_="check")
        table.create_check_constraint(op.f("ck_notice_noticekind"), sa.column("kind").in_(kinds))
