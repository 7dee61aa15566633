"""The database as a whole (数据库): brought to the shape that this version needs, backed up, restored, moved."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from packets.printed import known_heads
from views.commands.here import installation, usable
from views.commands.spoken import FOLDER, spoken
from workflow.backup import Manifest, back_up, restore
from workflow.record.migrating import migrate
from workflow.record.trail import check_trail


@click.command()
@spoken
def upgrade() -> None:
    """Bring the database to the present shape."""
    migrate(installation().database.write_engine)


@click.command()
@click.argument("folder", type=FOLDER)
@spoken
def write_backup(folder: Path) -> None:
    """Back the installation up into a folder while it runs; exit status 1 where a stored file is damaged or gone."""
    told = back_up(usable(), folder)
    click.echo(f"已备份到 {folder}：{_said(told)}。")
    for digest in told.damaged:
        click.echo(f"存储中缺失或已损坏，没有备份：{digest}", err=True)
    sys.exit(1 if told.damaged else 0)


@click.command()
@click.argument("folder", type=FOLDER)
@spoken
def read_backup(folder: Path) -> None:
    """Set an empty installation up from a backup, on whichever database and store it is set to; then walk the trail."""
    here = installation()
    told = restore(here, folder)
    known, faults = known_heads(here)
    check = check_trail(here.database, None, known)
    faults += [check.fault] * (not check.intact) + known.faults()
    for fault in faults:
        click.echo(fault, err=True)
    if not faults:
        click.echo(f"已恢复：{_said(told)}；行数、摘要与备份一致，留痕完整。下一步：flask --app app doctor --full")
    sys.exit(1 if faults else 0)


def _said(told: Manifest) -> str:
    return f"{len(told.tables)} 张表 {told.rows} 行，存储文件 {told.blobs - len(told.damaged)} 个，链头 {told.seq}"
