"""The five published documents that the reader is measured against, where they are at hand."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

import intake
from tests.skips import ABSENT_SEEDS

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not (SEEDS / "score.py").exists(), reason=ABSENT_SEEDS)


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("seed_score", SEEDS / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_seeds_are_read_as_the_floors_demand() -> None:
    score = scorer().score
    right = total = whole = rows = extra = 0
    for path in sorted((SEEDS / "gold").glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        document = SEEDS / f"{path.stem}.txt"
        got = json.loads(json.dumps(intake.read(document.read_bytes(), filename=document.name).to_json()))
        one = score(gold, got)
        right, total, whole, rows, extra = (
            a + b for a, b in zip((right, total, whole, rows, extra), one, strict=False)
        )
    assert rows > 200
    assert right / total >= 0.995
    assert whole / rows >= 0.97
    assert extra == 0
