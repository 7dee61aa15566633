"""Commands for who looks after the system (维护): what is still to do, and whether the trail is whole."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from packets import checkpoints
from packets.printed import known_heads
from views.commands.here import usable
from views.commands.spoken import spoken
from workflow.models import OutboxRow
from workflow.queries.trail import check_trail


@click.command()
@spoken
def list_jobs() -> None:
    """List what the background has still to do, with the last error."""
    with usable().database.reading() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)):
            click.echo(f"{row.id}\t{row.key}\t失败 {row.attempts} 次\t{row.last_error}")


@click.command()
@spoken
def verify_trail() -> None:
    """Walk the audit chain and hold it against every head noted elsewhere; exit status 1 for a fault, one a line."""
    here = usable()
    known, faults = known_heads(here)
    check = check_trail(here.database, None, known)
    faults += [check.fault] * (not check.intact) + known.faults()
    for fault in faults:
        click.echo(fault)
    if not faults:
        against = f"，与 {known.count} 处检查点、登记和证据包记下的链头一致" if known.count else "，还没有检查点"
        click.echo(f"留痕完整：共 {check.events} 条，链头 {check.head.seq} {check.head.hash}{against}")
    sys.exit(1 if faults else 0)


@click.command()
@click.option("--anew", metavar="REASON", default="", help="恢复备份或文件丢失后重新开始，写明原因；旧文件留在旁边")
@spoken
def checkpoint(anew: str) -> None:
    """Sign the chain's head and write it down outside the database; exit status 1 if it could not be."""
    here = usable()
    if anew.strip():
        checkpoints.start_anew(here, anew.strip())
    faults = checkpoints.mark(here)
    for fault in faults:
        click.echo(fault, err=True)
    if not faults:
        click.echo("\n".join(str(path) for path in checkpoints.places(here)))
    sys.exit(1 if faults else 0)
