"""What a command works on (命令的对象): the installation of this machine, and the whole application for those that serve."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from views.doctor.opening import opened
from workflow.record.errors import BrokenDatabase, ForeignDatabase
from workflow.record.installation import Installation
from workflow.record.logs import configure_logs
from workflow.record.migrating import pending


def installation() -> Installation:
    """The app's installation; on the command line, the one that the environment names, opened when first asked for."""
    if "taizhang" not in current_app.extensions:
        configure_logs()
        current_app.extensions["taizhang"] = opened()
    return cast(Installation, current_app.extensions["taizhang"])


def usable() -> Installation:
    """The installation, its database there, sound and of this version.

    Raises BrokenDatabase or ForeignDatabase, which name what mends it; a command that only reads must not make a database.
    """
    here = installation()
    file = here.database.file
    if file is not None and not file.is_file():
        raise ForeignDatabase(f"还没有数据库（{file}）：先运行 flask --app app serve，或检查 TAIZHANG_HOME。")
    check(here)
    with here.database.reading() as session:
        lacking = pending(session.connection())
    if lacking:
        raise ForeignDatabase(
            f"数据库有 {len(lacking)} 个升级没有执行：请先备份，再运行 flask --app app migrate；如果这不是台账的数据库，请检查 TAIZHANG_HOME。"
        )
    return here


def check(here: Installation) -> None:
    """Raises BrokenDatabase where the database says that its file is damaged, Unavailable where the store does not answer."""
    if here.database.damage():
        raise BrokenDatabase
    here.store.check()


def whole() -> Flask:
    """The application with its screens and its background. Raises Invalid for settings or a folder that cannot be used."""
    installation()
    return cast(Flask, current_app.extensions["taizhang.whole"]())
