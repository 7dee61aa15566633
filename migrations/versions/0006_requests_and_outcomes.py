"""Requests of every kind in one table, outcomes, pauses and copies (迁移 0006)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = sa.Enum(
    "extension", "objection", "suspension", "coordination", "reopening",
    name="requestkind", native_enum=False, create_constraint=True, length=32,
)  # fmt: skip
OUTCOMES = sa.Enum(
    "done", "not_concerned", name="taskoutcome", native_enum=False, create_constraint=True, length=32
)
SHARED = (
    "id, task_id, old_due, reason, asked_by_id, asked_by, asked_at, granted, opinion, decided_by, decided_at, new_due"
)


def upgrade() -> None:
    """Apply; extensions become requests."""
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("old_due", sa.Date(), nullable=False),
        sa.Column("new_due", sa.Date(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        *_asked_and_decided("request"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_request_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index(op.f("ix_request_task_id"), "request", ["task_id"])
    open_now = sa.text("granted IS NULL")
    op.create_index(
        "uq_request_open", "request", ["task_id", "kind"], unique=True,
        sqlite_where=open_now, postgresql_where=open_now,
    )  # fmt: skip
    op.execute(f"INSERT INTO request (kind, {SHARED}) SELECT 'extension', {SHARED} FROM extension")  # noqa: S608
    op.drop_table("extension")
    op.create_table(
        "task_copy",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_task_copy_sent_by_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_copy_task_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_task_copy_user_id")),
        sa.PrimaryKeyConstraint("task_id", "user_id", name=op.f("pk_task_copy")),
    )
    op.create_index(op.f("ix_task_copy_user_id"), "task_copy", ["user_id"])
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("outcome", OUTCOMES, server_default="done", nullable=False))
        table.add_column(sa.Column("paused_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("paused_reason", sa.String(length=500), server_default="", nullable=False))


def downgrade() -> None:
    """Take back: of the requests, the extensions stay."""
    with op.batch_alter_table("task") as table:
        table.drop_constraint("taskoutcome", type_="check")
        for column in ("outcome", "paused_at", "paused_reason"):
            table.drop_column(column)
    op.drop_table("task_copy")
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("old_due", sa.Date(), nullable=False),
        sa.Column("new_due", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        *_asked_and_decided("extension"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_task_id"), "extension", ["task_id"])
    op.execute(f"INSERT INTO extension ({SHARED}) SELECT {SHARED} FROM request WHERE kind = 'extension'")  # noqa: S608
    op.drop_table("request")


def _asked_and_decided(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("opinion", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f(f"fk_{table}_asked_by_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f(f"fk_{table}_task_id")),
    ]
