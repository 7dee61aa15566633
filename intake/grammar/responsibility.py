"""Who leads and who carries out (责任分工): the grammar of 市发展改革局、商务局牵头，市直其他单位按职责分工落实."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from intake.grammar import enumerated, unit_names
from intake.grammar.wording import top_level, unmark

Part = Literal["lead", "responsible"]

LEAD_VERBS = re.compile(r"牵头|主办|汇总|主责")
SUPPORT_VERBS = re.compile(r"配合|协办|协助|协同|参与|参加|支持")
_LABEL = re.compile(
    r"(牵头|主办|主责|责任|配合|协办|承办|落实|参与|参加|协同|协助)(?:责任)?(?:单位|部门|科室|处室)?\s*[：:]"
)
_TOGETHER = re.compile(r"会同|会商|商(?=市|区|县|省|有关|相关)")
_NOTE = re.compile(r"[（(]([^（()）]{0,60})[）)]")
_CALLED = re.compile(
    r"[，,]?以下(?:统称|合称|并称|简称)(?:为)?[“\"]?[^，,、；;。”\"（(]{1,12}(?:[（(][^（()）]{1,6}[）)][^，,、；;。]{0,6})?[”\"]?"
)
"""以下统称各县（区）政府: a name for what stands before, no unit of its own."""
_SPACED = re.compile(
    r"[ \u3000]+(?=[（(])|(?<=[）)])[ \u3000]+(?=安委会|人民政府|政府|管委会|办事处|党工?委|指挥部|领导小组|各?部门|单位)"
)
"""Blanks that part nothing: 各县区（开发区） 安委会."""
_COUNTER = re.compile(r"^(?:[（(]?\d{1,2}[)）.．、]|[①-⑳])")
_ITEMS = re.compile(r"[（(]第?[\d一二三四五六七八九十、，,至—－-]{1,20}[项条][）)]$")
"""Which items a name is for: 市国资委（4、5项）."""
_NOBODY = ("无", "暂无", "没有", "/", "／")
MAX_LENGTH = 3000


@dataclass
class Responsibility:
    """What the unit cells of a row say."""

    lead_units: list[str] = field(default_factory=list)
    responsible_units: list[str] = field(default_factory=list)
    lead_groups: list[str] = field(default_factory=list)
    responsible_groups: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    """Words that were met and could not be settled: names without a known ending, 等单位."""
    repeated: list[str] = field(default_factory=list)
    joint: list[enumerated.Joint] = field(default_factory=list)
    """What may be one name or two."""
    known: frozenset[str] = frozenset()
    """Names that are certainly units."""

    @property
    def names(self) -> list[str]:
        """Everybody named, units before phrases for many."""
        return [*self.lead_units, *self.responsible_units, *self.lead_groups, *self.responsible_groups]

    def take(self, other: Responsibility) -> None:
        """Enter what another cell says."""
        for kind in ("lead_units", "responsible_units", "lead_groups", "responsible_groups"):
            names: list[str] = getattr(self, kind)
            said: list[str] = getattr(other, kind)
            self.repeated += [name for name in said if name in names]
            names += [name for name in said if name not in names]
        self.doubts += other.doubts
        self.repeated += other.repeated
        self.joint += other.joint

    def add(self, name: str, part: Part) -> None:
        """Enter one name where it belongs, once."""
        group = unit_names.is_group(name)
        names: list[str] = getattr(self, f"{part}_{'groups' if group else 'units'}")
        if name in names:
            self.repeated.append(name)
            return
        names.append(name)
        if not group and name not in self.known and not unit_names.ends_like_unit(name):
            self.doubts.append(name)


def read(
    text: str, default: Part, into: Responsibility | None = None, known: frozenset[str] = frozenset()
) -> Responsibility:
    """Read one unit cell; ``default`` is what its column makes of names without a verb.

    ``known``: names seen whole elsewhere (:mod:`intake.lexicon`).
    """
    found = into or Responsibility()
    found.take(_cell(text, default, known))
    return found


@lru_cache(maxsize=20_000)
def _cell(text: str, default: Part, known: frozenset[str]) -> Responsibility:
    """A cell alone: the same list of units stands in many rows."""
    found = Responsibility(known=known)
    text = _SPACED.sub("", _CALLED.sub("", unmark(text)).strip())
    if len(text) > MAX_LENGTH:
        found.doubts.append(text[:20] + "…")
        return found
    at, part, level = 0, default, ""
    for label in [*_LABEL.finditer(text), None]:
        for stretch in top_level(text[at : label.start() if label else len(text)], "；;。"):
            level = _level(stretch, part, level, found) if stretch.strip() else level
            level = level if label else ""
        if label:
            at, part = label.end(), "lead" if label.group(1) in ("牵头", "主办", "主责") else "responsible"
    return found


def _level(text: str, default: Part, level: str, found: Responsibility) -> str:
    """One level between semicolons: names wait until a verb says what they do. Returns the prefix in force."""
    waiting: list[str] = []
    part = default
    for clause in top_level(text, "，,：:"):
        for item in enumerated.items(clause, found.known, found.joint):
            together = _TOGETHER.search(item)
            for piece in [item[: together.start()], item[together.end() :]] if together else [item]:
                name, verb = enumerated.split_verb(piece)
                name, level = _in_full(name, level, found)
                waiting += [name] if name else []
                if verb:
                    _settle(waiting, _part(verb, part), found)
                if together and piece == item[: together.start()]:
                    _settle(waiting, "lead", found)
                    part = "responsible"
        if waiting and all(unit_names.is_group(name) for name in waiting):
            _settle(waiting, part, found)
    _settle(waiting, part, found)
    return level


def _part(verb: str, default: Part) -> Part:
    if LEAD_VERBS.search(verb):
        return "lead"
    return "responsible" if SUPPORT_VERBS.search(verb) else default


def _settle(waiting: list[str], part: Part, found: Responsibility) -> None:
    for name in waiting:
        note = next(
            (
                n
                for n in _NOTE.finditer(name)
                if enumerated.STRONG_VERBS.search(n.group(1)) or LEAD_VERBS.search(n.group(1))
            ),
            None,
        )
        own = _part(note.group(1), part) if note else part
        found.add(name.replace(note.group(0), "") if note else name, own)
    waiting.clear()


def _in_full(name: str, level: str, found: Responsibility) -> tuple[str, str]:
    """Give a bare department the prefix before it; returns the name and the prefix to carry on."""
    if name.startswith("等"):
        found.doubts.append(name)
        return "", level
    name = _COUNTER.sub("", _ITEMS.sub("", name)).strip("“”\"'.．·-—…★☆●■◆※*")
    if not name or name in _NOBODY:
        return "", level
    if unit_names.is_group(name):
        return name, level
    own = unit_names.level_of(name)
    if own:
        return name, own
    if level and level + name in found.known:
        return level + name, level
    if level and unit_names.carries(name):
        prefix = level if not level.endswith("委") or unit_names.is_party(name) else level[:-1]
        if unit_names.is_party(name) and not prefix.endswith("委"):
            prefix += "委"
        return prefix + name, level
    whole = [one for one in found.known if one != name and one.endswith(name)] if not level else []
    return whole[0] if len(whole) == 1 and unit_names.carries(name) else name, level
