"""What happens to the papers that the office issues (公文的留痕事项)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.record.calendar import spoken
from workflow.record.events import Data, Kind, Subject
from workflow.tasks.events import ACTS, Act, Assigned, Dated, Stands, Urged
from workflow.tasks.words import Action, Status
from workflow.year.events import matter_rows


class Drafted(Assigned):
    """The birth of a paper, and which one it puts right."""

    title: str
    corrects_id: int | None = None
    follows_id: int | None = None
    revokes: bool | None = None
    origin_id: int | None = None


class Edited(Dated):
    """What was written anew; ``figures`` says that they were taken anew."""

    to: Status
    title: str
    figures: bool = False


class Answered(Stands):
    """What a unit says of what is said of it."""

    unit_id: int
    agrees: bool
    answer: str
    measure: str = ""


class Replied(Data):
    """What the office says to a unit's objection."""

    unit_id: int
    unit: str
    reply: str


class Numbered(Data):
    """The number that was given at issuing."""

    code: str
    year: int
    serial: int
    number: str
    signed_on: date


class Signed(Data):
    """A unit's receipt."""

    unit_id: int
    unit: str
    person: str = ""
    promised: date | None = None


def _of_receipt(told: Signed) -> str:
    by = f"，承诺{spoken(told.promised)}前整改" if told.promised else ""
    return f"{told.unit}{f'，整改责任人 {told.person}' if told.person else ''}{by}"


_ACTS = {
    Action.SUBMIT: "送核对", Action.APPROVE: "审核", Action.VERIFY: "签发", Action.CLOSE: "印发", Action.SEND_BACK: "退回草拟",
    Action.WITHDRAW: "撤回修改",
}  # fmt: skip


def rows_of(code: str, word: str, acts: Mapping[Action, str] = _ACTS) -> dict[str, Kind[Any]]:
    """The rows of one kind of paper."""
    about = Subject(code, word, matter=True)
    rows: list[Kind[Any]] = [
        Kind(f"{code}.assigned", f"草拟{word}", Drafted, about, "pencil", lambda told: f"《{told.title}》"),
        Kind(f"{code}.edited", "修改", Edited, about, "pencil", lambda told: "重新取数" if told.figures else ""),
        Kind(
            f"{code}.answered", "单位核对", Answered, about, "chat-left-quote",
            lambda told: f"{told.unit}：{'情况属实' if told.agrees else '有异议'}。{told.answer}",
        ),
        Kind(f"{code}.replied", "答复异议", Replied, about, "reply", lambda told: f"{told.unit}：{told.reply}"),
        Kind(f"{code}.numbered", "编文号", Numbered, about, "hash", lambda told: told.number),
        Kind(f"{code}.received", "签收", Signed, about, "envelope-open", _of_receipt),
        Kind(f"{code}.urged", "催签收", Urged, about, "megaphone", lambda told: f"通知{'、'.join(told.told)}"),
        *(Kind(f"{code}.{act.value}", said, Act, about, ACTS[act].icon, ACTS[act].say) for act, said in acts.items()),
    ]  # fmt: skip
    return {row.name.partition(".")[2]: row for row in rows}


LETTER_WORDS = {"reminder": "提醒函", "supervision": "督办函", "mending": "整改通知"}
"""The rungs of the ladder, by the kinds of their matters."""
TALKS = matter_rows(
    Subject("talk", "约谈", matter=True),
    {
        Action.SUBMIT: "送复核", Action.APPROVE: "复核", Action.VERIFY: "被约谈单位签认", Action.CLOSE: "定稿", Action.SEND_BACK: "退回",
        Action.WITHDRAW: "撤回",
    },
)  # fmt: skip
MISSIVES = {
    "bulletin": rows_of("bulletin", "通报"),
    **{code: rows_of(code, word, {**_ACTS, Action.SUBMIT: "送审核"}) for code, word in LETTER_WORDS.items()},
}
"""By the kind of matter, the rows of each by what happened."""
