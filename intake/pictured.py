"""Where on the picture of a page stands what was read (图上位置): a value's line leads to its place, its tabs to its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from intake.blocks import Box

_PAGE = re.compile(r"第 (\d+) 页")
_SPOT = re.compile(r"(\d{1,6})\.(\d{1,6})-(\d{1,6})\.(\d{1,6})")
MOST = 40
"""Values that are lit up at once."""


def page_of(place: str) -> int | None:
    """The page that a place names, None for a file that has none."""
    found = _PAGE.match(place)
    return int(found[1]) if found else None


def lit(
    spots: str, lines: Sequence[str], places: Mapping[str, str], boxes: Mapping[str, Sequence[Box]]
) -> tuple[int | None, list[Box]]:
    """The page of the first of these values (``line.character-line.character``, by blanks), and the cells there that hold them."""
    page: int | None = None
    found: list[Box] = []
    for number, columns in _cells(spots, lines):
        place = places.get(str(number), "")
        page = page or page_of(place)
        if page is not None and page_of(place) == page:
            found += [box for box in boxes.get(place, ()) if box.column in columns]
    return page, list(dict.fromkeys(found))


def _cells(spots: str, lines: Sequence[str]) -> Iterator[tuple[int, range]]:
    """Each line that a value touches, and the columns of its cells there: a tab parts two."""
    for first, start, last, end in [map(int, spot) for spot in _SPOT.findall(spots)[:MOST]]:
        for number in range(first, min(last, first + MOST, len(lines)) + 1):
            line = lines[number - 1]
            begins = line.count("\t", 0, start) if number == first else 0
            ends = line.count("\t", 0, end) if number == last else line.count("\t")
            yield number, range(begins, ends + 1)
