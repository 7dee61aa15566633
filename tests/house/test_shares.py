"""What a commit leaves out of its proof another runs: the share is drawn, of the size that is said, and the same for everybody."""

from __future__ import annotations

import re

import pytest

from tests.shares import ONE_IN, ROOT, drawn, lot

NAMES = [f"tests/test_x.py::test_y[{n}]" for n in range(63)]


def test_a_share_is_the_same_for_whoever_draws_it() -> None:
    assert drawn(NAMES, "abc", 4) == drawn(NAMES[::-1], "abc", 4)
    assert lot() == lot()


@pytest.mark.parametrize(("one_in", "size"), [(1, 63), (4, 16), (63, 1), (100, 1)])
def test_a_share_has_the_size_that_is_said(one_in: int, size: int) -> None:
    assert len(drawn(NAMES, "abc", one_in)) == size


def test_in_time_everything_comes_up() -> None:
    seen = set().union(*(drawn(NAMES, f"commit {n}", 4) for n in range(60)))
    assert seen == set(NAMES)


def test_every_kind_that_a_mark_names_is_drawn_and_no_other() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert set(re.findall(r'mark\.proof\("(\w+)"\)', text)) == set(ONE_IN)


def test_only_the_seeds_may_be_skipped() -> None:
    skips = re.compile(r"mark\.skip|pytest\.skip|importor[s]kip")
    files = [path for path in (ROOT / "tests").rglob("*.py") if skips.search(path.read_text("utf-8"))]
    assert [path.name for path in files] == ["test_seeds_score.py"]
