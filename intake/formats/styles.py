"""Styles of a Word document (样式): what a paragraph or a run takes over from them, as far as words and numbers go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off", "none")
SMALLEST = 4
"""Half points: letters of two points or less are there so that nobody sees them."""


def w(name: str) -> str:
    """A name of WordprocessingML."""
    return f"{W}{name}"


def value_of(owner: Any, name: str) -> str:
    """``w:val`` of a child, or nothing."""
    child = owner.find(w(name)) if owner is not None else None
    return str(child.get(w("val"), "")) if child is not None else ""


@dataclass(frozen=True)
class Effects:
    """What makes words unseen; None where nothing is said of it."""

    struck: bool | None = None
    hidden: bool | None = None
    white: bool | None = None

    def over(self, below: Effects) -> Effects:
        """These, and where they are silent those below."""
        return Effects(
            below.struck if self.struck is None else self.struck,
            below.hidden if self.hidden is None else self.hidden,
            below.white if self.white is None else self.white,
        )

    def unseen(self) -> str:
        """Why the words are not seen, as a kind of left_out, or nothing."""
        return "hidden" if self.hidden else "struck" if self.struck else "white" if self.white else ""


@dataclass(frozen=True)
class Style:
    """One style: its name in the file, the one below it, the list it belongs to, its effects."""

    name: str
    based_on: str
    numbering: tuple[str, str]
    effects: Effects


class Styles:
    """The styles of one document by their names in the file."""

    def __init__(self, root: Any) -> None:
        self._all: dict[str, Style] = {}
        self._default = ""
        self._shading: set[str] = set()
        for node in root.iter(w("style")) if root is not None else ():
            name = node.get(w("styleId"), "")
            own = node.find(f"{w('pPr')}/{w('numPr')}")
            self._all[name] = Style(
                name,
                value_of(node, "basedOn"),
                (value_of(own, "numId"), value_of(own, "ilvl")),
                effects_of(node.find(w("rPr"))),
            )
            if node.get(w("type")) == "table" and any(shaded(one.getparent()) for one in node.iter(w("shd"))):
                self._shading.add(name)
            if node.get(w("default")) in ("1", "true") and node.get(w("type")) == "paragraph":
                self._default = name

    def of_paragraph(self, paragraph: Any) -> str:
        """The name of a paragraph's style."""
        return value_of(paragraph.find(w("pPr")), "pStyle") or self._default

    def shade(self, table: str) -> bool:
        """Whether a table style lays a colour under some cells, on which white words are seen."""
        return any(style.name in self._shading for style in self.chain(table))

    def chain(self, name: str) -> Iterator[Style]:
        """A style and those it rests on; a circle is left after twenty."""
        for _ in range(20):
            style = self._all.get(name)
            if style is None:
                return
            yield style
            name = style.based_on

    def effects(self, name: str) -> Effects:
        """What a style and those below it say together."""
        found = Effects()
        for style in self.chain(name):
            found = found.over(style.effects)
        return found


def effects_of(properties: Any) -> Effects:
    """What run properties say; white counts only on the bare page."""
    if properties is None:
        return Effects()
    struck, hidden = (_switch(properties, *names) for names in (("strike", "dstrike"), ("vanish", "specVanish")))
    size, colour = value_of(properties, "sz"), properties.find(w("color"))
    if size.isdigit() and int(size) <= SMALLEST:
        hidden = True
    white = None
    if colour is not None:
        white = colour.get(w("val"), "").upper() == "FFFFFF" and not shaded(properties)
    return Effects(struck, hidden, white)


def shaded(properties: Any) -> bool:
    """Whether properties of a run, paragraph or cell lay a colour under the words."""
    if properties is None:
        return False
    shade = properties.find(w("shd"))
    fill = shade.get(w("fill"), "auto").upper() if shade is not None else "AUTO"
    marked = value_of(properties, "highlight") not in ("", "none", "white")
    return marked or fill not in ("AUTO", "FFFFFF", "") or (shade is not None and shade.get(w("themeFill")) is not None)


def _switch(properties: Any, *names: str) -> bool | None:
    """Whether one of some switches is on; None where none is there."""
    found = None
    for name in names:
        node = properties.find(w(name))
        if node is not None:
            found = bool(found) or node.get(w("val"), "1").lower() not in _OFF
    return found
