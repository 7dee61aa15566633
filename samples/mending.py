"""Putting right what the look-back found (整改): one is closed by the office, one breaks after it was closed and is opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import BytesIO

from samples.agenda import Agenda
from samples.seated import seated, take
from workflow.office.words import Role
from workflow.record.installation import Installation
from workflow.tasks.reporting import add_file, add_link
from workflow.tasks.words import Action
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectifying import save_rectification
from workflow.year.words import Result

A = Action
OPINIONS = {
    A.APPROVE: "整改属实，同意报送。",
    A.SEND_BACK: "上传的截图看不出发布日期，请补充网页链接。",
    A.CLOSE: "已打开网页查看，内容齐全，日期相符，同意销号。",
    A.REOPEN: "抽查发现链接又打不开，重新列入整改。",
}


class Mending:
    """The rectifications of one look-back (整改安排)."""

    def __init__(self, here: Installation, agenda: Agenda, day: Callable[[float], datetime]) -> None:
        self._here, self._agenda, self._day = here, agenda, day

    def begin(self, matter_id: int, *, again: bool) -> None:
        """The unit reports, its head approves, the office returns one of them once and closes both; ``again``: and opens it again."""
        steps: tuple[str, ...] = ("tell", A.SUBMIT, A.APPROVE, A.CLOSE)
        if not again:
            steps = ("tell", A.SUBMIT, A.APPROVE, A.SEND_BACK, *steps)
        for n, step in enumerate(steps):
            self._plan(45 + 3.0 * n, step, matter_id)
        if again:
            self._plan(110, A.REOPEN, matter_id)

    def _plan(self, day: float, step: str, matter_id: int) -> None:
        self._agenda.add(self._day(day), partial(self._step, step, matter_id))

    def _step(self, step: str, matter_id: int, at: datetime) -> None:
        if step == "tell":
            self._tell(matter_id, at)
        else:
            take(self._here, matter_id, Action(step), at, OPINIONS.get(Action(step), ""))

    def _tell(self, matter_id: int, at: datetime) -> None:
        """What was done, who answers for it, and what shows it."""
        table = f"序号,事项,日期\r\n1,补充公开,{at:%Y-%m-%d}\r\n".encode("utf-8-sig")
        blob = self._here.store.add(BytesIO(table), limit=1 << 20)
        with self._here.database.writing() as session:
            matter = session.get_one(Rectification, matter_id)
            by = seated(session, matter.unit_id, Role.HANDLER)[0]
            owner = seated(session, matter.unit_id, Role.UNIT_HEAD)[0]
            more = "，并补充网页链接" if matter.round > 1 else ""
            text = f"已按整改措施办理：补发信息、恢复栏目，逐条打开查看均可访问{more}。"
            save_rectification(
                session,
                matter,
                text,
                result=Result.MENDED,
                person=owner.name,
                by=by,
                at=at,
                seen_version=matter.version,
            )
            add_file(session, matter, blob, name=f"整改清单（{matter.round}）.csv", media_type="text/csv", note="整改后公开清单", by=by, at=at)  # fmt: skip
            link = f"https://www.example.gov.cn/zwgk/zg/{matter_id}-{matter.round}.html"
            add_link(session, matter, link, note="整改后页面", by=by, at=at)
