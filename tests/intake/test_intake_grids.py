"""Every shape of a table is read back in every format: rows of the samples laid out anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import intake
from tests.intake.intake_printed import share_of
from tests.intake_grids import FORMATS, LAYOUTS, title_of

GOLD = sorted((Path(__file__).parents[2] / "samples" / "gold").glob("*.json"))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_in_any_shape_and_format_are_read_back(layout: str, kind: str) -> None:
    right = total = 0
    for path in GOLD[:3]:
        gold = json.loads(path.read_text("utf-8"))
        blocks, tasks = LAYOUTS[layout](gold)
        if not tasks:
            continue
        ledger = intake.read(FORMATS[kind](title_of(gold), blocks), filename=f"a.{kind}")
        one, every = share_of(tasks, json.loads(json.dumps(ledger.to_json())))
        right, total = right + one, total + every
    assert total
    assert right / total >= 0.95
