"""The application (应用): ``create_app`` builds all of it; ``app`` is the command line, which loads the screens when asked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import FlaskGroup

from views.commands import install_commands

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask.ctx import AppContext

    from workflow.record.installation import Clock
    from workflow.record.settings import Settings


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """Build the application with every desk and the background; the database is migrated by a command, not here."""
    app: Flask = import_module("views.site").build(settings, clock)
    import_module("worker").attach(app)
    return app


class CommandLine(Flask):
    """What ``flask --app app`` finds (命令行应用): the commands at once, the whole only for who needs it.

    Reading one file must not wait for every screen, the PDF printer and the database.
    """

    def __init__(self) -> None:
        super().__init__(__name__, static_folder=None)
        self.extensions["taizhang.whole"] = lambda: self.whole
        install_commands(self)

    @cached_property
    def whole(self) -> Flask:
        """The application itself, built when the first request or command asks for it."""
        app = create_app()
        app.debug = self.debug
        return app

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer ``flask run``."""
        return self.whole.wsgi_app(environ, start_response)

    def app_context(self) -> AppContext:
        """Flask enters this one to find a command of ours; its own and its extensions' (routes, shell, spec) see the whole."""
        asking = click.get_current_context(silent=True)
        finding = asking is not None and isinstance(asking.command, FlaskGroup)
        return super().app_context() if finding else self.whole.app_context()


app = CommandLine()
