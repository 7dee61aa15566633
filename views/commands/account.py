"""``account reset`` (重置口令): for who has forgotten a password and finds no administrator."""

from __future__ import annotations

import click
from sqlalchemy import select

from views.commands.here import usable
from views.commands.spoken import spoken
from workflow import operations
from workflow.errors import Refused
from workflow.models import User


@click.command()
@click.argument("login")
@spoken
def reset(login: str) -> None:
    """Give an account a new one-time password and unlock it."""
    here = usable()
    with here.database.writing() as session:
        user = session.scalars(select(User).where(User.login == login)).first()
        if user is None:
            raise Refused(f"没有登录名为 {login} 的人员。")
        password = operations.reset_password(session, user, by=None, at=here.clock())
    click.echo(f"{login} 的一次性口令：{password}")
