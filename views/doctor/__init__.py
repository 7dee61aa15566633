"""The doctor (体检): ``flask doctor`` says what is there, what is missing, what does not work without it, and what mends it."""

from __future__ import annotations

import sys
from pkgutil import resolve_name

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.cells import cell_len

from views.doctor.checks import examine

SIGNS = {"ok": "✓", "fault": "✗", "told": "·"}
WIDEST = 16
"""Columns of a name; a Chinese character takes two."""


@click.command("doctor")
@click.option("--full", is_flag=True, help="彻底检查：整个数据库、全部存储文件")
@with_appcontext
def doctor(full: bool) -> None:
    """Look at everything; exit status 1 if something is wrong, 0 where optional parts are merely missing."""
    opened = current_app.extensions.get("taizhang")
    count = {"ok": 0, "fault": 0, "told": 0}
    before = ""
    for section, finding in examine(lambda: opened or resolve_name("views.doctor.opening:opened")(), full=full):
        if section != before:
            click.echo(section)
            before = section
        count[finding.state] += 1
        space = " " * max(1, WIDEST - cell_len(finding.name))
        click.echo(f"  {SIGNS[finding.state]} {finding.name}{space}{finding.detail}")
        if finding.mend:
            click.echo(f"    {' ' * WIDEST}→ {finding.mend}")
    verdict = f"有 {count['fault']} 项问题（✗），请按 → 处理" if count["fault"] else "正常"
    click.echo(f"结论：{verdict}" + (f"；另有 {count['told']} 项提示（·）" if count["told"] else ""))
    sys.exit(1 if count["fault"] else 0)
