"""Where each value stands in the source (出处): looked up afresh in the text, so a value that nobody printed shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from workflow.record.published import Origin, Problem, PublishedTask, Sureness

_SKIPPED = re.compile(r"\s+|</?[a-zA-Z][^<>]{0,200}>|&nbsp;")
_EDGE = 6
"""Characters by which a longer text is found when a page break or a number stands in it."""
_NAMES = ("lead_units", "responsible_units", "lead_groups", "responsible_groups")


class Text:
    """Lines without white space and markup, each character with its place."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self.places: list[tuple[int, int]] = []
        chars: list[str] = []
        for number, line in enumerate(lines, start=first):
            skipped = {at for found in _SKIPPED.finditer(line) for at in range(*found.span())}
            for at, char in enumerate(line):
                if at not in skipped:
                    chars.append(_plain(char))
                    self.places.append((number, at))
        self.chars = "".join(chars)

    def find(self, value: str) -> tuple[int, int] | None:
        """The characters that read like the value."""
        at = self.chars.find(value)
        return (at, at + len(value)) if at >= 0 else None

    def find_ends(self, value: str) -> tuple[int, int] | None:
        """From where the value begins to where it ends, whatever was skipped between."""
        start = self.chars.find(value[:_EDGE])
        end = self.chars.find(value[-_EDGE:], start) if start >= 0 else -1
        return (start, end + _EDGE) if end >= 0 and end - start < 3 * len(value) + 40 else None


@lru_cache(maxsize=20_000)
def _plain(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def traced(tasks: list[PublishedTask], lines: Sequence[str]) -> tuple[list[PublishedTask], list[Problem]]:
    """The tasks with the origin of each value, and a problem for each value that is not printed anywhere."""
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
        found.append(replace(task, origins=tuple(origins)))
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
    plain = "".join(map(_plain, value))
    span = row.find(plain)
    if span:
        return _origin(row, field, value, span, "exact")
    span = _completed(row, plain) if field in _NAMES else row.find_ends(plain)
    return _origin(row, field, value, span, "derived") if span else None


def _completed(text: Text, name: str) -> tuple[int, int] | None:
    """A name whose prefix stands before another one: 市商务局 of 市发展改革局、商务局."""
    for cut in range(1, min(len(name) - 1, 8)):
        span = text.find(name[cut:])
        if span:
            return span
    return text.find_ends(name) if len(name) > _EDGE else None


def _elsewhere(whole: Text, field: str, value: str) -> Origin | None:
    plain = "".join(map(_plain, value))
    span = whole.find(plain) or (_completed(whole, plain) if field in _NAMES else whole.find_ends(plain))
    return _origin(whole, field, value, span, "inherited") if span else None


def _origin(text: Text, field: str, value: str, span: tuple[int, int], sure: Sureness) -> Origin:
    line, start = text.places[span[0]]
    line_end, last = text.places[min(span[1], len(text.places)) - 1]
    return Origin(field, value, sure, line, start, line_end, last + 1)
