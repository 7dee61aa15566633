"""The generated documents (生成的文档): written, or compared with what the code says."""

from __future__ import annotations

import sys

import click

from views.commands.spoken import spoken
from views.desks import manual


@click.command()
@spoken
def write() -> None:
    """Write the generated documents under docs/."""
    for path, text in manual.documents().items():
        path.write_text(text, "utf-8")
        click.echo(str(path))


@click.command()
@spoken
def check() -> None:
    """Exit status 1 if a generated document is not what the code says."""
    stale = [path for path, text in manual.documents().items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        click.echo(f"{path} is stale: run `make docs`", err=True)
    sys.exit(1 if stale else 0)
