"""How migrations reach the database (迁移环境): the connection is handed in by the command that migrates."""

from __future__ import annotations

from alembic import context

from workflow.tables import TABLES


def run() -> None:
    """Run the migrations on the connection in hand, in one transaction."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=TABLES, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
