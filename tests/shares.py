"""A commit's share of the proof (抽查): of the kinds that take longest it runs some, drawn by its hash, so that each comes up in time.

A pytest plugin (``-p tests.shares``); without it everything runs, which is what ``make proof ALL=1`` does.
"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
ONE_IN = dict.fromkeys(("faults", "years", "lives", "kills", "races", "postgresql", "screens", "formats"), 6)
"""Kinds by the name that ``@pytest.mark.proof`` gives them: of so many one is run."""
_said = pytest.StashKey[list[str]]()


def lot() -> str:
    """What is drawn by: the commit; where there is no git (a tarball) the text of the source files."""
    if (ROOT / ".git").exists():
        try:
            asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
        except OSError:
            asked = None
        if asked is not None and asked.returncode == 0:
            return asked.stdout.strip()
    files = (path for path in sorted(ROOT.glob("[!.]*/**/*.py")) if path.relative_to(ROOT).parts[0] != "out")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def drawn(names: list[str], by: str, one_in: int) -> set[str]:
    """The share: of so many names one, rounded up; the same whoever asks, another for another commit."""
    ranked = sorted(names, key=lambda name: hashlib.sha256(f"{by} {name}".encode()).digest())
    return set(ranked[: -(-len(names) // one_in)])


def kind_of(item: pytest.Item) -> str:
    """The kind that a test's mark names; empty where it names none."""
    return next((mark.args[0] for mark in item.iter_markers("proof") if mark.args), "")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not drawn, and keep what is to be said about it."""
    by, said, left_out = lot(), [], []
    for kind, one_in in ONE_IN.items():
        those = {item.nodeid.partition("@")[0]: item for item in items if kind_of(item) == kind}
        taken = drawn(list(those), by, one_in)
        left_out += [item for name, item in those.items() if name not in taken]
        if those:
            said.append(f"proof share 1/{one_in} of {kind}: {len(taken)} of {len(those)}, drawn by {by[:12]}")
    config.stash[_said] = said
    if hasattr(config, "workeroutput"):
        config.workeroutput["shares"] = said
    config.hook.pytest_deselected(items=left_out)
    gone = {item.nodeid for item in left_out}
    items[:] = [item for item in items if item.nodeid not in gone]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker of xdist left out, its controller tells."""
    node.config.stash[_said] = node.workeroutput.get("shares", []) if hasattr(node, "workeroutput") else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Nothing is left out silently."""
    for line in config.stash.get(_said, []):
        terminalreporter.write_line(line)
    if config.stash.get(_said, []):
        terminalreporter.write_line("The others: make proof ALL=1")
