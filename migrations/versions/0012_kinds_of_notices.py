"""What sort of message a notice is (迁移 0012): until now a reminder was known by how its text began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = sa.Enum("news", "urging", "reminder", native_enum=False, create_constraint=True, length=32, name="noticekind")
MARKS = {"reminder": "【今日提醒】%", "urging": "【催办】%"}


def upgrade() -> None:
    """Apply: the old ones are read this once by the marks that they were written with."""
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("kind", KINDS, server_default="news", nullable=False))
    for kind, mark in MARKS.items():
        op.execute(sa.text("UPDATE notice SET kind = :kind WHERE text LIKE :mark").bindparams(kind=kind, mark=mark))


def downgrade() -> None:
    """Take back: the marks still stand in the texts."""
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_noticekind"), type_="check")
        table.drop_column("kind")
