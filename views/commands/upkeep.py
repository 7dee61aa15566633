"""Commands for who looks after the system (维护): what is still to do, and whether the trail is whole."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from packets import checkpoints
from packets.printed import known_heads
from views.commands.here import usable
from views.commands.spoken import spoken
from workflow.office.access import accept_clock as do_accept_clock
from workflow.record import outbox
from workflow.record.models import OutboxRow
from workflow.record.settings import ZONE
from workflow.record.trail import check_access, check_trail


@click.command()
@spoken
def list_jobs() -> None:
    """List what the background has still to do, with the last error."""
    with usable().database.reading() as session:
        for row in session.scalars(select(OutboxRow).where(*outbox.unkept()).order_by(OutboxRow.id)):
            click.echo(f"{row.id}\t{row.key}\t失败 {row.attempts} 次\t{row.last_error}")


@click.command()
@spoken
def verify_trail() -> None:
    """Walk both chains and hold the trail against every head noted elsewhere; exit status 1 for a fault, one a line."""
    here = usable()
    known, faults = known_heads(here)
    check, access = check_trail(here.database, None, known), check_access(here.database)
    faults += [check.fault] * (not check.intact) + known.faults()
    faults += [access.fault.replace("留痕", "访问记录")] * (not access.intact)
    for fault in faults:
        click.echo(fault)
    if not faults:
        against = f"，与 {known.count} 处检查点、登记和证据包记下的链头一致" if known.count else "，还没有检查点"
        click.echo(f"留痕完整：共 {check.events} 条，链头 {check.head.seq} {check.head.hash}{against}")
        click.echo(f"访问记录完整：共 {access.events} 条")
    sys.exit(1 if faults else 0)


@click.command()
@spoken
def accept_clock() -> None:
    """Take the machine's time for the present one though later ones have been seen; ends every session."""
    here = usable()
    with here.database.writing() as session:
        known = do_accept_clock(session, at=here.clock())
    now = f"{here.clock().astimezone(ZONE):%Y-%m-%d %H:%M}"
    click.echo(
        f"已确认以 {now} 为准（此前到过 {known.astimezone(ZONE):%Y-%m-%d %H:%M}）；所有人须重新登录，此事已留痕。"
    )


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
