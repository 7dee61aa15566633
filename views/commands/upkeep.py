"""Commands for who looks after the system (维护): what is still to do, and whether the trail is whole."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from views.commands.here import installation
from views.commands.spoken import spoken
from workflow.models import OutboxRow
from workflow.queries.trail import check_trail


@click.command()
@spoken
def list_jobs() -> None:
    """List what the background has still to do, with the last error."""
    with installation().database.reading() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)):
            click.echo(f"{row.id}\t{row.key}\t失败 {row.attempts} 次\t{row.last_error}")


@click.command()
@spoken
def verify_trail() -> None:
    """Walk the audit chain; exit status 1 if a link is broken."""
    check = check_trail(installation().database, None)
    click.echo(check.fault or f"留痕完整：共 {check.events} 条，链头 {check.head.seq} {check.head.hash}")
    sys.exit(0 if check.intact else 1)
