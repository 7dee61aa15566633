"""What papers call units: by the level of the office that issues them, never 市直 and 县区 in a district's paper."""

from __future__ import annotations

import pytest

from workflow.office.levels import sides_of


@pytest.mark.parametrize(
    ("office", "own", "below"),
    [
        ("云岭市人民政府办公室", "市直单位", "县（区）"),
        ("市政府办公室", "市直单位", "县（区）"),
        ("云岭市临江区人民政府办公室", "区直单位", "镇（街道）"),
        ("区政府办", "区直单位", "镇（街道）"),
        ("青溪县人民政府", "县直单位", "乡（镇）"),
        ("云岭市临江区石桥镇人民政府", "镇直单位", "村（社区）"),
        ("临江区东关街道办事处", "街道直单位", "社区"),
        ("澄河市人民政府督查室", "市直单位", "县（区）"),
        ("市发展改革委", "市直单位", "县（区）"),
        ("北疆自治区人民政府办公厅", "区直单位", "市（地、盟）"),
        ("云州职业学院办公室", "直属单位", "下级单位"),
    ],
)
def test_units_are_called_by_the_level_of_the_office(office: str, own: str, below: str) -> None:
    sides = sides_of(office)
    assert (sides.own, sides.below) == (own, below)
    assert sides.addressed(own=True, below=False) == sides.to_own, "who has no part is not addressed"
    assert sides.addressed(own=True, below=True) == f"{sides.to_below}，{sides.to_own}"
