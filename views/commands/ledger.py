"""``ledger read`` (读表): published tables as JSON, a line a file in the order given; remarks go to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from intake.isolation import read_isolated
from workflow.errors import Unreadable
from workflow.published import PublishedLedger
from workflow.sandbox import AT_ONCE

_BREAKS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}
"""What JSON leaves as it is and yet ends a line for many readers of lines."""


@dataclass(frozen=True)
class Reading:
    """What one file gave (读入结果)."""

    line: str
    remarks: list[str]
    has_table: bool


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def read(files: tuple[Path, ...]) -> None:
    """Print one line of JSON a file, as soon as it is known; exit status 1 if a file has no table."""
    complete = True
    for file, reading in zip(files, _readings(files), strict=True):
        for remark in reading.remarks:
            click.echo(f"{click.format_filename(file)}: {' '.join(remark.split())}", err=True)
        click.echo(reading.line)
        complete &= reading.has_table
    sys.exit(0 if complete else 1)


def _readings(files: tuple[Path, ...]) -> Iterator[Reading]:
    """In order, as many at once as the sandbox has places; who stops asking stops the reading."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        yield from pool.map(_reading, files)
    finally:
        pool.shutdown(cancel_futures=True)


def _reading(file: Path) -> Reading:
    name = click.format_filename(file, shorten=True)
    try:
        if not file.is_file():
            raise FileNotFoundError(file)  # a folder, or a pipe that may never end
        published = read_isolated(file.read_bytes(), filename=name)
    except Unreadable as refusal:
        return Reading("{}", [refusal.message], has_table=False)
    except OSError:
        return Reading("{}", [f"没有读到任务表：《{name}》不存在或不能打开；请核对文件名和读取权限。"], has_table=False)
    plain = json.dumps(published.to_json(), ensure_ascii=False, separators=(",", ":"))
    return Reading(plain.translate(_BREAKS), _remarks(published), has_table=bool(published.tasks))


def _remarks(published: PublishedLedger) -> list[str]:
    """Each problem with its place in the file."""
    return [
        (f"{published.places.get(problem.line, f'第 {problem.line} 行')}：" if problem.line else "") + problem.message
        for problem in published.problems
    ]
