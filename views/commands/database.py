"""The database as a whole (数据库): brought to the shape that this version needs, backed up, restored, moved."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from packets.printed import known_heads
from views.commands.here import installation, usable
from views.commands.spoken import FOLDER, spoken
from workflow.backup import Manifest, back_up, move_in, restore
from workflow.record.migrating import migrate
from workflow.record.showing import spoken_size
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


@click.command()
@spoken
def move_blobs() -> None:
    """Bring the folder's stored files into the object store of the settings; exit status 1 where one is damaged or lacking."""
    told = move_in(usable(), progress=_every_thousand)
    click.echo(f"已搬进对象存储并回读核对：{told.files} 个文件，{spoken_size(told.size)}；原目录没有动。")
    for digest in told.damaged:
        click.echo(f"数据目录中已损坏，没有搬：{digest}", err=True)
    for digest in told.lacking:
        click.echo(f"数据库里登记的文件，对象存储里没有或已损坏：{digest}", err=True)
    if not (told.damaged or told.lacking):
        click.echo("数据库登记的文件全部齐全。下一步：启动服务，再运行 flask --app app doctor --full")
    sys.exit(1 if told.damaged or told.lacking else 0)


def _every_thousand(done: int, of: int) -> None:
    if done % 1000 == 0:
        click.echo(f"{done}/{of}", err=True)


def _said(told: Manifest) -> str:
    return f"{len(told.tables)} 张表 {told.rows} 行，存储文件 {told.blobs - len(told.damaged)} 个，链头 {told.seq}"
