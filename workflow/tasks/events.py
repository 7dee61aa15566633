"""What happens to tasks, their packets and the policies that hold for them (任务的留痕事项), and how each is said."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import date

from pydantic import Field

from workflow.ledgers.words import TaskKind
from workflow.office.events import USER
from workflow.record.calendar import spoken
from workflow.record.events import TASK, Data, Kind
from workflow.tasks.words import Action, Defect, EvidenceKind, Gate, Mode, RequestKind, Status, TaskOutcome


class OnTask(Data):
    """In which round, of which unit whoever did it is, and in what words."""

    round: int = 1
    unit: str = ""
    opinion: str = ""

    @property
    def happened_in(self) -> int:
        """The round that it belongs to: a step back stands in the one that it ends."""
        return self.round


class Stands(OnTask):
    """How the task stands after its version was raised."""

    version: int | None = None
    content_digest: str = ""


class Dated(Stands):
    """By when the task is due now, and why."""

    due: date | None = None
    due_reason: str = ""


class Assigned(Dated):
    """The task's birth: ``unit`` is the one that it was given to."""

    to: Status
    item: str = ""
    ledger_id: int | None = None
    item_id: int | None = None
    unit_id: int | None = None
    kind: TaskKind | None = None
    period: str = ""


class Proxy(Data):
    """For whom somebody acted, and until when they may."""

    name: str
    until: date
    delegation_id: int | None = None
    user_id: int | None = None


class OnPaper(Data):
    """The scan of a form that somebody signed on paper."""

    signer: str
    sha256: str


class Flaw(Data):
    """What is wrong with a piece of evidence."""

    evidence_id: int
    name: str
    code: Defect


class Act(Stands):
    """One step of the process table."""

    before: Status = Field(alias="from")
    to: Status
    acted_in_round: int | None = None
    gate: Gate | None = None
    unit_id: int | None = None
    """The unit whose place was signed in."""
    standing_in: Proxy | None = Field(None, alias="for")
    paper: OnPaper | None = None
    defects: Sequence[Flaw] = ()

    @property
    def happened_in(self) -> int:
        return self.acted_in_round or self.round


class Reported(Stands):
    """How long the words are now, the outcome that the unit proposes, and how far it says it is."""

    to: Status
    characters: int
    outcome: TaskOutcome | None = None
    progress: int | None = None
    """How far the unit says its work has come, in per cent."""
    milestones: str = ""
    """The steps that it names for its work."""


class Cut(Stands):
    """Into which ledger the task was cut for the units below; None where that is taken back."""

    lower_id: int | None = None
    title: str


class Piece(Stands):
    """A piece of evidence."""

    to: Status
    evidence_id: int
    name: str
    form: EvidenceKind | None = None
    note: str = ""
    sha256: str | None = None
    size: int | None = None
    media_type: str | None = None


class Asked(Dated):
    """A request, and what was decided: then with the unit that has the task now."""

    request_id: int | None = None
    old_due: date
    new_due: date | None = None
    proposed: str | None = None
    unit_id: int | None = None


class Copied(OnTask):
    """Who may look from now on."""

    person: str


class Urged(OnTask):
    """Which units were told, how often by now."""

    told: Sequence[str]
    count: int


class Seated(Stands):
    """Who is to sign, or is not; before or after whoever asked them."""

    person: str
    before: bool | None = None


class Shared(OnTask):
    """A part of the work inside the unit."""

    section: str
    work: str
    due: date | None = None


class Sealed(OnTask):
    """A packet after one seal, of ``unit``."""

    packet: str
    field: str
    signoff_id: int | None = None
    sha256: str = ""
    size: int | None = None
    complete: bool


class Policy(Data):
    """Who signs at a gate from now on, and where."""

    gate: Gate
    mode: Mode
    unit_id: int | None
    ledger_id: int | None
    item_id: int | None
    people: Sequence[int]


class Delegated(Data):
    """Who signs for whom, from when to when."""

    delegation_id: int
    principal: str
    principal_id: int | None = None
    deputy: str
    deputy_id: int | None = None
    starts: date
    ends: date
    ledger_id: int | None
    reason: str


class HandedOver(Data):
    """Whose open work somebody took over, by their sign-in names."""

    leaver: str = Field(alias="from")
    to: str
    tasks: int
    policies: int = 0
    from_id: int | None = None
    to_id: int | None = None


def _of_act(data: Act) -> str:
    if data.paper:
        return f"线下签批：{data.paper.signer}，扫描件 SHA-256 {data.paper.sha256[:12]}…。{data.opinion}"
    return data.opinion + "".join(f"\n「{one.name}」{one.code.word}" for one in data.defects)


