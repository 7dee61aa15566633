"""``ledger read`` (读表): published tables as JSON, a line a file in the order given; remarks go to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from intake.isolation import read_isolated
from intake.lists.units_list import read_units
from workflow.record.errors import Refused, Unreadable
from workflow.record.published import PublishedLedger
from workflow.record.sandbox import AT_ONCE

MOST = 200 << 20
"""Bytes; no table is larger, and a file of any length must not fill the memory."""
_BREAKS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}
"""What JSON leaves as it is and yet ends a line for many readers of lines."""


@dataclass(frozen=True)
class Reading:
    """What one file gave (读入结果)."""

    line: str
    remarks: list[str]
    has_table: bool


@click.command()
@click.option(
    "--units",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="名录（CSV 或 XLSX），按其中的名称认单位。",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def read(files: tuple[Path, ...], units: Path | None) -> None:
    """Print one line of JSON a file, as soon as it is known; exit status 1 if a file has no table."""
    complete = True
    with closing(_readings(files, _known(units))) as readings:
        for file, reading in zip(files, readings, strict=True):
            for remark in reading.remarks:
                click.echo(f"{click.format_filename(file)}: {' '.join(remark.split())}", err=True)
            click.echo(reading.line)
            complete &= reading.has_table
    sys.exit(0 if complete else 1)


def _known(units: Path | None) -> list[str]:
    """Names and short names of a list of units."""
    if units is None:
        return []
    try:
        rows = read_units(units.read_bytes(), filename=units.name)
    except Refused as refused:
        raise click.ClickException(refused.message) from None
    return [name for row in rows for name in (row.name, *row.aliases)]


def _readings(files: tuple[Path, ...], known: Sequence[str]) -> Generator[Reading]:
    """In order, as many at once as the sandbox has places; who stops asking stops the reading."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        yield from pool.map(partial(_reading, known=known), files)
    finally:
        pool.shutdown(cancel_futures=True)


def _reading(file: Path, *, known: Sequence[str]) -> Reading:
    name = click.format_filename(file, shorten=True)
    try:
        published = read_isolated(_content(file, f"《{name}》"), filename=name, known=known)
    except Unreadable as refusal:
        return Reading("{}", [refusal.message], has_table=False)
    if not published.tasks:
        return Reading("{}", _remarks(published), has_table=False)
    plain = json.dumps(published.to_json(), ensure_ascii=False, separators=(",", ":"))
    return Reading(plain.translate(_BREAKS), _remarks(published), has_table=True)


def _content(file: Path, name: str) -> bytes:
    """Raises Unreadable for what is no file, before it is opened: a pipe may never end."""
    try:
        if not file.exists():
            raise Unreadable(f"没有读到任务表：没有找到{name}；请核对文件名和所在的文件夹。")
        if not file.is_file():
            raise Unreadable(f"没有读到任务表：{name}是文件夹或管道；请给出具体的文件。")
        if file.stat().st_size > MOST:
            raise Unreadable(f"没有读到任务表：{name}超过 {MOST >> 20} MB；请只保留任务表部分，另存后再读入。")
        return file.read_bytes()
    except OSError:
        raise Unreadable(f"没有读到任务表：{name}不能打开；请核对读取权限。") from None


def _remarks(published: PublishedLedger) -> list[str]:
    """Each problem with its place in the file."""
    return [
        (f"{published.places.get(problem.line, f'第 {problem.line} 行')}：" if problem.line else "") + problem.message
        for problem in published.problems
    ]
