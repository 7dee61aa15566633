"""Where each value stands in the source (出处): looked up afresh in the text, so a value that nobody printed shows."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from workflow.record.published import Origin, Problem, PublishedTask, Sureness

_SKIPPED = re.compile(r"\s+|</?[a-zA-Z][^<>]{0,200}>|&nbsp;")
_EDGE = 6
"""Characters by which a longer text is found when a page break or a number stands in it."""
_NAMES = ("lead_units", "responsible_units", "lead_groups", "responsible_groups")


class Text:
    """Lines without white space and markup, each character with its place."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        kept: list[str] = []
        self._starts: list[int] = []
        self._places: list[tuple[int, int]] = []
        size = 0
        for number, line in enumerate(lines, start=first):
            at = 0
            for start, end in (*(found.span() for found in _SKIPPED.finditer(line)), (len(line), len(line))):
                if start > at:
                    kept.append(line[at:start])
                    self._starts.append(size)
                    self._places.append((number, at))
                    size += start - at
                at = end
        self._printed, self.size = "".join(kept), size

    @cached_property
    def chars(self) -> str:
        """The characters kept, each in one form."""
        return evened(self._printed)

    def place(self, at: int) -> tuple[int, int]:
        """Line and character of what stands at a place among the characters kept."""
        piece = bisect_right(self._starts, at) - 1
        number, start = self._places[piece]
        return number, start + at - self._starts[piece]

    def find(self, value: str) -> tuple[int, int] | None:
        """The characters that are the value, else those that read like it."""
        at = self._printed.find(value)
        at = at if at >= 0 else self.chars.find(evened(value))
        return (at, at + len(value)) if at >= 0 else None

    def find_ends(self, value: str) -> tuple[int, int] | None:
        """From where the value begins to where it ends, whatever was skipped between."""
        start = self.chars.find(value[:_EDGE])
        end = self.chars.find(value[-_EDGE:], start) if start >= 0 else -1
        return (start, end + _EDGE) if end >= 0 and end - start < 3 * len(value) + 40 else None


class _Plain(dict[int, str]):
    """Each character in one form, worked out as it is met."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_PLAIN = _Plain()


def evened(text: str) -> str:
    """A text with one form of each character, as long as before."""
    return text if text.isascii() else text.translate(_PLAIN)


def traced(tasks: Sequence[PublishedTask], lines: Sequence[str]) -> tuple[list[tuple[Origin, ...]], list[Problem]]:
    """The origins of the values of each task, and a problem for each value that is not printed anywhere."""
    whole: Text | None = None
    found, problems = [], []
    for task in tasks:
        first, last = task.line or 1, task.line_end or task.line or 1
        row = Text(lines[first - 1 : last], first)
        origins = []
        for field, value in _values(task):
            origin = _in_row(row, field, value)
            if origin is None:
                whole = whole or Text(lines, 1)
                origin = _elsewhere(whole, field, value)
            if origin is not None:
                origins.append(origin)
            else:
                sentence = f"第 {task.number} 项：“{value[:30]}”在原文中没有找到对应的文字，请核对。"
                problems.append(Problem(sentence, line=task.line, task=task.number))
        found.append(tuple(origins))
    return found, problems


def _values(task: PublishedTask) -> Iterator[tuple[str, str]]:
    for field in ("title", "requirement", "deadline_text"):
        value = getattr(task, field)
        if value:
            yield field, value
    for field in _NAMES:
        for name in getattr(task, field):
            yield field, name


def _in_row(row: Text, field: str, value: str) -> Origin | None:
    span = row.find(value)
    if span:
        return _origin(row, field, value, span, "exact")
    said = evened(value)
    span = _completed(row, said) if field in _NAMES else row.find_ends(said)
    return _origin(row, field, value, span, "derived") if span else None


def _completed(text: Text, name: str) -> tuple[int, int] | None:
    """A name whose prefix stands before another one: 市商务局 of 市发展改革局、商务局."""
    for cut in range(1, min(len(name) - 1, 8)):
        span = text.find(name[cut:])
        if span:
            return span
    return text.find_ends(name) if len(name) > _EDGE else None


def _elsewhere(whole: Text, field: str, value: str) -> Origin | None:
    said = evened(value)
    span = whole.find(said) or (_completed(whole, said) if field in _NAMES else whole.find_ends(said))
    return _origin(whole, field, value, span, "inherited") if span else None


def _origin(text: Text, field: str, value: str, span: tuple[int, int], sure: Sureness) -> Origin:
    line, start = text.place(span[0])
    line_end, last = text.place(min(span[1], text.size) - 1)
    return Origin(field, value, sure, line, start, line_end, last + 1)
