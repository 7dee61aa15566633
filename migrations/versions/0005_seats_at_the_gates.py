"""Gates as policy: seats frozen into rounds, people who stand in, sign-offs on paper (迁移 0005)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GATES = sa.Enum("unit", "lead", "office", name="gate", native_enum=False, create_constraint=True, length=32)
MODES = sa.Enum("all", "any", "in_order", name="mode", native_enum=False, create_constraint=True, length=32)
ROLES = sa.Enum(
    "handler", "unit_head", "lead_reviewer", "office", "leader", "auditor", "system_admin", "security_admin",
    "audit_admin", name="role", native_enum=False, create_constraint=True, length=32,
)  # fmt: skip


def upgrade() -> None:
    """Apply; tasks under way get the seats that the rules so far gave them."""
    op.create_table(
        "gate_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gate", GATES, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("mode", MODES, nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["ledger_item.id"], name=op.f("fk_gate_policy_item_id")),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_gate_policy_ledger_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_gate_policy_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_policy")),
    )
    op.create_index(op.f("ix_gate_policy_unit_id"), "gate_policy", ["unit_id"])
    op.create_index(op.f("ix_gate_policy_ledger_id"), "gate_policy", ["ledger_id"])
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("gate", GATES, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("any_one", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", ROLES, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("signoff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_seat_added_by_id")),
        sa.ForeignKeyConstraint(["signoff_id"], ["signoff.id"], name=op.f("fk_seat_signoff_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_seat_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_seat_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_seat_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    op.create_index("ix_seat_task_id_round", "seat", ["task_id", "round"])
    op.create_index("ix_seat_user_id", "seat", ["user_id"])
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["user.id"], name=op.f("fk_delegation_deputy_id")),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_delegation_ledger_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["user.id"], name=op.f("fk_delegation_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(op.f("ix_delegation_principal_id"), "delegation", ["principal_id"])
    op.create_index(op.f("ix_delegation_deputy_id"), "delegation", ["deputy_id"])
    with op.batch_alter_table("signoff") as table:
        table.add_column(sa.Column("principal_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("principal_name", sa.String(length=64), server_default="", nullable=False))
        table.add_column(sa.Column("deputy_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("paper_sha256", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("paper_name", sa.String(length=255), server_default="", nullable=False))
        table.add_column(sa.Column("paper_signer", sa.String(length=64), server_default="", nullable=False))
        table.create_foreign_key(op.f("fk_signoff_principal_id"), "user", ["principal_id"], ["id"])
    _remake_awaiting(named=True)
    _seat_those_under_way(op.get_bind())


def downgrade() -> None:
    """Take back: whose turn it is falls to the whole desk again."""
    _remake_awaiting(named=False)
    with op.batch_alter_table("signoff") as table:
        table.drop_constraint(op.f("fk_signoff_principal_id"), type_="foreignkey")
        for column in ("principal_id", "principal_name", "deputy_until", "paper_sha256", "paper_name", "paper_signer"):
            table.drop_column(column)
    for table_name in ("delegation", "seat", "gate_policy"):
        op.drop_table(table_name)


def _remake_awaiting(*, named: bool) -> None:
    """``awaiting`` is derived and small: it is written anew in its other shape."""
    op.rename_table("awaiting", "awaiting_before")
    before = sa.inspect(op.get_bind()).get_indexes("awaiting_before")
    for index in before:
        op.drop_index(index["name"], table_name="awaiting_before")
    columns: list[sa.schema.SchemaItem] = [
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", ROLES, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_awaiting_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_awaiting_unit_id")),
    ]
    if named:
        columns += [
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("user_id", sa.Integer(), nullable=True),
            sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_awaiting_user_id")),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_awaiting_id")),
        ]
    else:
        columns.append(sa.PrimaryKeyConstraint("task_id", "unit_id", "role", name=op.f("pk_awaiting_of_desks")))
    op.create_table("awaiting", *columns)
    op.execute(
        "INSERT INTO awaiting (task_id, unit_id, role, due, since) "
        "SELECT task_id, unit_id, role, min(due), min(since) FROM awaiting_before GROUP BY task_id, unit_id, role"
    )
    op.drop_table("awaiting_before")
    if named:
        op.create_index("ix_awaiting_task_id", "awaiting", ["task_id"])
        columns_of_desk = ["unit_id", "role", "user_id", "due", "task_id"]
        op.create_index("ix_awaiting_unit_id_role_user_id_due", "awaiting", columns_of_desk)
        op.create_index("ix_awaiting_user_id_due", "awaiting", ["user_id", "due", "task_id"])
    else:
        op.create_index("ix_awaiting_unit_id_role_due", "awaiting", ["unit_id", "role", "due", "task_id"])


def _seat_those_under_way(connection: sa.Connection) -> None:
    """A seat for every standing sign-off of a present round, and for every desk that is waited for at a gate."""
    signed = (
        "INSERT INTO seat (task_id, round, gate, line, stage, any_one, unit_id, role, signoff_id) "
        "SELECT s.task_id, s.round, s.gate, s.id, 0, {no}, s.unit_id, "
        "CASE s.gate WHEN 'unit' THEN 'unit_head' WHEN 'lead' THEN 'lead_reviewer' ELSE 'office' END, s.id "
        "FROM signoff s JOIN task t ON t.id = s.task_id AND t.round = s.round "
        "WHERE s.void_at IS NULL AND s.decision = 'passed'"
    )
    waiting = (
        "INSERT INTO seat (task_id, round, gate, line, stage, any_one, unit_id, role) "
        "SELECT t.id, t.round, CASE t.status WHEN 'DRAFTED' THEN 'unit' WHEN 'UNIT_APPROVED' THEN 'lead' ELSE 'office' "
        "END, -a.id, 0, {no}, a.unit_id, a.role FROM awaiting a JOIN task t ON t.id = a.task_id "
        "WHERE t.status IN ('DRAFTED', 'UNIT_APPROVED', 'LEAD_VERIFIED')"
    )
    no = "false" if connection.dialect.name == "postgresql" else "0"
    for statement in (signed, waiting):
        op.execute(statement.format(no=no))
