"""What the office makes of its year (全年工作的留痕事项)."""

from __future__ import annotations

from workflow.ledgers.events import LEDGER, OfLedger
from workflow.record.events import Kind


class DossierTold(OfLedger):
    """A dossier, and the digests of its two files once they are there."""

    dossier_id: int
    pdf: str = ""
    bag: str = ""


DOSSIER_REQUESTED = Kind("dossier.requested", "申请年度卷宗", DossierTold, LEDGER)
DOSSIER_FINISHED = Kind("dossier.finished", "年度卷宗完成", DossierTold, LEDGER)
