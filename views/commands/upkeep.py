"""Commands for who keeps the system (维护): directory, accounts, what is still to do, trail and database."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from sqlalchemy import select

from intake.units_list import read_units
from views.commands.here import installation
from views.commands.spoken import FILE, spoken
from workflow import operations
from workflow.errors import Refused
from workflow.migrating import migrate
from workflow.models import OutboxRow, User
from workflow.queries.trail import check_trail


@click.command()
@click.argument("file", type=FILE)
@spoken
def import_units(file: Path) -> None:
    """Import a directory of units from CSV or XLSX (名称, 类别, 简称, 所属组)."""
    rows = read_units(file.read_bytes(), filename=file.name)
    with installation().database.writing() as session:
        done = operations.import_units(session, rows, by=None, at=installation().clock())
    click.echo(f"新增 {done.added} 个单位，更新 {done.changed} 个，新增 {done.groups} 个单位组。")


@click.command()
@click.argument("login")
@spoken
def reset_account(login: str) -> None:
    """Give an account a new one-time password and unlock it."""
    with installation().database.writing() as session:
        user = session.scalars(select(User).where(User.login == login)).first()
        if user is None:
            raise Refused(f"没有登录名为 {login} 的人员。")
        password = operations.reset_password(session, user, by=None, at=installation().clock())
    click.echo(f"{login} 的一次性口令：{password}")


@click.command()
@spoken
def list_jobs() -> None:
    """List what the background has still to do, with the last error."""
    with installation().database.reading() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)):
            click.echo(f"{row.id}\t{row.key}\t失败 {row.attempts} 次\t{row.last_error}")


@click.command()
@spoken
def verify_trail() -> None:
    """Walk the audit chain; exit status 1 if a link is broken."""
    check = check_trail(installation().database, None)
    click.echo(check.fault or f"留痕完整：共 {check.events} 条，链头 {check.head.seq} {check.head.hash}")
    sys.exit(0 if check.intact else 1)


@click.command()
@spoken
def migrate_database() -> None:
    """Bring the database to the present shape."""
    migrate(installation().database.write_engine)
