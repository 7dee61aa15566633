"""The tables of the engine (数据模型)."""

from workflow.tasks.models.desks import AtHand, ListExport, SavedView, TaskComment
from workflow.tasks.models.gates import Delegation, GatePolicy, Seat
from workflow.tasks.models.lights import LightRule
from workflow.tasks.models.packets import Packet, PacketRevision
from workflow.tasks.models.requests import Request, TaskCopy
from workflow.tasks.models.tasks import Awaiting, Evidence, Matter, ReportRevision, Signoff, Task, TaskShare, for_whom

__all__ = [
    "AtHand",
    "Awaiting",
    "Delegation",
    "Evidence",
    "GatePolicy",
    "LightRule",
    "ListExport",
    "Matter",
    "Packet",
    "PacketRevision",
    "ReportRevision",
    "Request",
    "SavedView",
    "Seat",
    "Signoff",
    "Task",
    "TaskComment",
    "TaskCopy",
    "TaskShare",
    "for_whom",
]
