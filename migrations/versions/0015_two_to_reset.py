"""Resets by two people, passwords of the past, wrong ones by name and place (迁移 0015)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: locks of the moment are forgotten; when a password was set is unknown, so with expiry on it is due."""
    op.create_table(
        "past_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_past_password_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_password")),
    )
    op.create_index(op.f("ix_past_password_user_id"), "past_password", ["user_id"])
    op.create_table(
        "wrong_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login_key", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_password")),
    )
    op.create_index("ix_wrong_password_login_key_at", "wrong_password", ["login_key", "at"])
    op.create_index(op.f("ix_wrong_password_at"), "wrong_password", ["at"])
    op.create_table(
        "password_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("half_hash", sa.String(length=120), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_password_reset_user_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_password_reset_asked_by_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_password_reset_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
    )
    op.create_index(op.f("ix_password_reset_user_id"), "password_reset", ["user_id"])
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("password_set_at", sa.DateTime(), nullable=True))
        table.drop_column("failures")
        table.drop_column("locked_until")


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("locked_until", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        table.drop_column("password_set_at")
    op.drop_table("password_reset")
    op.drop_table("wrong_password")
    op.drop_table("past_password")
