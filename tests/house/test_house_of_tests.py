"""The house rules of the tests themselves (测试守则): one office, no clocks, nothing skipped in silence."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.skips import ABSENT_SEEDS

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in (ROOT / "tests").rglob("*.py") if "bench" not in path.parts)
OWN_OFFICE = {("office", "test_races.py")}
"""An office on PostgreSQL as well."""


def fixtures(path: Path) -> set[str]:
    """The names of the fixtures that a file defines."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
    return {node.name for node in nodes if any("fixture" in ast.unparse(mark) for mark in node.decorator_list)}


def test_no_two_files_define_the_same_fixture() -> None:
    homes = defaultdict(list)
    for path in FILES:
        for name in fixtures(path):
            if (name, path.name) not in OWN_OFFICE:
                homes[name].append(path.name)
    assert not {name: where for name, where in homes.items() if len(where) > 1}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_test_is_a_clock(path: Path) -> None:
    assert not re.search(r"assert [^\n]*(monotonic|perf_counter|process_time|time\.time)\(", path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("reason", "ci", "status"), [("no such program", "1", 1), ("no such program", "", 0), (ABSENT_SEEDS, "1", 0)]
)
def test_a_skip_fails_the_run_under_ci(tmp_path: Path, reason: str, ci: str, status: int) -> None:
    inner = (
        f"import pytest\ndef test_passes(): pass\n@pytest.mark.{'skip'}(reason={reason!r})\ndef test_skipped(): pass\n"
    )
    (tmp_path / "test_inner.py").write_text(inner)
    plain = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:cacheprovider")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        os.devnull,
        "-p",
        "tests.skips",
        *plain,
        "--rootdir",
        str(tmp_path),
    ]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, str(tmp_path)], env=environment, capture_output=True, text=True, check=False)
    assert "1 passed, 1 skipped" in done.stdout, done.stdout + done.stderr
    assert done.returncode == status
