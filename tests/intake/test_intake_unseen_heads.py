"""Head words that the reader does not know (没见过的栏名): what a column is for follows from its cells, or is a doubt."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import intake
from tests.intake import intake_printed
from tests.intake.intake_printed import FIELDS, HEAD, items_of, printed, share_right

GOLD = [
    json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parents[2] / "samples" / "gold").glob("*.json"))[:3]
]
WORDS = {
    "序号": "案卷号 第几项 条号 项序 流水号 台账号 次序 编 档号 顺序号 件数 位次 目次 代号 行次 批次号",
    "工作任务": "干什么 作战图 突破口 着力点 改革点 靶向 诉求 案由 课题 症结 实招 补什么 民声 战役 主线 抓什么",
    "牵头单位": "牵头者 谁牵头 主抓部门 首责单位 领跑单位 归口单位 召集单位 主导单位 总揽单位 挂帅单位 领衔部门 总负责",
    "责任单位": "谁来干 担责 责任方 落实者 承接单位 联办单位 经办单位 助力单位 共同参与 认领单位 谁配合 落地单位",
    "完成时限": "何时完成 截止日 完成期 限期 几时干完 时间表 销号时间 最迟 到期日 收官时间 完工 收口 交付期",
}
LAYOUTS = (
    "tabs bars markdown cell_a_line blank_between tab_cells wide_spaces comma set_columns box bar_at_the_end bar_alone"
)


def _read(head: tuple[str, ...], layout: str, gold: dict, monkeypatch: pytest.MonkeyPatch) -> dict:
    with monkeypatch.context() as patched:
        patched.setattr(intake_printed, "HEAD", head)
        text = printed(gold, layout)
    return json.loads(json.dumps(intake.read(text.encode(), filename="a.txt").to_json()))


@pytest.mark.parametrize("name", HEAD)
def test_a_column_under_a_name_that_nobody_knows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(name)
    right = total = 0
    for word in WORDS[name].split():
        head = tuple(word if one == name else one for one in HEAD)
        gold = chance.choice(GOLD)
        one, every = share_right(gold, _read(head, chance.choice(LAYOUTS.split()), gold, monkeypatch))
        right, total = right + one, total + every
    assert right / total >= 0.97


def test_no_name_of_a_head_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    right = total = 0
    for layout in LAYOUTS.split():
        head = tuple(chance.choice(WORDS[name].split()) for name in HEAD)
        one, every = share_right(GOLD[0], _read(head, layout, GOLD[0], monkeypatch))
        right, total = right + one, total + every
    assert right / total >= 0.9


def test_units_of_which_nobody_says_who_leads_are_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    got = _read(("序号", "工作任务", "甲组单位", "乙组单位", "完成时限"), "tabs", GOLD[0], monkeypatch)
    wanted = {name for name in FIELDS if name.startswith("lead")}
    assert all(wanted <= set(task["doubts"]) for task in got["tasks"] if "|" in task["responsibility_text"])
    assert len(got["tasks"]) == len(items_of(GOLD[0]))
