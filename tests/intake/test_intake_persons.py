"""Persons beside units (责任人) are kept apart: told by surname, post, label or 某, never taken for a unit."""

import pytest

import intake
from intake.grammar import persons

BESIDE = [
    ("县林业局 赵云山\n县水利局 钱江", True, "县林业局 \n县水利局", ("赵云山", "钱江"), ()),
    ("县林业局 赵云山", False, "县林业局", ("赵云山",), ("赵云山",)),
    ("县林业局（赵云山）", False, "县林业局", ("赵云山",), ("赵云山",)),
    ("赵云山（县林业局）", False, "县林业局", ("赵云山",), ("赵云山",)),
    ("县林业局：赵某；县水利局：钱某某", False, "县林业局；县水利局", ("赵某", "钱某某"), ()),
    ("县林业局局长赵云山", False, "县林业局", ("局长赵云山",), ()),
    ("县林业局 副局长 赵云山", False, "县林业局", ("副局长", "赵云山"), ("赵云山",)),
    ("县林业局；责任人：赵云山、钱江；县水利局", False, "县林业局；县水利局", ("赵云山", "钱江"), ()),
    ("县林业局（赵云山）、各村党支部书记", True, "县林业局", ("赵云山", "各村党支部书记"), ()),
]
UNITS = [
    "县林业局（牵头）、县水利局",
    "县林业局、安监、广电",
    "县发改委 国资 水利",
    "江北街、马山区、金融办",
    "赵云山、钱江",
    "县公安局（治安大队）",
    "各乡镇长",
    "牵头单位：县林业局；责任单位：县水利局",
]


@pytest.mark.parametrize(("cell", "expected", "units", "names", "unsure"), BESIDE)
def test_persons_are_told_from_the_units_beside_them(
    cell: str, expected: bool, units: str, names: tuple[str, ...], unsure: tuple[str, ...]
) -> None:
    found = persons.apart(cell, expected=expected)
    assert (found.text, found.persons, found.unsure) == (units, names, unsure)


@pytest.mark.parametrize("cell", UNITS)
def test_what_only_resembles_a_name_stays_where_it_is(cell: str) -> None:
    assert persons.apart(cell) == persons.Apart(cell)


def test_persons_of_a_row_are_kept_beside_it_and_a_guess_is_a_doubt() -> None:
    text = (
        "某县2024年任务清单\n序号\t任务\t{}\t时限\n1\t修路。\t县交通局 赵云山\t6月底前\n2\t植树。\t县林业局\t9月底前\n"
    )
    said, unsaid = (
        intake.read(text.format(name).encode(), filename="a.txt").tasks[0] for name in ("责任部门及负责人", "责任单位")
    )
    for task in (said, unsaid):
        assert task.responsible_units == ("县交通局",)
        assert ("责任人", "赵云山") in task.extra
    assert said.doubts == ()
    assert unsaid.doubts == ("responsible_units",)
