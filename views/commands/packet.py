"""``packet verify`` (验证证据包): every fact and the verdict; against given anchors it needs nothing of this machine."""

from __future__ import annotations

import hashlib
import json
import sys
from importlib import import_module
from pathlib import Path

import click

from packets.beside import beside
from packets.isolation import verify_isolated
from packets.verdict import PASSED
from views.commands.spoken import FILE, spoken


@click.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="机器可读的结果")
@click.option("--trust", type=FILE, help="信任锚（PEM）；不给则用本机的信任锚和登记")
@click.option("--registration", type=FILE, help="登记文件；不给则找旁边的「文件名.registration.json」")
@spoken
def verify(file: Path, as_json: bool, trust: Path | None, registration: Path | None) -> None:
    """State every fact of a sealed paper and the verdict; exit status 0 only for 通过."""
    data = file.read_bytes()
    if not as_json:
        click.echo(f"正在核验：{file.name}（SHA-256 {hashlib.sha256(data).hexdigest()}）", err=True)
    if trust is None:  # the database is loaded for those who ask it
        result = import_module("views.commands.vouching").judged(data)
    else:
        lying = registration or (beside(file) if beside(file).is_file() else None)
        said = lying.read_bytes() if lying else None
        result = verify_isolated(data, anchors=[trust.read_bytes()], registration=said)
    if as_json:
        click.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
    else:
        for fact in result.facts:
            click.echo(f"{ {'ok': '✓', 'fail': '✗', 'note': '·'}.get(fact.state, '？') } {fact.name}：{fact.detail}")
        click.echo(f"结论：{result.verdict}" + (f"（{result.reason}）" if result.reason else ""))
    sys.exit(0 if result.verdict == PASSED else 1)
