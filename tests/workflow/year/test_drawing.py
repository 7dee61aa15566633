"""Drawing what the office checks itself (抽取): a draw that anybody repeats, by a share, a rule and a seed that nobody picks afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import Office
from tests.look_back_desk import Desk
from workflow.office.models import User
from workflow.record.errors import Invalid, Stale
from workflow.record.models import AuditEvent
from workflow.year.drawing import Candidate, digest_of, draw, published
from workflow.year.look_backs.models import LookBackRound
from workflow.year.look_backs.starting import candidates, draw_lines, population_of, send_sheets
from workflow.year.words import Draw

LISTED = [
    Candidate(f"{n}|{unit}", layer, failed=n == 7 and unit == "丙县")
    for n in range(1, 21)
    for unit, layer in (("甲局", "市直"), ("乙局", "市直"), ("丙县", "县区"))
]


@pytest.mark.parametrize("rule", Draw)
def test_a_draw_is_repeated_by_the_script_of_the_documents(rule: Draw, tmp_path: Path) -> None:
    text = Path("docs/look-back-draw.md").read_text("utf-8")
    script = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert script
    (tmp_path / "draw.py").write_text(script.group(1), "utf-8")
    (tmp_path / "list.txt").write_text(published(LISTED), "utf-8")
    command = [sys.executable, "draw.py", "list.txt", "20270112", "15", rule.value]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env={"PYTHONUTF8": "1"})
    drawn = draw(LISTED, seed="20270112", share=15, rule=rule)
    assert said.stdout.splitlines() == drawn
    assert digest_of(LISTED) in said.stderr
    assert "7|丙县" in drawn, "what failed last time is always drawn"
    assert drawn != draw(LISTED, seed="20270113", share=15, rule=rule)
    if rule is Draw.LAYERED:
        assert sum(key.endswith("丙县") for key in drawn) >= 3


def test_lines_are_drawn_once(office: Office) -> None:
    desk = Desk(office)
    begun = desk.start(send=False)
    desk.do("chen", partial(_send, begun=begun, desk=desk, share=50, rule=Draw.RANDOM))

    def work(session: Session, by: User) -> int:
        return draw_lines(session, session.get_one(LookBackRound, begun), by=by, at=desk.office.clock())

    count = desk.do("chen", work)
    with desk.office.here.database.reading() as session:
        found = session.get_one(LookBackRound, begun)
        assert sum(entry.drawn for entry in found.entries) == count > 0
        sent = session.scalars(select(AuditEvent).where(AuditEvent.kind == "look_back.sent")).one()
        assert found.seed == sent.hash, "nobody chose it: the link that the sending left, which comes once"
        keys = draw(candidates(session, found), seed=sent.hash, share=50, rule=Draw.RANDOM)
        assert [one.id for one in found.entries if one.drawn] == [population_of(found)[key].id for key in keys]
    with pytest.raises(Stale, match="不能重来"):
        desk.do("chen", work)


def _send(session: Session, by: User, *, begun: int, desk: Desk, share: int, rule: Draw) -> int:
    found = session.get_one(LookBackRound, begun)
    return send_sheets(session, found, share=share, rule=rule, by=by, at=desk.office.clock())


def test_a_share_is_between_one_and_a_hundred(office: Office) -> None:
    desk = Desk(office)
    begun = desk.start(send=False)
    for share in (0, 101):
        with pytest.raises(Invalid, match="1 到 100"):
            desk.do("chen", partial(_send, begun=begun, desk=desk, share=share, rule=Draw.LAYERED))


def test_share_and_rule_are_said_on_the_page_that_sends_the_sheets_out(office: Office) -> None:
    desk = Desk(office)
    desk.start(send=False)
    chen = desk.office.client("chen")
    page = chen.get("/look-backs/1").text
    assert 'name="share"' in page
    assert 'name="seed"' not in page, "nobody types a seed"
    assert chen.post("/look-backs/1/send", data={"share": "50", "rule": Draw.RANDOM.value}).status_code == 303
    page = chen.get("/look-backs/1").text
    assert 'name="share"' not in page
    assert "随机抽取，比例 50%" in page
    assert chen.post("/look-backs/1/draw").status_code == 303
    assert "（下发自查的留痕链值）" in chen.get("/look-backs/1").text
