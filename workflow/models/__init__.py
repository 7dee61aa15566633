"""All tables under one import (数据模型)."""

from workflow.models.base import Base
from workflow.models.entry import PasswordReset, PastPassword, WrongPassword
from workflow.models.gates import Delegation, GatePolicy, Seat
from workflow.models.interface import ApiReply, ApiToken
from workflow.models.ledgers import (
    ItemParty,
    Ledger,
    LedgerItem,
    PartyUnit,
    ReadingProblem,
    SourceDocument,
)
from workflow.models.lights import LightRule
from workflow.models.packets import Dossier, Packet, PacketRevision, Registration
from workflow.models.people import (
    LoginSession,
    Phrase,
    Unit,
    UnitAlias,
    UnitGroup,
    UnitGroupMember,
    User,
    UserRole,
)
from workflow.models.posting import Address, Delivery
from workflow.models.records import AccessEvent, AuditEvent, ClockMark, Link, Notice, OutboxRow
from workflow.models.requests import Request, TaskCopy
from workflow.models.tasks import Awaiting, Evidence, ReportRevision, Signoff, Task, TaskShare

__all__ = [
    "AccessEvent",
    "Address",
    "ApiReply",
    "ApiToken",
    "AuditEvent",
    "Awaiting",
    "Base",
    "ClockMark",
    "Delegation",
    "Delivery",
    "Dossier",
    "Evidence",
    "GatePolicy",
    "ItemParty",
    "Ledger",
    "LedgerItem",
    "LightRule",
    "Link",
    "LoginSession",
    "Notice",
    "OutboxRow",
    "Packet",
    "PacketRevision",
    "PartyUnit",
    "PasswordReset",
    "PastPassword",
    "Phrase",
    "ReadingProblem",
    "Registration",
    "ReportRevision",
    "Request",
    "Seat",
    "Signoff",
    "SourceDocument",
    "Task",
    "TaskCopy",
    "TaskShare",
    "Unit",
    "UnitAlias",
    "UnitGroup",
    "UnitGroupMember",
    "User",
    "UserRole",
    "WrongPassword",
]
