"""A sign-off names the seat that it fills, once; the seat is not written again for it (迁移 0048)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: what seats say of their sign-offs is said by these."""
    with op.batch_alter_table("signoff") as table:
        table.add_column(sa.Column("seat_id", sa.Integer()))
    op.execute("UPDATE signoff SET seat_id = (SELECT id FROM seat WHERE seat.signoff_id = signoff.id)")
    with op.batch_alter_table("seat") as table:
        table.drop_constraint(op.f("fk_seat_signoff_id"), type_="foreignkey")
        table.drop_column("signoff_id")
    with op.batch_alter_table("signoff") as table:
        table.create_foreign_key(op.f("fk_signoff_seat_id"), "seat", ["seat_id"], ["id"])
        table.create_unique_constraint(op.f("uq_signoff_seat_id"), ["seat_id"])


def downgrade() -> None:
    """Take back: seats name their sign-offs."""
    with op.batch_alter_table("seat") as table:
        table.add_column(sa.Column("signoff_id", sa.Integer()))
    op.execute("UPDATE seat SET signoff_id = (SELECT id FROM signoff WHERE signoff.seat_id = seat.id)")
    with op.batch_alter_table("signoff") as table:
        table.drop_constraint(op.f("uq_signoff_seat_id"), type_="unique")
        table.drop_constraint(op.f("fk_signoff_seat_id"), type_="foreignkey")
        table.drop_column("seat_id")
    with op.batch_alter_table("seat") as table:
        table.create_foreign_key(op.f("fk_seat_signoff_id"), "signoff", ["signoff_id"], ["id"])
