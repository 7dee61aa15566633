"""Starting (启动): how long a command takes to its first word, beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import Figure, Size, interleaved

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "samples" / "2026年云岭市政务公开工作要点任务分解表.txt"


def figures(size: Size) -> Iterator[Figure]:
    """The list of commands, and one small table read."""
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    for name, words in (("command-start", ["--help"]), ("command-read", ["ledger", "read", str(SAMPLE)])):
        with tempfile.TemporaryDirectory() as home:
            ours, peer = interleaved(
                lambda words=words, home=home: _run([*flask, *words], home),
                lambda home=home: _run([sys.executable, "-c", "pass"], home),
                size.rounds,
            )
        yield Figure(name, ours, "python -c pass", peer)


def _run(command: list[str], home: str) -> None:
    subprocess.run(command, cwd=ROOT, env={"TAIZHANG_HOME": home}, check=True, capture_output=True)
