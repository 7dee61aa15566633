"""What an office calls the units of its own level and those below (市直、县区的称谓), by the level that its name tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAIL = re.compile(r"(?:人民)?政府(?:办公室|办)?$|(?:委员会)?办公室$|办$")


@dataclass(frozen=True)
class Sides:
    """The two lists in which papers tell units apart (两类单位)."""

    own: str
    below: str
    addressed: str
    """To whom a bulletin for all of them goes (主送)."""


_SIDES = {
    "省": Sides("省直单位", "市（州）", "各有关市（州）人民政府，省直各有关单位"),
    "州": Sides("州直单位", "县（市）", "各有关县（市）人民政府，州直各有关单位"),
    "市": Sides("市直单位", "县（区）", "各有关县（区）人民政府，市直各有关单位"),
    "区": Sides("区直单位", "镇（街道）", "各有关镇人民政府、街道办事处，区直各有关单位"),
    "县": Sides("县直单位", "乡（镇）", "各有关乡（镇）人民政府，县直各有关单位"),
    "旗": Sides("旗直单位", "苏木乡镇", "各有关苏木乡镇人民政府，旗直各有关单位"),
}
_OTHER = Sides("直属单位", "下级单位", "各有关单位")


def sides_of(office: str) -> Sides:
    """By the office's name: 市政府办公室 speaks of 市直单位 and 县（区）, 海沧区人民政府办公室 of 区直单位 and 镇（街道）."""
    return _SIDES.get(_TAIL.sub("", office)[-1:], _OTHER)
