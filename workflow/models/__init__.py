"""All tables under one import (数据模型)."""

from workflow.models.base import AccessEvent, AuditEvent, Base, ClockMark, Link, OutboxRow, Registration
from workflow.models.gates import Delegation, GatePolicy, Seat
from workflow.models.ledgers import (
    ItemParty,
    Ledger,
    LedgerItem,
    PartyUnit,
    ReadingProblem,
    SourceDocument,
)
from workflow.models.lights import LightRule
from workflow.models.packets import Packet, PacketRevision
from workflow.models.people import (
    ApiReply,
    ApiToken,
    LoginSession,
    Notice,
    PasswordReset,
    PastPassword,
    Phrase,
    Unit,
    UnitAlias,
    UnitGroup,
    UnitGroupMember,
    User,
    UserRole,
    WrongPassword,
)
from workflow.models.posting import Address, Delivery
from workflow.models.requests import Request, TaskCopy
from workflow.models.tasks import Awaiting, Evidence, ReportRevision, Signoff, Task, TaskShare
from workflow.year.models import Dossier

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
