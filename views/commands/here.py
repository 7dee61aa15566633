"""What a command works on (命令的对象): the installation of this machine, and the whole application for those that serve."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from workflow.installation import Installation, install
from workflow.logs import configure_logs
from workflow.settings import Settings


def installation() -> Installation:
    """The app's installation; on the command line, the one that the environment names, opened when first asked for."""
    if "taizhang" not in current_app.extensions:
        configure_logs()
        current_app.extensions["taizhang"] = install(Settings())
    return cast(Installation, current_app.extensions["taizhang"])


def whole() -> Flask:
    """The application with its screens and its background."""
    return cast(Flask, current_app.extensions["taizhang.whole"]())
