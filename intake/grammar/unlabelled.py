"""Who does it where no label and no bracket says so (裸写责任): behind dots, on a line, or as a sentence of its own."""

from __future__ import annotations

import re

from intake.grammar import segments
from intake.grammar.wording import folded

Span = tuple[int, int]
END = " \t\n\u3000。；;，,、"
MAX_LENGTH = 600
"""Characters within which a duty is said."""
LEADER = re.compile(r"(?<![ \t])[ \t]*(?:…{2,}|\.{4,}|·{4,}|-{4,}|—{2,}|_{4,})[ \t]*")
DATED = re.compile(r"[（(]([^（()）]{2,20})[）)]$")
_CLAUSES = re.compile(r"[^。；;\n]{4,300}[。；;]?")
_BRACKET = re.compile(r"[（()）〔〕【】]")
_BRACKETED = re.compile(r"[（(【〔](?:[^（()）【】〔〕]|[（(][^（()）]*[）)])*[）)】〕]")
_COMMA = re.compile("[，,]")
_DOES = re.compile(r"牵头|负责|按.{0,4}职责|配合|主办|承办|会同")


def first(text: str) -> Span | None:
    """Where the first such duty begins and ends."""
    return min(filter(None, (_bare_line(text), _led(text), _sentence(text))), default=None)


def _are_units(text: str) -> bool:
    """Whether a text is a list of units, a date in brackets behind it."""
    dated = DATED.search(text)
    if dated and segments.reads_as_deadline(folded(dated.group(1))):
        text = text[: dated.start()]
    return bool(text) and segments.reads_as_units(text)


def _led(text: str) -> Span | None:
    """Units behind dots that lead to them: 修订预案……………区应急局."""
    for found in LEADER.finditer(text):
        end = text.find("\n", found.end())
        end = len(text) if end < 0 else end
        if _are_units(text[found.end() : end].strip(END) or "。"):
            return found.end(), end
    return None


def _sentence(text: str) -> Span | None:
    """Units with their verb at the end of a sentence, or as one of their own: …上线。市数据局牵头，各县区落实。"""
    outside = _BRACKETED.sub(lambda found: "□" * len(found.group()), text)
    for found in _CLAUSES.finditer(outside):
        if not _DOES.search(found.group()) or _BRACKET.search(found.group()):
            continue
        parts = [found.start()] if found.start() else []
        parts += [found.start() + at + 1 for at, char in enumerate(found.group()) if char in "，,"]
        for at in parts:
            if _are_doers(text[at : found.end()].strip(END)):
                return at, found.end()
    return None


def _are_doers(text: str) -> bool:
    """Whether a text names units with their verb from its first words on: in 按期答复，甲局负责 these say what is done."""
    if not _DOES.search(text) or LEADER.search(text) or text.startswith(("各", "有关", "相关")):
        return False
    who = text.removeprefix("由")
    return _are_units(_COMMA.split(who)[0]) and _are_units(who)


def _bare_line(text: str) -> Span | None:
    """A line below the first that is a list of units and nothing else: 市财政局牵头落实."""
    at = 0
    for number, line in enumerate(text.split("\n")):
        if number and 4 <= len(line.strip()) <= MAX_LENGTH and _are_units(line.strip()):
            return at, at + len(line)
        at += len(line) + 1
    return None
