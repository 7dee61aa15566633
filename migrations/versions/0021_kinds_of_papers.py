"""Every paper that an office seals alone is a row of one table (迁移 0021): the dossiers of before are one kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEPT = "id, ledger_id, requested_by_id, as_of, done, total, step, error, pdf_sha256, zip_sha256, finished_at"
OUTBOX = sa.table("outbox", sa.column("id"), sa.column("kind"), sa.column("key"), sa.column("payload", sa.JSON))


def upgrade() -> None:
    """Apply."""
    _make("paper", sa.Column("kind", sa.String(40), nullable=False))
    op.execute(f"INSERT INTO paper ({KEPT}, kind) SELECT {KEPT}, 'dossier' FROM dossier")
    _gone("dossier", "paper")


def downgrade() -> None:
    """Take back. Refused while there are papers of other kinds: nothing would lead to what was sealed any more."""
    others = op.get_bind().execute(sa.text("SELECT count(*) FROM paper WHERE kind <> 'dossier'")).scalar_one()
    if others:
        raise RuntimeError(f"{others} papers are no dossiers; the revision before cannot keep them")
    _make("dossier")
    op.execute(f"INSERT INTO dossier ({KEPT}) SELECT {KEPT} FROM paper")
    _gone("paper", "dossier")


def _make(table: str, *more: sa.Column[str]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *more,
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(120), nullable=False),
        sa.Column("error", sa.String(500), nullable=False),
        sa.Column("pdf_sha256", sa.String(64)),
        sa.Column("zip_sha256", sa.String(64)),
        sa.Column("finished_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f(f"fk_{table}_ledger_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["user.id"], name=op.f(f"fk_{table}_requested_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _gone(before: str, after: str) -> None:
    """The old table and its index; numbers go on where they were, and promises of work name the row anew."""
    op.drop_index(f"ix_{before}_ledger_id", before)
    op.drop_table(before)
    op.create_index(f"ix_{after}_ledger_id", after, ["ledger_id"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('{after}', 'id'), max(id)) FROM {after} HAVING max(id) > 0")
    for row in connection.execute(sa.select(OUTBOX).where(OUTBOX.c.kind == before)).all():
        number = row.payload[f"{before}_id"]
        said = {"kind": after, "key": f"{after}:{number}", "payload": {f"{after}_id": number}}
        connection.execute(sa.update(OUTBOX).where(OUTBOX.c.id == row.id).values(said))
