"""The table of security (安全对照表): every row names tests that are there, or says what is missing and why."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
"""A test as pytest names it; the id of a case in brackets may follow."""
WHY = re.compile(r"(\*\*未满足\*\*:|—) \S+")


def rows() -> list[list[str]]:
    """The cells of each row, without heads and rules."""
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [cells for cells in lines if not cells[0].startswith(("item", "---"))]


def test_every_test_named_is_there() -> None:
    named = {found for cells in rows() for found in NAMED.findall(cells[-1])}
    assert len(named) > 100
    sources = {path: (ROOT / path).read_text("utf-8") if (ROOT / path).exists() else "" for path, _ in named}
    assert sorted(one for one in named if not re.search(rf"def {one[1]}\(", sources[one[0]])) == []


def test_every_row_has_a_test_or_a_reason() -> None:
    assert len(rows()) > 100
    assert [cells for cells in rows() if len(cells) != 4 or not all(cells)] == []
    assert [cells for cells in rows() if not (NAMED.search(cells[-1]) or WHY.match(cells[-1]))] == []