def _of_report(data: Reported) -> str:
    stated = "" if data.progress is None else f"，{'节点完成' if data.milestones else '自报进度'} {data.progress}%"
    return f"共 {data.characters} 字{stated}{'，提出不涉及本单位' if data.outcome is TaskOutcome.NOT_CONCERNED else ''}"


def _of_request(data: Asked) -> str:
    dates = f"{spoken(data.old_due)} → {spoken(data.new_due)}：" if data.new_due else ""
    unit = f"改由{data.proposed}承办：" if data.proposed else ""
    return f"{dates}{unit}{data.opinion}"


def _of_seat(data: Seated) -> str:
    place = {True: "（前加签）", False: "（后加签）", None: ""}[data.before]
    return _named(f"{data.person}{place}", data.opinion)


def _named(name: str, opinion: str) -> str:
    return "：".join(part for part in (name, opinion) if part)


def _piece(name: str, word: str, icon: str) -> Kind[Piece]:
    return Kind(f"task.evidence_{name}", word, Piece, TASK, icon, lambda data: data.name)


def _seat(name: str, word: str, icon: str) -> Kind[Seated]:
    return Kind(f"task.seat_{name}", word, Seated, TASK, icon, _of_seat)


def _share(name: str, word: str) -> Kind[Shared]:
    return Kind(f"task.share_{name}", word, Shared, TASK, say=lambda data: f"{data.section}：{data.work}")


def _requests(name: str, word: str, icon: str) -> dict[RequestKind, Kind[Asked]]:
    """A row for each kind of request."""
    row = functools.partial(Kind, data=Asked, about=TASK, icon=icon, say=_of_request)
    return {kind: row(f"task.{kind.value}_{name}", f"{word}{kind.word}") for kind in RequestKind}


ASSIGNED = Kind("task.assigned", "交办", Assigned, TASK, "send", lambda data: f"交办给{data.unit}。{data.due_reason}")
ACTS = {action: Kind(f"task.{action.value}", action.word, Act, TASK, action.icon, _of_act) for action in Action}
REPORTED = Kind("task.report", "保存落实情况", Reported, TASK, "pencil", _of_report)
EVIDENCE_ADDED = _piece("added", "添加证明材料", "paperclip")
EVIDENCE_NOTED = _piece("noted", "补充材料说明", "chat-left-text")
EVIDENCE_REMOVED = _piece("removed", "移除证明材料", "trash")
ASKED = _requests("asked", "申请", "question-circle")
GRANTED = _requests("granted", "同意", "calendar-check")
REFUSED = _requests("refused", "不同意", "calendar-x")
CUT = Kind("task.cut", "分解到下级", Cut, TASK, "diagram-3", lambda data: f"《{data.title}》")
UNCUT = Kind("task.uncut", "解除分解", Cut, TASK, "diagram-3", lambda data: _named(f"《{data.title}》", data.opinion))
RESUMED = Kind("task.resumed", "恢复办理", Dated, TASK, "play-circle", lambda data: data.opinion)
COPIED = Kind("task.copied", "抄送", Copied, TASK, "person-lines-fill", lambda data: _named(data.person, data.opinion))
RECEIVED = Kind("task.received", "签收", OnTask, TASK, "envelope-open")
URGED = Kind(
    "task.urged", "催办", Urged, TASK, "megaphone",
    lambda data: f"第 {data.count} 次，通知{'、'.join(data.told)}。{data.opinion}",
)  # fmt: skip
SEAT_ADDED = _seat("added", "加签", "person-plus")
SEAT_TAKEN_BACK = _seat("taken_back", "收回加签", "person-dash")
SEAT_TRANSFERRED = _seat("transferred", "转办", "person-gear")
SEAT_HANDED_OVER = _seat("handed_over", "签批移交", "person-gear")
SHARE_ADDED = _share("added", "安排科室分工")
SHARE_DONE = _share("done", "科室分工完成")
SHARE_REOPENED = _share("reopened", "科室分工重新办理")
SHARE_DROPPED = _share("dropped", "撤销科室分工")
SHARES = frozenset({SHARE_ADDED, SHARE_DONE, SHARE_REOPENED, SHARE_DROPPED})
"""What goes on inside the unit, and is shown to nobody else."""
PACKET_SEALED = Kind(
    "packet.sealed", "证据包签章", Sealed, TASK, "patch-check",
    lambda data: f"{data.unit}在证据包 {data.packet} 上签章",
)  # fmt: skip
POLICY_SET = Kind("policy.set", "审批设置", Policy)
POLICY_DROPPED = Kind("policy.dropped", "取消审批设置", Policy)
DELEGATION_GIVEN = Kind("delegation.given", "授权代理", Delegated, USER)
DELEGATION_ENDED = Kind("delegation.ended", "结束代理", Delegated, USER)
HANDED_OVER = Kind("account.handed_over", "人员移交", HandedOver, USER)
