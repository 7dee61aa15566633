"""Commands that need the whole application (服务与演示): they serve, live through a year, or drive the background."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from waitress import serve as listen

from intake.isolation import read_isolated
from packets import seals
from samples import demonstration
from samples.agenda import SteeredClock
from samples.office import SAMPLE, furnish, is_empty
from samples.redated import named, redated
from views.commands.beside import Beside
from views.commands.here import check, installation, usable, whole
from views.commands.spoken import FILE, FOLDER, spoken
from workflow.record import outbox, timekeeping
from workflow.record.errors import Invalid
from workflow.record.installation import Installation, install
from workflow.record.migrating import migrate
from workflow.record.room import shortage
from workflow.record.settings import ZONE, Settings

PROXIED = {"clear_untrusted_proxy_headers": False}
"""waitress hands on what proxies say; :mod:`views.address` believes only those that ``TAIZHANG_TRUSTED_PROXIES`` names."""


@click.command()
@spoken
def retry_jobs() -> None:
    """Try everything again that is not done, parked work too, and wait for it."""
    here = usable()
    with here.database.writing() as session:
        outbox.retry(session, at=here.clock())
    click.echo(f"完成 {whole().extensions['taizhang.drain'](here)} 项。")


@click.command()
@spoken
def serve() -> None:
    """Migrate, load a sample office into an empty database, print address and sign-ins, and serve."""
    app = whole()
    here: Installation = app.extensions["taizhang"]
    _named(here.settings)
    check(here)
    migrate(here.database.write_engine)
    short = shortage(here.settings)
    if short:
        click.echo(short, err=True)
    if is_empty(here):
        _sample(here)
    else:
        click.echo("已有账号；忘记口令时：flask --app app account reset 登录名")
    for words in seals.warn(here):
        click.echo(f"✗ {words}")
    beside = Beside() if here.settings.worker == "embedded" else None
    app.extensions["taizhang.nudge"] = beside and beside.ring
    click.echo(f"台账已启动：http://{here.settings.host}:{here.settings.port}/  （按 Ctrl-C 停止）")
    sys.setswitchinterval(1e-4)  # threads and sqlite3 share the interpreter better (measured: 2–3 times)
    try:
        listen(app, host=here.settings.host, port=here.settings.port, threads=8, ident="taizhang", **PROXIED)
    finally:
        if beside is not None:
            beside.stop()


@click.command()
@click.argument("file", type=FILE, default=SAMPLE)
@click.option("--out", type=FOLDER, default=Path("out"), show_default=True)
@click.option("--packets", default=300, show_default=True, help="每年办结的任务中多少件当场生成证据包；其余留给后台")
@spoken
def demo(file: Path, out: Path, packets: int) -> None:
    """Fill an empty office from a document and live through its year; writes every paper of it, and the anchors."""
    read = read_isolated(file.read_bytes(), filename=file.name)
    today = installation().clock().astimezone(ZONE).date()
    published = named(redated(read, today=today), file)
    clock = SteeredClock(demonstration.publishing_time(published.year or today.year - 1, published.issued_on))
    here = install(installation().settings, clock)
    console = Console()
    if published.year != read.year:
        console.print(f"文件是 {read.year} 年的，这一年还没有过完：演示把文中的年份移到 {published.year} 年。")
    keep = whole().extensions["taizhang.keep"]
    told = demonstration.live(here, clock, file.resolve(), published, out, packets=packets, keep=keep, console=console)
    _to_the_present(install(here.settings))
    console.print(
        "　".join(f"{word} {count}" for word, count in told.statuses.items()) + f"　其中逾期未办结 {told.late}"
    )
    console.print(f"证据包 {told.packets} 个：{out / 'packets'}；其他盖章材料 {told.papers} 份")
    if told.waiting:
        console.print(f"另有 {told.waiting} 个证据包留给后台，启动服务后自动生成；卷宗的备考表列明未附。")
    console.print(
        f"各期落实情况表：{out / 'filings'}；回头看：{out / 'lookback'}；整改台账：{out / 'rectification'}；通报和函件：{out / 'bulletins'}、{out / 'letters'}"
    )
    console.print(
        f"年度卷宗：{out / 'dossier'}；各份材料的数据和截至时间：{out / 'facts.json'}；信任锚：{out / 'ca.pem'}"
    )
    console.print("上年的任务表由同一份文件前移一年得到，只取前几条，供回头看演示。")
    console.print(f"数据：{here.settings.home}；打开浏览：make run")


def _to_the_present(here: Installation) -> None:
    """From here on the machine's own clock counts, whatever year was lived through."""
    with here.database.writing() as session:
        timekeeping.accept(session, here.clock())


def _named(settings: Settings) -> None:
    """Raises Invalid where others may connect and nobody has said under which name."""
    if settings.nameless:
        raise Invalid(
            f"没有启动：监听地址 {settings.host} 对其他机器开放，须先说明使用的主机名，例如 "
            f"TAIZHANG_TRUSTED_HOSTS='[\"taizhang.example.gov.cn\"]'；只在本机试用请设 TAIZHANG_HOST=127.0.0.1。 "
            "(Not started: set TAIZHANG_TRUSTED_HOSTS to the host names that browsers use.)"
        )


def _sample(here: Installation) -> None:
    """Furnish an empty office from the sample and live up to today."""
    published = read_isolated(SAMPLE.read_bytes(), filename=SAMPLE.name)
    clock = SteeredClock(demonstration.publishing_time(published.year or 2026, published.issued_on))
    past = install(here.settings, clock)
    office = furnish(past, SAMPLE, at=clock.now)
    demonstration.bring_to_life(past, clock, office, until=here.clock())
    with here.database.writing() as session:  # whoever closes the first task sees its packet at once
        outbox.spread(session, at=here.clock(), apart=timedelta(seconds=5))
    _to_the_present(here)
    demonstration.print_sign_ins(office, click.echo)
