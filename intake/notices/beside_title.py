"""What a bracket behind a title says (题名后括号): who issued the plan, who answers for all of it, by when."""

from __future__ import annotations

import re
from datetime import date

from intake.grammar import dates, duty, signers
from intake.grammar.segments import reads_as_deadline
from intake.grammar.wording import folded

_BEHIND = re.compile(r"(.{4,}?)[（(]([^（()）]{4,60})[）)]")
_PARTS = re.compile(r"[\u4e00-\u9fff：:]+?(?=(?:19|20)\d\d年)|[^，,；;、]+")
_SIGNED = re.compile(rf"[\u4e00-\u9fff]{{2,30}}{signers.SIGNS}")


def parted(title: str) -> tuple[str, str]:
    """A title and what stands in the bracket behind it; 2024年 and 截至6月底 are part of the name."""
    found = _BEHIND.fullmatch(title)
    if found is None:
        return title, ""
    said = [_SIGNED.match(part) or duty.has(part) or _is_limit(part) for part in _PARTS.findall(found.group(2))]
    return (found.group(1), found.group(2)) if any(said) else (title, "")


def issuer(aside: str) -> str | None:
    """Who issued the plan."""
    return next((part for part in _PARTS.findall(aside) if _SIGNED.match(part)), None)


def issued_on(aside: str) -> date | None:
    """On which day."""
    days = (found for part in _PARTS.findall(aside) for found in dates.find(folded(part), None) if "日" in part)
    return next((found.day for found in days if not found.is_limit), None)


def duties(aside: str) -> tuple[tuple[str, str], ...]:
    """(role, text) of the units behind labels, and of the limit: for every row that has none of its own."""
    said = [(role, "；".join(texts)) for _, who in duty.split(aside) for role, texts in who.fields.items()]
    if any(role == "deadline" for role, _ in said):
        return tuple(said)
    return (*said, *[("deadline", part) for part in _PARTS.findall(aside) if _is_limit(part)][-1:])


def _is_limit(text: str) -> bool:
    """Whether a text is a day or a month by which something has to be done."""
    found = dates.find(folded(text), 2000)
    return reads_as_deadline(folded(text)) and any(dated.is_limit and dated.day for dated in found)
