"""Every planted fault is noticed: the test that its row names passes without it and fails with it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import FAULTS, Fault
from tests.shares import ONE_IN, drawn, lot

ROOT = Path(__file__).resolve().parents[2]
LEFT_AT_HOME = shutil.ignore_patterns(".*", "instance", "out", "__pycache__", "screenshots", "node_modules")
LONGEST = 240
"""Seconds after which a run is given up: a fault may make it go on for ever, and whoever waits has noticed."""
TESTS = {
    name: path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "tests").rglob("test_*.py"))
    for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}


def planted(fault: Fault) -> str:
    """The file with the fault in it."""
    text = (ROOT / fault.path).read_text("utf-8")
    assert text.count(fault.right) == 1, f"{fault.path} has the right line {text.count(fault.right)} times, not once"
    return text.replace(fault.right, fault.wrong)


def outcome(copy: Path, *tests: str) -> tuple[int, str]:
    """How pytest ends in a copy of the project, and its last words."""
    names = [f"{TESTS[name]}::{name}" for name in tests]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-xq",
        "-m",
        "not proof",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.unshrunk",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(
            [*command, *names], cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return 1, "given up"
    return run.returncode, run.stdout[-2000:] + run.stderr[-2000:]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project without what a checkout does not have."""
    return Path(shutil.copytree(ROOT, tmp_path / "project", ignore=LEFT_AT_HOME))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_fits_the_project_as_it_is(fault: Fault) -> None:
    ast.parse(planted(fault))
    assert fault.noticed_by in TESTS, f"there is no {fault.noticed_by}"


def test_every_fault_has_its_own_name() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_without_a_fault_nothing_is_noticed(copy: Path) -> None:
    """Of those that notice, the share that the commit draws: all of them have passed where they stand."""
    ended, said = outcome(copy, *sorted(drawn([fault.noticed_by for fault in FAULTS], lot(), ONE_IN["faults"])))
    assert ended == 0, said


@pytest.mark.proof("faults")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_noticed(fault: Fault, copy: Path) -> None:
    (copy / fault.path).write_text(planted(fault), "utf-8")
    ended, said = outcome(copy, fault.noticed_by)
    assert ended == 1, said
