"""The words of a Word paragraph (段落文字) as they stand after all changes: what is not shown is noted, not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from intake.formats.left_out import LeftOut
from intake.formats.numbering import Numbering
from intake.formats.styles import Effects, Styles, effects_of, shaded, value_of, w

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BREAKS = {w("br"): "\n", w("cr"): "\n", w("tab"): "\t", w("ptab"): "\t", w("noBreakHyphen"): "-"}
_GONE = {w("del"), w("moveFrom")}
_SILENT = {w("pPr"), w("rPr"), w("instrText"), w("delText"), w("delInstrText"), w("sdtPr"), w("sdtEndPr"), f"{_M}rPr"}
_SYMBOLS = dict(
    pair.split("=") for pair in ["FE=☑", "52=☑", "53=☒", "A8=□", "6F=□", "A3=□", "6C=●", "6E=■", "75=◆", "70=▲"]
)
"""Characters of the Wingdings fonts that lists and boxes use."""
BOX = w("txbxContent")


@dataclass
class Said:
    """What a paragraph holds: its words, the boxes of text that hang on it, whether some words were left out."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    short: bool = False

    @property
    def text(self) -> str:
        """The words."""
        return "".join(self.pieces)


class Words:
    """Reads the paragraphs of one document in order."""

    def __init__(self, styles: Styles, numbering: Numbering, left: LeftOut) -> None:
        self.styles, self._numbering, self.left = styles, numbering, left

    def read(self, paragraph: Any, *, ground: bool = False) -> Said:
        """The words of a paragraph, its computed number in front; ``ground``: a colour lies under it."""
        said = Said()
        effects = self.styles.effects(self.styles.of_paragraph(paragraph))
        if ground or shaded(paragraph.find(w("pPr"))):
            effects = effects.over(Effects(white=False))
            self._walk(paragraph, said, effects, ground=True)
        else:
            self._walk(paragraph, said, effects, ground=False)
        mark = effects_of(paragraph.find(f"{w('pPr')}/{w('rPr')}"))
        if not (said.short or mark.hidden) or said.text.strip():
            said.pieces.insert(0, self._numbering.number(paragraph))
        return said

    def _walk(self, node: Any, said: Said, effects: Effects, *, ground: bool) -> None:
        for child in node:
            tag = child.tag
            if tag == w("r"):
                self._run(child, said, effects, ground=ground)
            elif tag in _GONE or child.get(w("type")) == "Word.Deletion":
                self._leave("deleted", child, said)
            elif tag == w("sdt") and child.find(f"{w('sdtPr')}/{w('showingPlcHdr')}") is not None:
                self._leave("placeholder", child, said)
            elif tag == f"{_MC}AlternateContent":
                self._walk(_chosen(child), said, effects, ground=ground)
            elif tag == f"{_M}t":
                said.pieces.append(child.text or "")
            elif tag == BOX:
                said.boxes.append(child)
            elif tag not in _SILENT:
                self._walk(child, said, effects, ground=ground)

    def _run(self, run: Any, said: Said, below: Effects, *, ground: bool) -> None:
        properties = run.find(w("rPr"))
        if properties is not None:
            style = value_of(properties, "rStyle")
            below = effects_of(properties).over(self.styles.effects(style).over(below) if style else below)
        unseen = below.unseen()
        if unseen and not (unseen == "white" and (ground or shaded(properties))):
            self._leave(unseen, run, said)
            return
        for child in run:
            tag = child.tag
            if tag == w("t"):
                said.pieces.append(child.text or "")
            elif tag in _BREAKS:
                said.pieces.append(_BREAKS[tag])
            elif tag == w("sym"):
                said.pieces.append(_SYMBOLS.get(child.get(w("char"), "")[-2:].upper(), ""))
            elif tag == w("ruby"):
                self._ruby(child, said, below, ground=ground)
            elif tag == f"{_MC}AlternateContent":
                self._walk(_chosen(child), said, below, ground=ground)
            elif len(child) and tag not in _SILENT:
                said.boxes += child.iter(BOX) if tag != w("object") else ()

    def _ruby(self, node: Any, said: Said, effects: Effects, *, ground: bool) -> None:
        for child in node:
            if child.tag == w("rubyBase"):
                self._walk(child, said, effects, ground=ground)
            elif child.tag == w("rt"):
                self.left.add("ruby", plain(child))

    def _leave(self, kind: str, node: Any, said: Said) -> None:
        text = plain(node)
        said.short = said.short or bool(text.strip())
        self.left.add(kind, text)


def plain(node: Any) -> str:
    """All words under a node, seen or not."""
    return "".join(one.text or "" for one in node.iter(w("t"), w("delText")))


def _chosen(alternate: Any) -> Any:
    """Of one thing saved in two ways the newer, unless only the older has words."""
    ways = [one for one in alternate if one.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
    return next((one for one in ways if plain(one).strip()), ways[0] if ways else alternate)
