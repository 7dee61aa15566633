"""Lines that every page of a file repeats above or below its text (页眉页脚): they belong to the paper, not to the plan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from intake.formats.unruled import Word
from intake.grammar.wording import squeeze

Edge = tuple[str, float]
"""The words of the first or last line of a page without figures, and how high its letters are."""


def repeated(pages: Sequence[Sequence[Word]]) -> set[str]:
    """What stands at the same edge of all pages, or all but the first, in letters no larger than those of the text."""
    if len(pages) < 2:
        return set()
    found: set[str] = set()
    usual = median([word.bottom - word.top for words in pages for word in words] or [0])
    for at in (0, -1):
        edges = [_edge(words, at) for words in pages]
        counts = Counter(plain(text) for text, _ in filter(None, edges))
        for edge in filter(None, edges):
            often = counts[plain(edge[0])] >= max(len(pages) - 1, 2)
            if often and len(plain(edge[0])) > 1 and edge[1] <= usual:
                found.add(plain(edge[0]))
    return found


def without(words: Sequence[Word], heads: set[str]) -> list[Word]:
    """The words of a page without such a line at its edges."""
    kept = list(words)
    for at in (0, -1):
        edge = _edge(kept, at)
        if edge and plain(edge[0]) in heads:
            line = set(map(id, _line(kept, at)))
            kept = [word for word in kept if id(word) not in line]
    return kept


def plain(text: str) -> str:
    """Without blanks and figures: 第 3 页 counts on."""
    return re.sub(r"\d+", "", squeeze(text))


def _edge(words: Sequence[Word], at: int) -> Edge | None:
    line = _line(words, at)
    return ("".join(word.text for word in line), max(word.bottom - word.top for word in line)) if line else None


def _line(words: Iterable[Word], at: int) -> list[Word]:
    """The uppermost line (0), or the lowest (-1)."""
    ordered = sorted(words, key=lambda word: (word.top + word.bottom, word.left))
    if not ordered:
        return []
    edge = ordered[at]
    middle = (edge.top + edge.bottom) / 2
    return [word for word in ordered if word.top <= middle <= word.bottom]
