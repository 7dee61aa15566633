"""How a seal looks (印模): a round red seal with the unit's name on an arc, as SVG, and its words beside it, as HTML."""

from __future__ import annotations

import math
from datetime import datetime

from markupsafe import Markup, escape

from packets.authority import DEMO
from workflow.record.calendar import spoken_moment

RED = "#c8102e"
BOX = (246.0, 120.0)
"""Width and height of a seal box in points."""


def round_seal(unit: str, *, demo: bool) -> Markup:
    """A seal of 100 × 100 units: double ring, star, the name on the upper arc, 专用章 or 演示印章 below."""
    letters = "".join(_arc(unit))
    star = " ".join(f"{50 + r * math.sin(a):.2f},{50 - r * math.cos(a):.2f}" for r, a in _star())
    foot = DEMO if demo else "专用章"
    return Markup(  # noqa: S704 — every piece of text is escaped where it is put in
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100%" height="100%">'
        f'<circle cx="50" cy="50" r="47" fill="none" stroke="{RED}" stroke-width="3"/>'
        f'<polygon points="{star}" fill="{RED}"/>{letters}'
        f'<text x="50" y="82" font-size="11" text-anchor="middle" font-family="Song, WholeSong" fill="{RED}">{escape(foot)}</text></svg>'
    )


def _star() -> list[tuple[float, float]]:
    return [(13.0 if n % 2 == 0 else 5.0, n * math.pi / 5) for n in range(10)]


def _arc(unit: str) -> list[str]:
    """The name's characters, each turned to stand on a circle of radius 36, from left to right over the top."""
    count = len(unit)
    size = min(13.0, 36 * math.radians(270) / max(count, 1))
    spread = min(270.0, count * math.degrees(size * 1.12 / 36))
    step = spread / max(count - 1, 1) if count > 1 else 0.0
    placed = []
    for n, letter in enumerate(unit):
        turn = -spread / 2 + n * step if count > 1 else 0.0
        x, y = 50 + 34 * math.sin(math.radians(turn)), 50 - 34 * math.cos(math.radians(turn))
        placed.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" text-anchor="middle" font-family="Song, WholeSong" fill="{RED}" '
            f'transform="rotate({turn:.2f} {x:.2f} {y:.2f})">{escape(letter)}</text>'
        )
    return placed


def stamp_words(*, gate: str, unit: str, person: str, opinion: str, at: datetime) -> list[tuple[str, str]]:
    """The lines beside the seal: (label, value)."""
    short = opinion if len(opinion) <= 60 else opinion[:58] + "……"
    return [("环节", gate), ("单位", unit), ("签批人", person), ("意见", short), ("时间", spoken_moment(at))]
