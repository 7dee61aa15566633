"""``migrate`` (升级数据库): the database in the shape that this version needs."""

from __future__ import annotations

import click

from views.commands.here import installation
from views.commands.spoken import spoken
from workflow.record.migrating import migrate


@click.command()
@spoken
def upgrade() -> None:
    """Bring the database to the present shape."""
    migrate(installation().database.write_engine)
