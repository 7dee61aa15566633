"""The command line (命令行): the same operations as the screens; a refusal is one Chinese sentence and exit status 1."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select
from waitress import serve as listen

from intake.isolation import read_isolated
from intake.units_list import read_units
from packets.authority import LocalAuthority
from packets.isolation import verify_isolated
from reports import dossier as dossiers
from views import demo as demonstration
from views import manual
from views.doctor import doctor
from views.door import installation
from views.sample_office import SAMPLE, furnish, is_empty
from views.sample_year import SteeredClock
from workflow import operations, outbox
from workflow.errors import Refused
from workflow.installation import Installation, install
from workflow.migrating import migrate
from workflow.models import Ledger, OutboxRow, PacketRevision, User
from workflow.queries.trail import check_trail

P = ParamSpec("P")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def spoken(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a refusal into one sentence on standard error and exit status 1."""

    @wraps(command)
    def saying(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refused as refused:
            click.echo(refused.message, err=True)
            sys.exit(1)

    return saying


ledger = AppGroup("ledger", help="任务台账")
packet = AppGroup("packet", help="证据包")
dossier = AppGroup("dossier", help="年度卷宗")
units = AppGroup("units", help="单位名录")
account = AppGroup("account", help="账号")
jobs = AppGroup("jobs", help="后台事项")
trail = AppGroup("trail", help="留痕")
docs = AppGroup("docs", help="生成的文档")


def install_commands(app: Flask) -> None:
    """Hang every command on the app."""
    for group in (ledger, packet, dossier, units, account, jobs, trail, docs):
        app.cli.add_command(group)
    for command in (serve, demo, migrate_command, doctor):
        app.cli.add_command(command)


@ledger.command("read")
@click.argument("file", type=FILE)
@spoken
def ledger_read(file: Path) -> None:
    """Print a published table as JSON; problems go to standard error."""
    published = read_isolated(file.read_bytes(), filename=file.name)
    for problem in published.problems:
        line = problem.line or 0
        where = f"{published.places.get(line, f'第 {line} 行')}：" if line else ""
        click.echo(where + problem.message, err=True)
    click.echo(json.dumps(published.to_json(), ensure_ascii=False, indent=1))


@packet.command("verify")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="机器可读的结果")
@click.option("--trust", type=FILE, help="信任锚（PEM）；不给则用本机的")
@spoken
def packet_verify(file: Path, as_json: bool, trust: Path | None) -> None:
    """State every fact of a packet and the verdict; exit status 0 only for 通过."""
    data = file.read_bytes()
    anchors = [trust.read_bytes()] if trust else _own_anchors()
    result = verify_isolated(data, anchors=anchors, registered=None if trust else _registered(data))
    if as_json:
        click.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
    else:
        for fact in result.facts:
            click.echo(f"{ {'ok': '✓', 'fail': '✗', 'note': '·'}.get(fact.state, '？') } {fact.name}：{fact.detail}")
        click.echo(f"结论：{result.verdict}" + (f"（{result.reason}）" if result.reason else ""))
    sys.exit(0 if result.verdict == "通过" else 1)


@dossier.command("build")
@click.argument("ledger_id", metavar="LEDGER", type=int)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"), show_default=True)
@click.option("--by", "login", help="以哪位办公室人员的名义；默认为发布人")
@spoken
def dossier_build(ledger_id: int, out: Path, login: str | None) -> None:
    """Build the look-back dossier of a published ledger, with a progress bar."""
    here = installation()
    with here.database.writing() as session:
        found = session.get(Ledger, ledger_id)
        if found is None or found.published_at is None:
            raise Refused(f"没有编号为 {ledger_id} 的已发布台账；台账编号见台账页面的地址。")
        chosen = User.login == login if login else User.id == found.published_by_id
        by = session.scalars(select(User).where(chosen)).first()
        if by is None:
            raise Refused(f"没有登录名为 {login} 的人员。")
        dossier_id = operations.request_dossier(session, found, by=by, at=here.clock()).id
    with Progress(console=Console(stderr=True)) as bars:
        step = bars.add_task("编制年度卷宗", total=None)
        dossiers.build(here, dossier_id, progress=lambda done, total, _: bars.update(step, completed=done, total=total))
    for path in dossiers.export(here, dossier_id, out):
        click.echo(str(path))


@units.command("import")
@click.argument("file", type=FILE)
@spoken
def units_import(file: Path) -> None:
    """Import a directory of units from CSV or XLSX (名称, 类别, 简称, 所属组)."""
    rows = read_units(file.read_bytes(), filename=file.name)
    with installation().database.writing() as session:
        done = operations.import_units(session, rows, by=None, at=installation().clock())
    click.echo(f"新增 {done.added} 个单位，更新 {done.changed} 个，新增 {done.groups} 个单位组。")


