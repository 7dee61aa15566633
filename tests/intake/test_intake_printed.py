"""Every layout of the generator is read back: rows of a sample printed in each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import intake
from tests.intake.intake_printed import LAYOUTS, printed, share_right

GOLD = sorted((Path(__file__).parents[2] / "samples" / "gold").glob("*.json"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_printed_in_any_layout_are_read_back(layout: str) -> None:
    right = total = 0
    for path in GOLD[:3]:
        gold = json.loads(path.read_text("utf-8"))
        got = json.loads(json.dumps(intake.read(printed(gold, layout).encode(), filename="a.txt").to_json()))
        one, every = share_right(gold, got)
        right, total = right + one, total + every
    assert total
    assert right / total >= 0.95
