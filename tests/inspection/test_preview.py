"""A text is drawn as it reads (文本预览), however long it is and whatever a common editor wrote it in."""

from __future__ import annotations

import io

import pytest

from inspection.preview import answer

LINES = "".join(f"第{n}行：政务公开落实情况。\n" for n in range(1, 25))


def drawn(data: bytes) -> str:
    return str(answer(io.BytesIO(data), {"kind": "words", "page": 1, "widths": [400]})["pictures"]["400"])


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_looks_alike_in_every_coding(coding: str) -> None:
    assert drawn((LINES + "完" * 100).encode(coding)) == drawn((LINES + "完" * 100).encode("utf-8"))


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_long_text_is_not_garbled_where_it_is_cut(before: int) -> None:
    long = "x" * before + "\n" + LINES + "长" * 400_000
    assert drawn(long.encode()) == drawn(long[:4000].encode())