@account.command("reset")
@click.argument("login")
@spoken
def account_reset(login: str) -> None:
    """Give an account a new one-time password and unlock it."""
    with installation().database.writing() as session:
        user = session.scalars(select(User).where(User.login == login)).first()
        if user is None:
            raise Refused(f"没有登录名为 {login} 的人员。")
        password = operations.reset_password(session, user, by=None, at=installation().clock())
    click.echo(f"{login} 的一次性口令：{password}")


@jobs.command("list")
def jobs_list() -> None:
    """List what the background has still to do, with the last error."""
    with installation().database.reading() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)):
            click.echo(f"{row.id}\t{row.key}\t失败 {row.attempts} 次\t{row.last_error}")


@jobs.command("retry")
def jobs_retry() -> None:
    """Try everything again that is not done, parked work too, and wait for it."""
    with installation().database.writing() as session:
        outbox.retry(session, at=installation().clock())
    click.echo(f"完成 {current_app.extensions['taizhang.drain'](installation())} 项。")


@trail.command("verify")
def trail_verify() -> None:
    """Walk the audit chain; exit status 1 if a link is broken."""
    check = check_trail(installation().database, None)
    click.echo(check.fault or f"留痕完整：共 {check.events} 条，链头 {check.head.seq} {check.head.hash}")
    sys.exit(0 if check.intact else 1)


@docs.command("write")
def docs_write() -> None:
    """Write the generated documents under docs/."""
    for path, text in manual.documents().items():
        path.write_text(text, "utf-8")
        click.echo(str(path))


@docs.command("check")
def docs_check() -> None:
    """Exit status 1 if a generated document is not what the code says."""
    stale = [path for path, text in manual.documents().items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        click.echo(f"{path} is stale: run `make docs`", err=True)
    sys.exit(1 if stale else 0)


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the present shape."""
    migrate(installation().database.write_engine)


@click.command("serve")
@spoken
def serve() -> None:
    """Migrate, load a sample office into an empty database, print address and sign-ins, and serve."""
    app, here = current_app._get_current_object(), installation()  # type: ignore[attr-defined]
    migrate(here.database.write_engine)
    if is_empty(here):
        _sample(here)
    else:
        click.echo("已有账号；忘记口令时：flask --app app account reset 登录名")
    stop = app.extensions["taizhang.start"]()
    click.echo(f"台账已启动：http://{here.settings.host}:{here.settings.port}/  （按 Ctrl-C 停止）")
    sys.setswitchinterval(1e-4)  # threads and sqlite3 share the interpreter better (measured: 2–3 times)
    try:
        listen(app, host=here.settings.host, port=here.settings.port, threads=8, ident="taizhang")
    finally:
        stop()


@click.command("demo")
@click.argument("file", type=FILE, default=SAMPLE)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"), show_default=True)
@click.option("--packets", default=20, show_default=True, help="办结多少件（每件生成一个证据包）")
@spoken
def demo(file: Path, out: Path, packets: int) -> None:
    """Fill an empty office from a document and live through its year; writes packets, dossier and anchors."""
    published = read_isolated(file.read_bytes(), filename=file.name)
    clock = SteeredClock(demonstration.publishing_time(published.year or 2026, published.issued_on))
    here = install(installation().settings, clock)
    console = Console()
    drain = current_app.extensions["taizhang.drain"]
    told = demonstration.live(here, clock, file.resolve(), out, closing=packets, drain=drain, console=console)
    console.print(
        "　".join(f"{word} {count}" for word, count in told.statuses.items()) + f"　其中逾期未办结 {told.late}"
    )
    console.print(f"证据包 {told.packets} 个：{out / 'packets'}")
    console.print(f"年度卷宗：{out / 'dossier.pdf'}、{out / 'dossier.zip'}；信任锚：{out / 'ca.pem'}")
    console.print(f"数据：{here.settings.home}；打开浏览：make run")


def _sample(here: Installation) -> None:
    """Furnish an empty office from the sample and live up to today."""
    published = read_isolated(SAMPLE.read_bytes(), filename=SAMPLE.name)
    clock = SteeredClock(demonstration.publishing_time(published.year or 2026, published.issued_on))
    past = install(here.settings, clock)
    office = furnish(past, SAMPLE, at=clock.now)
    demonstration.bring_to_life(past, clock, office, until=here.clock())
    demonstration.print_sign_ins(office, click.echo)


def _own_anchors() -> list[bytes]:
    return LocalAuthority(installation().settings.home).anchors()


def _registered(data: bytes) -> str | None:
    """The registered digest of these very bytes, or an empty text for bytes this system does not know."""
    digest = hashlib.sha256(data).hexdigest()
    with installation().database.reading() as session:
        return session.scalars(select(PacketRevision.sha256).where(PacketRevision.sha256 == digest)).first() or ""
