"""Characters that recognition is not sure of (识别存疑): each puts the field in which it stands in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from intake.blocks import Document
from intake.origins import Text
from workflow.record.published import Origin, Problem, PublishedLedger, PublishedTask

SHOWN = 3
"""Pieces that a sentence names."""
_FIELDS = {"title": ("text",), "requirement": ("text",), "deadline_text": ("due", "recurrence")}
"""What stands in a value that was cut out of the text; names of units are fields of their own."""
_HEAD = ("title", "issuer", "document_number")


def by_line(document: Document, places: Mapping[int, str]) -> dict[int, list[str]]:
    """By line of the text, what is not sure at its place, or on its page where no more is known."""
    return {
        line: [piece for at, pieces in document.unsure.items() if place.startswith(at) for piece in pieces]
        for line, place in places.items()
        if document.unsure
    }


def remarks(
    ledger: PublishedLedger,
    traced: Sequence[tuple[Origin, ...]],
    lines: Sequence[str],
    unsure: Mapping[int, Sequence[str]],
) -> Iterator[Problem]:
    """One remark for each task, whose origins are ``traced``, and for each field of the head in which something is not sure."""
    if not unsure:
        return
    for task, origins in zip(ledger.tasks, traced, strict=True):
        said = {at: _spans(lines[at - 1], at, unsure.get(at, ())) for at in _lines(task)}
        doubted, pieces = _doubted(origins, said)
        if any("" in unsure.get(at, ()) for at in _lines(task)):
            sentence = f"第 {task.number} 项：有一格像有字但认不出来，请对照原件补上。"
            yield Problem(sentence, line=task.line, task=task.number, doubts=_without_value(task))
        if doubted:
            shown = "、".join(f"“{piece}”" for piece in pieces[:SHOWN]) + ("等处" if len(pieces) > SHOWN else "")
            sentence = f"第 {task.number} 项：{shown}识别得不准，请对照原件核对。"
            yield Problem(sentence, line=task.line, task=task.number, doubts=doubted)
    everywhere = [piece for pieces in unsure.values() for piece in pieces]
    for field in _HEAD:
        value = "".join((getattr(ledger, field) or "").split())
        for piece in everywhere:
            if piece and "".join(piece.split()) in value:
                yield Problem(f"“{value[:30]}”中“{piece}”识别得不准，请对照原件核对。", doubts=(field,))
                break


def _lines(task: PublishedTask) -> range:
    first = task.line or 1
    return range(first, (task.line_end or first) + 1)


def _spans(line: str, number: int, pieces: Sequence[str]) -> list[tuple[str, int, int]]:
    """(piece, begin, end) of what is not sure in a line."""
    if not pieces:
        return []
    text, found = Text([line], number), []
    for piece in pieces:
        plain = Text([piece], 1).chars
        span = text.find(plain) if plain else None
        if span:
            found.append((piece, text.place(span[0])[1], text.place(span[1] - 1)[1] + 1))
    return found


def _without_value(task: PublishedTask) -> tuple[str, ...]:
    """The fields that a cell would have filled whose words were not recognised."""
    text = () if task.title or task.requirement else ("text",)
    who = [field for field in ("lead_units", "responsible_units") if not getattr(task, field)]
    return (*text, *who, *(() if task.due or task.recurrence else ("due", "recurrence")))


def _doubted(
    origins: Sequence[Origin], said: Mapping[int, list[tuple[str, int, int]]]
) -> tuple[tuple[str, ...], list[str]]:
    """The fields of a task in doubt, and the pieces for which they are."""
    fields: dict[str, None] = {}
    pieces: dict[str, None] = {}
    for line, spans in said.items():
        for piece, begin, end in spans:
            held = [origin for origin in origins if _holds(origin, line, begin, end)]
            fields |= {name: None for origin in held for name in _FIELDS.get(origin.field, (origin.field,))}
            pieces |= {piece: None} if held else {}
    return tuple(fields), list(pieces)


def _holds(origin: Origin, line: int, begin: int, end: int) -> bool:
    """Whether a value was cut out of a place that reaches into these characters."""
    after = (origin.line, origin.start) < (line, end)
    return after and (line, begin) < (origin.line_end, origin.end)
