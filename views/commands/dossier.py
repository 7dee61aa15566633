"""``dossier build`` (编制年度卷宗): the dossier of a published ledger or of one unit's share, with a progress bar."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select

from reports import making
from views.commands.here import usable
from views.commands.spoken import FOLDER, spoken
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.record.errors import Refused
from workflow.year.registering import request_paper


@click.command()
@click.argument("ledger_id", metavar="LEDGER", type=int)
@click.option("--out", type=FOLDER, default=Path("out"), show_default=True)
@click.option("--unit", "name", help="只编这一单位承办的部分，写单位全称；默认为全部")
@click.option("--by", "login", help="以哪位办公室人员的名义；默认为发布人")
@spoken
def build(ledger_id: int, out: Path, name: str | None, login: str | None) -> None:
    """Build the dossier of a published ledger, or of one unit's share, with a progress bar."""
    here = usable()
    with here.database.writing() as session:
        found = session.get(Ledger, ledger_id)
        if found is None or found.published_at is None:
            raise Refused(f"没有编号为 {ledger_id} 的已发布台账；台账编号见台账页面的地址。")
        chosen = User.login == login if login else User.id == found.published_by_id
        by = session.scalars(select(User).where(chosen)).first()
        if by is None:
            raise Refused(f"没有登录名为 {login} 的人员。")
        unit = session.scalars(select(Unit).where(Unit.name == name)).first() if name else None
        if name and unit is None:
            raise Refused(f"名录里没有单位「{name}」，请写全称。")
        unit_id = unit.id if unit else None
        paper_id = request_paper(session, found, "dossier", by=by, at=here.clock(), unit_id=unit_id).id
    with Progress(console=Console(stderr=True)) as bars:
        step = bars.add_task("编制年度卷宗", total=None)
        making.build(here, paper_id, progress=lambda done, total, _: bars.update(step, completed=done, total=total))
    for path in making.export(here, paper_id, out):
        click.echo(str(path))
