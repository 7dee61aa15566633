"""How a command ends (命令的回话): a refusal is one Chinese sentence and exit status 1, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
from flask.cli import with_appcontext

from workflow.record.errors import Refused
from workflow.record.troubles import trouble

P = ParamSpec("P")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


def spoken(command: Callable[P, None]) -> Callable[P, None]:
    """Run inside the app; turn a refusal into one sentence on standard error and exit status 1."""

    @wraps(command)
    def saying(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refused as refused:
            _refuse(refused)
        except Exception as error:
            refused_by_machine = trouble(error)
            if refused_by_machine is None:
                raise
            _refuse(refused_by_machine)

    return with_appcontext(saying)


def _refuse(refused: Refused) -> None:
    click.echo(refused.message, err=True)
    sys.exit(1)
