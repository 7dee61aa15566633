"""``units import`` (导入单位名录): the directory from a file."""

from __future__ import annotations

from pathlib import Path

import click

from intake.lists.units_list import read_units
from views.commands.here import usable
from views.commands.spoken import FILE, spoken
from workflow.office.units import import_units


@click.command()
@click.argument("file", type=FILE)
@spoken
def load(file: Path) -> None:
    """Import a directory of units from CSV or XLSX (名称, 类别, 简称, 所属组, 上级单位)."""
    rows = read_units(file.read_bytes(), filename=file.name)
    here = usable()
    with here.database.writing() as session:
        done = import_units(session, rows, by=None, at=here.clock())
    click.echo(f"新增 {done.added} 个单位，更新 {done.changed} 个，新增 {done.groups} 个单位组。")
