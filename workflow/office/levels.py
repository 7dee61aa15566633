"""What an office calls the units of its own level and those below (市直、县区的称谓), by the level that its name tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LEVELS = re.compile(r"自治区|街道|[省州市区县旗镇乡]")
_NONE = ("学院", "大学", "学校", "医院", "公司", "集团")


@dataclass(frozen=True)
class Sides:
    """The two lists in which papers tell units apart (两类单位), and how a bulletin addresses each (主送)."""

    own: str
    below: str
    to_own: str
    to_below: str

    def addressed(self, *, own: bool, below: bool) -> str:
        """主送 of a paper for units of one list or of both."""
        return "，".join(word for word, there in ((self.to_below, below), (self.to_own, own)) if there)


def _sides(level: str, below: str, to_below: str) -> Sides:
    return Sides(f"{level}直单位", below, f"{level}直各有关单位", to_below)


_SIDES = {
    "省": _sides("省", "市（州）", "各有关市（州）人民政府"),
    "自治区": _sides("区", "市（地、盟）", "各有关市人民政府、行政公署"),
    "州": _sides("州", "县（市）", "各有关县（市）人民政府"),
    "市": _sides("市", "县（区）", "各有关县（区）人民政府"),
    "区": _sides("区", "镇（街道）", "各有关镇人民政府、街道办事处"),
    "县": _sides("县", "乡（镇）", "各有关乡（镇）人民政府"),
    "镇": _sides("镇", "村（社区）", "各村（社区）"),
    "乡": _sides("乡", "村（社区）", "各村（社区）"),
    "街道": _sides("街道", "社区", "各社区"),
    "旗": _sides("旗", "苏木乡镇", "各有关苏木乡镇人民政府"),
}
_OTHER = Sides("直属单位", "下级单位", "各有关单位", "各有关下级单位")


def sides_of(office: str) -> Sides:
    """By the office's name: 市政府办公室 speaks of 市直单位 and 县（区）, 海沧区人民政府办公室 of 区直单位 and 镇（街道）."""
    told = [] if any(sign in office for sign in _NONE) else _LEVELS.findall(office.partition("人民政府")[0])
    return _SIDES[told[-1]] if told else _OTHER
