"""Several units put one line of a third party's list right (迁移 0047)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: every line that was handed out has its one rectification."""
    with op.batch_alter_table("rectification") as table:
        table.drop_constraint(op.f("uq_rectification_line_id"), type_="unique")
        table.create_index("ix_rectification_line_id", ["line_id"])


def downgrade() -> None:
    """Take back. Refused while a line has several: the revision before would show one of them and hide the others."""
    several = "SELECT count(*) FROM (SELECT line_id FROM rectification WHERE line_id IS NOT NULL GROUP BY line_id HAVING count(*) > 1) AS shared"
    lines = op.get_bind().execute(sa.text(several)).scalar_one()
    if lines:
        raise RuntimeError(f"{lines} lines are put right by several units; the revision before cannot keep that")
    with op.batch_alter_table("rectification") as table:
        table.drop_index("ix_rectification_line_id")
        table.create_unique_constraint(op.f("uq_rectification_line_id"), ["line_id"])
