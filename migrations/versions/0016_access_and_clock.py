"""The access log, the latest time seen, tokens that end with their person's epoch (迁移 0016)."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER access_event_no_{verb.lower()} BEFORE {verb} ON access_event "
        "BEGIN SELECT RAISE(ABORT, 'access_event is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION access_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'access_event is append-only'; END $$",
        "CREATE TRIGGER access_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION access_event_refuse()",
    ],
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "access_event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_access_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_access_event_hash")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_access_event_prev_hash")),
    )
    op.create_index(op.f("ix_access_event_kind"), "access_event", ["kind"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    _tokens()
    _clock()


def _tokens() -> None:
    """What lives goes on living: its epoch is its person's."""
    op.add_column("api_token", sa.Column("used_at", sa.DateTime(), nullable=True))
    op.add_column("api_token", sa.Column("epoch", sa.Integer(), server_default="0", nullable=False))
    op.execute('UPDATE api_token SET epoch = (SELECT epoch FROM "user" WHERE "user".id = api_token.user_id)')


def _clock() -> None:
    """The mark begins at the newest event."""
    mark = op.create_table(
        "clock_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("latest", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_mark")),
    )
    newest = op.get_bind().execute(sa.text("SELECT at FROM audit_event ORDER BY seq DESC LIMIT 1")).scalar()
    latest = datetime.fromisoformat(newest).astimezone(UTC) if newest else datetime(1970, 1, 1, tzinfo=UTC)
    op.bulk_insert(mark, [{"id": 1, "latest": latest.replace(tzinfo=None)}])


def downgrade() -> None:
    """Take back."""
    op.drop_table("clock_mark")
    op.drop_column("api_token", "epoch")
    op.drop_column("api_token", "used_at")
    op.drop_table("access_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_event_refuse()")
