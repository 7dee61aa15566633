"""Accounts at the machine's own shell (账号命令): the first administrators, and a password that nobody else can give."""

from __future__ import annotations

import click
from sqlalchemy import select

from views.commands.here import usable
from views.commands.spoken import spoken
from workflow.office import people
from workflow.office.models import Unit, User
from workflow.office.resetting import reset_at_the_shell
from workflow.office.words import Role
from workflow.record.errors import Refused

ADMINISTRATORS = {role.word: role for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)}


@click.command()
@click.argument("login")
@spoken
def reset(login: str) -> None:
    """Give an account a new one-time password; its owner and every 安全管理员 are told."""
    here = usable()
    with here.database.writing() as session:
        user = session.scalars(select(User).where(User.login == login)).first()
        if user is None:
            raise Refused(f"没有登录名为 {login} 的人员。")
        password = reset_at_the_shell(session, user, at=here.clock())
    click.echo(f"{login} 的一次性口令：{password}")


@click.command("open")
@click.argument("login")
@click.argument("name")
@click.option("--unit", required=True, help="单位名称，须已在单位名录中")
@click.option("--desk", required=True, type=click.Choice(list(ADMINISTRATORS)), help="三员之一")
@spoken
def open_first(login: str, name: str, unit: str, desk: str) -> None:
    """Open the account of a first administrator, while nobody sits at that desk."""
    here = usable()
    with here.database.writing() as session:
        home = session.scalars(select(Unit).where(Unit.name == unit)).first()
        if home is None:
            raise Refused(f"单位名录中没有「{unit}」，请先用 units import 导入名录。")
        password = people.open_first(
            session, login=login, name=name, unit=home, role=ADMINISTRATORS[desk], at=here.clock()
        )
    click.echo(f"{login}（{desk}）的一次性口令：{password}")
