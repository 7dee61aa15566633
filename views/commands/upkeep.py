"""Commands for who looks after the system (维护): what is still to do, and whether the trail is whole."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from views.commands.here import installation
from views.commands.spoken import spoken
from workflow import operations
from workflow.models import OutboxRow
from workflow.queries.trail import check_access, check_trail
from workflow.settings import ZONE


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
    """Walk the audit chain and the access log; exit status 1 if a link is broken."""
    check, access = check_trail(installation().database, None), check_access(installation().database)
    click.echo(check.fault or f"留痕完整：共 {check.events} 条，链头 {check.head.seq} {check.head.hash}")
    click.echo(access.fault.replace("留痕", "访问记录") or f"访问记录完整：共 {access.events} 条")
    sys.exit(0 if check.intact and access.intact else 1)


@click.command()
@spoken
def accept_clock() -> None:
    """Take the machine's time for the present one though later ones have been seen; ends every session."""
    here = installation()
    with here.database.writing() as session:
        known = operations.accept_clock(session, at=here.clock())
    now = f"{here.clock().astimezone(ZONE):%Y-%m-%d %H:%M}"
    click.echo(
        f"已确认以 {now} 为准（此前到过 {known.astimezone(ZONE):%Y-%m-%d %H:%M}）；所有人须重新登录，此事已留痕。"
    )
